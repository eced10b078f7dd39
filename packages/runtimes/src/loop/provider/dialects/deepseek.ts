/**
 * Describes DeepSeek. While it thinks, answers with calls must bring back the thoughts before them, in the whole
 * conversation; from its fourth version on, every answer must when tools are sent.
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
  reasoningBack: "all",
  needsReasoning: "with-calls",
  vision: false,
  forModel: (modelId) => (/v[4-9]/i.test(modelId) ? { needsReasoning: "always" } : {}),
};
