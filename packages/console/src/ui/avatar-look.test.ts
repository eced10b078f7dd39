import { expect, test } from "vitest";
import { emojiOf, hueOf, lettersOf } from "./avatar-look.ts";

test("two words give their initials, one word its first two letters, whatever stands between", () => {
  const names = [
    "BlackBox5 Lead",
    "monitor",
    "dev-lead",
    "  Ada ",
    "A",
    "Überwachung",
    "日本 語",
    "n8n",
    "«x» y",
    "!?",
    "",
  ];
  expect(names.map(lettersOf)).toEqual(["BL", "Mo", "DL", "Ad", "A", "Üb", "日語", "N8", "XY", "?", "?"]);
});

test("an emoji at the beginning of a name is found whole, and nothing else is taken for one", () => {
  expect(["🌤 Planner", "🌤️ Planner", "👩‍🚀 Crew", "👍🏽 Yes", "🇨🇭 Bern", "☕ Barista"].map(emojiOf)).toEqual([
    "🌤",
    "🌤️",
    "👩‍🚀",
    "👍🏽",
    "🇨🇭",
    "☕",
  ]);
  expect(["Planner 🌤", "7 dwarfs", "©right", "#1", "*", ""].map(emojiOf)).toEqual([null, null, null, null, null, null]);
});

test("a hue is the same for the same id, and ids made one after another spread over all of them", () => {
  expect(hueOf("bot_a")).toBe(hueOf("bot_a"));
  const seen = new Set(Array.from({ length: 120 }, (_, at) => hueOf(`bot_01k${at}`)));
  expect(seen.size).toBe(12);
});
