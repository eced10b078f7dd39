/**
 * Describes Mistral: ids of nine letters and digits, no person right after a tool, and no field that it does not know.
 */
import type { Dialect } from "../profile.ts";

export const mistral: Dialect = {
  kind: "mistral",
  title: "Mistral",
  baseUrl: "https://api.mistral.ai/v1",
  needsKey: true,
  keyUrl: "https://console.mistral.ai/api-keys",
  isLocal: false,
  callIdAlphabet: "alphanumeric",
  callIdLength: 9,
  isCallIdLengthExact: true,
  userAfterTool: false,
  reasoningBack: "none",
  // Usage comes with the last chunk anyway.
  refusedFields: ["stream_options", "store", "user", "seed"],
  imageTypes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
};
