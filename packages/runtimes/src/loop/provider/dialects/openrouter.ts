/** OpenRouter: many models behind one address. It turns ids and roles into those of the model, and says what a call took. */
import type { Dialect } from "../profile.ts";

export const openrouter: Dialect = {
  kind: "openrouter",
  title: "OpenRouter",
  baseUrl: "https://openrouter.ai/api/v1",
  needsKey: true,
  keyUrl: "https://openrouter.ai/settings/keys",
  isLocal: false,
  userAfterTool: true,
  reasoningField: "reasoning",
  extraBody: { usage: { include: true } },
};
