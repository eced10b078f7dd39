/** Holds the defaults of a new bot, for a person, a gateway's agent and an import alike. */
import type { BotFields } from "../port/unit.ts";

export const newBotFields: Omit<BotFields, "name" | "runtime"> = {
  role: "",
  instructions: "",
  model: null,
  fallbackModel: null,
  agent: null,
  tools: null,
  limits: {},
  tags: [],
  mcp: [],
  box: null,
};
