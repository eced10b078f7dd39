import { expect, test } from "vitest";
import { botNames } from "./bot-names.ts";

const bot = (id: string, name: string, more: object = {}) =>
  ({ id, name, runtime: "loop", model: null, agent: null, ...more }) as never;

test("two bots of one name are told apart by what they run on, and only then", () => {
  const adopted = bot("bot_1", "Dev", { runtime: "openclaw", agent: { gatewayId: "gtw_1", agentId: "dev" } });
  const names = botNames([adopted, bot("bot_2", "dev"), bot("bot_3", "Ada"), bot("bot_4", "Dev", { model: "a/b" })]);
  expect([...names]).toEqual([
    ["bot_1", "Dev (OpenClaw: dev)"],
    ["bot_2", "dev (Reef, default model)"],
    ["bot_4", "Dev (a/b)"],
    ["bot_3", "Ada"],
  ]);
});

test("those that run on the same too are numbered, the oldest first", () => {
  expect([...botNames([bot("bot_2", "Dev"), bot("bot_1", "Dev")])]).toEqual([
    ["bot_1", "Dev (Reef, default model, no. 1)"],
    ["bot_2", "Dev (Reef, default model, no. 2)"],
  ]);
});
