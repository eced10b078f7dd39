/** Groq. It says what it thought as `reasoning`, and refuses any such field when it comes back. */
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
