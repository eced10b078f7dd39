/** What is assumed of a server that nobody knows: only what every one of them takes. */
import type { ProviderProfile } from "../profile.ts";

/** An assistant's message in between, a short id and a plain field are taken by the lenient as well as by the strict. */
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
  // To the model that thought it, in the field that it used: who refuses that says so, and is then spared.
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
