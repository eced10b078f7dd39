/** Describes xAI's Grok. */
import type { Dialect } from "../profile.ts";

export const xai: Dialect = {
  kind: "xai",
  title: "xAI",
  baseUrl: "https://api.x.ai/v1",
  needsKey: true,
  keyUrl: "https://console.x.ai",
  isLocal: false,
  userAfterTool: true,
  reasoningBack: "none",
};
