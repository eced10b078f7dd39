import type { EntryId } from "@reef/protocol/ids";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSpokenText } from "./spoken-text.ts";

const entry = (n: number, text: string) => ({ id: `ent_${n}` as EntryId, text });

test("DO4: what was said is a prefix of what is said later, and each finished text is in it once", () => {
  const word = fc.stringMatching(/^[a-z]{1,6} ?\n?$/);
  const step = fc.record({
    words: fc.array(word, { minLength: 1, maxLength: 6 }),
    isSeen: fc.boolean(),
    isLate: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
      const spoken = createSpokenText();
      let taken = "";
      const take = () => {
        taken += spoken.take();
        expect(spoken.all().startsWith(taken)).toBe(true);
      };
      const texts = steps.map(({ words }) => words.join("").trim());
      for (const [n, { words, isSeen, isLate }] of steps.entries()) {
        let offset = 0;
        for (const text of isSeen ? words : []) {
          spoken.delta({ step: n + 1, offset, text });
          offset += text.length;
          take();
        }
        spoken.settle([entry(n, texts[n] ?? "")]);
        spoken.ignoreThrough(n + 1);
        if (isLate) spoken.delta({ step: n + 1, offset: 0, text: words.join("") });
        spoken.settle([entry(n, texts[n] ?? "")]);
        take();
      }
      expect(taken).toBe(texts.filter((text) => text !== "").join("\n\n"));
    }),
  );
});

test("DO4: an answer that begins again goes on where it was, or follows whole when it differs", () => {
  const again = createSpokenText();
  again.delta({ step: 1, offset: 0, text: "Hello wor" });
  again.delta({ step: 2, offset: 0, text: "" });
  again.delta({ step: 2, offset: 0, text: "Hello" });
  again.delta({ step: 2, offset: 5, text: " world" });
  again.settle([entry(1, "Hello world")]);
  expect(again.all()).toBe("Hello world");
  const other = createSpokenText();
  other.delta({ step: 1, offset: 0, text: "Hello wor" });
  other.delta({ step: 2, offset: 0, text: "Good day" });
  other.settle([entry(1, "Good day to you")]);
  expect(other.all()).toBe("Hello wor\n\nGood day to you");
});
