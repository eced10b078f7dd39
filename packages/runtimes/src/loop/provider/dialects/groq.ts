/** Describes Groq. It sends thoughts as `reasoning`, and refuses any such field in a request. */
import type { Dialect } from "../profile.ts";

export const groq: Dialect = {
  kind: "groq",
  title: "Groq",
  baseUrl: "https://api.groq.com/openai/v1",
  needsKey: true,
  keyUrl: "https://console.groq.com/keys",
  isLocal: false,
  userAfterTool: true,
  reasoningBack: "none",
  imageTypes: ["image/png", "image/jpeg", "image/webp", "image/gif"],
};
