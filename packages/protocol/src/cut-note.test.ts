import { expect, test } from "vitest";
import { cutNote, readCutNote } from "./cut-note.ts";

test("the note of a cut answer is read back, with its tokens, and only at the end", () => {
  expect(readCutNote(`Once upon\n\n${cutNote(64)}`)).toEqual({ text: "Once upon", tokens: 64 });
  expect(readCutNote(`Once upon\n\n${cutNote(null)}`)).toEqual({ text: "Once upon", tokens: null });
  expect(readCutNote(cutNote(1))).toEqual({ text: "", tokens: 1 });
  expect(readCutNote(`${cutNote(64)}\n\nand on`)).toBeNull();
  expect(readCutNote(`He wrote ${cutNote(64)}`)).toBeNull();
  expect(readCutNote("Once upon")).toBeNull();
});
