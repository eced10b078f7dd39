import fc from "fast-check";
import { expect, it } from "vitest";
import { plainOutput } from "./plain-output.ts";

it.each([
  ["colours", "\u001b[1;31mred\u001b[0m and \u009b32mgreen", "red and green"],
  ["a title without its end", "\u001b]0;title\nnext", "\nnext"],
  ["a link", "\u001b]8;;http://evil\u0007text\u001b]8;;\u0007", "text"],
  ["strings for the terminal", "\u001bP1;payload\u001b\\a\u001b_payload\u001b\\b\u0090payload\u009cc", "abc"],
  ["a progress bar", "10%\r50%\r100%\ndone\r\n", "100%\ndone\n"],
  ["backspaces and bells", "a\b\u0007\u0000b\tc", "ab\tc"],
])("TO3: of %s, a model sees the text alone", (_what, text, plain) => expect(plainOutput(text)).toBe(plain));

it("TO3: whatever is printed, a model sees no control character but line breaks and tabs", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\u001b", "[", "]", "\r", "\n", "\u009b", "\\"),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(plainOutput(pieces.join(""))).not.toMatch(/[^\P{Cc}\n\t]/u);
    }),
  );
});
