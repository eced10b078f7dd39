/** What a new bot has where nothing else is said, whoever makes it: a person, a gateway's agent or an import. */
import type { BotFields } from "../port/unit.ts";

export const newBotFields: Omit<BotFields, "name" | "runtime"> = {
  role: "",
  instructions: "",
  model: null,
  agent: null,
  tools: null,
  limits: {},
  tags: [],
};
