/**
 * DeepSeek. In thinking mode each answer of a request with tools must bring back what was thought before it, from the
 * fourth version on in the whole conversation; the first reasoner refused it outside of the running turn.
 */
import type { Dialect } from "../profile.ts";

export const deepseek: Dialect = {
  kind: "deepseek",
  title: "DeepSeek",
  baseUrl: "https://api.deepseek.com/v1",
  needsKey: true,
  keyUrl: "https://platform.deepseek.com/api_keys",
  isLocal: false,
  userAfterTool: true,
  reasoningBack: "turn",
  needsReasoning: "with-calls",
  vision: false,
  forModel: (modelId) => (/v[4-9]/i.test(modelId) ? { reasoningBack: "all", needsReasoning: "always" } : {}),
};
