/**
 * Describes Gemini's OpenAI endpoint. Calls of its third family must come back with their signature; Google specifies a
 * word that replaces the signature of a call another model made. Reasoning itself does not go back.
 */
import type { Dialect } from "../profile.ts";

export const gemini: Dialect = {
  kind: "gemini",
  title: "Google Gemini",
  baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
  needsKey: true,
  keyUrl: "https://aistudio.google.com/apikey",
  isLocal: false,
  userAfterTool: true,
  reasoningBack: "none",
  foreignSignature: "skip_thought_signature_validator",
  emptyParameters: false,
  imageTypes: ["image/png", "image/jpeg", "image/webp"],
  forModel: (modelId) => (/gemma/i.test(modelId) ? { foreignSignature: null } : { vision: true }),
};
