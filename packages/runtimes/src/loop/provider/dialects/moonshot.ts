/** Describes Moonshot's Kimi. While it thinks, every answer with calls must bring back the thoughts before it. */
import type { Dialect } from "../profile.ts";

export const moonshot: Dialect = {
  kind: "moonshot",
  title: "Moonshot AI (Kimi)",
  baseUrl: "https://api.moonshot.ai/v1",
  needsKey: true,
  keyUrl: "https://platform.moonshot.ai/console/api-keys",
  isLocal: false,
  callIdAlphabet: "any",
  callIdLength: 64,
  userAfterTool: true,
  reasoningBack: "all",
  needsReasoning: "with-calls",
};
