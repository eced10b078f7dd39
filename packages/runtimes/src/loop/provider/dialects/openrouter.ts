/**
 * Describes OpenRouter: many models behind one address. It converts ids and roles for the model, and states a call's
 * price.
 */
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
