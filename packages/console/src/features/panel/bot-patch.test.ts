import type { Bot } from "@reef/protocol/bot";
import { expect, test } from "vitest";
import { makeBot } from "../../testing/nouns.ts";
import { changeDraft, withLimit } from "./bot-patch.ts";

const bot: Bot = { ...makeBot("Ada"), role: "Reviewer", instructions: "", tools: null, limits: { maxSteps: 10 } };

test("a draft holds what differs from the bot, and nothing a person typed and took back", () => {
  const draft = changeDraft(changeDraft({}, bot, { role: "Writer" }), bot, { tools: ["ask_person"] });
  expect(draft).toEqual({ role: "Writer", tools: ["ask_person"] });
  expect(changeDraft(draft, bot, { role: "Reviewer" })).toEqual({ tools: ["ask_person"] });
  expect(changeDraft(draft, bot, { role: "Reviewer", tools: null })).toEqual({});
});

test("an emptied limit is left out, so that the server's own holds", () => {
  expect(withLimit({ maxSteps: 10, contextTokens: 5000 }, { name: "maxSteps", value: null })).toEqual({
    contextTokens: 5000,
  });
  expect(withLimit({}, { name: "maxSteps", value: 3 })).toEqual({ maxSteps: 3 });
});
