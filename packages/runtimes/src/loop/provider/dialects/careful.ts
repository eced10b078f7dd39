/** Defines what is assumed of an unknown server: only what every one of them accepts. */
import type { ProviderProfile } from "../profile.ts";

/** Lenient and strict servers alike accept an assistant's message in between, a short id and a plain field. */
export const careful: Omit<ProviderProfile, "kind" | "title" | "baseUrl" | "needsKey" | "keyUrl" | "isLocal"> = {
  wire: "chat",
  auth: "bearer",
  callIdAlphabet: "identifier",
  callIdLength: 40,
  isCallIdLengthExact: false,
  toolNameLength: 64,
  system: true,
  userAfterTool: false,
  callsWithoutText: "null",
  // To the model that thought it, in the field that it used. A server that refuses it says so, and no longer gets it.
  reasoningBack: "turn",
  reasoningField: "reasoning_content",
  needsReasoning: "never",
  signaturesBack: true,
  foreignSignature: null,
  refusedFields: [],
  outputLimitField: "max_tokens",
  extraBody: {},
  tools: null,
  emptyParameters: true,
  vision: null,
  imageTypes: ["image/png", "image/jpeg"],
  toolImages: "after",
  contextTokens: null,
  maxOutputTokens: null,
};
