/** Tests that nothing in a call that a person is asked to allow can hide from them. */
import { expect, test } from "vitest";
import { visibleInput } from "./visible-input.ts";

test("TO1: characters that can't be seen, or turn the text around, are written out wherever they stand", () => {
  expect(visibleInput({ command: "echo \u202etxt.exe\u200b", edits: [{ "a\u2066": "b\u0007" }] })).toEqual({
    command: "echo \\u{202e}txt.exe\\u{200b}",
    edits: [{ "a\\u{2066}": "b\\u{7}" }],
  });
});

test("words of any script, line breaks and other values stay", () => {
  const input = { text: "שלום 日本 é\n\tend", count: 3, flag: true, none: null };
  expect(visibleInput(input)).toEqual(input);
});
