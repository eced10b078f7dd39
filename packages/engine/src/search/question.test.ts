import { expect, test } from "vitest";
import { makeSnippet, matchText, questionToWords } from "./question.ts";

function marked(text: string, question: string): readonly string[] | null {
  const match = matchText(text, questionToWords(question));
  return match?.marks.map(([from, to]) => text.slice(from, to)) ?? null;
}

test("every word must stand in the text, whatever its case and accents", () => {
  expect(marked("The Café opens at nine.", "cafe OPENS ")).toEqual(["Café", "opens"]);
  expect(marked("The Café opens at nine.", "cafe closes ")).toBeNull();
  expect(marked("straße ﬁle", "STRASSE ")).toEqual(["straße"]);
  expect(marked("a ﬁle", "file ")).toEqual(["ﬁle"]);
});

test("only the last word may be a beginning, and only while it is being typed", () => {
  expect(marked("deployment failed", "deploy")).toEqual(["deployment"]);
  expect(marked("deployment failed", "deploy ")).toBeNull();
  expect(marked("deployment failed", "fail deployment")).toBeNull();
});

test("scripts without spaces are found by a part of a sentence, and by one letter", () => {
  expect(marked("彼は東京都に住んでいる。", "東京都")).toEqual(["彼は東京都に住んでいる"]);
  expect(marked("彼は東京都に住んでいる。", "京都に")).not.toBeNull();
  expect(marked("東京と京都", "東京都")).toBeNull();
  expect(marked("彼は東京都に住んでいる。", "都")).not.toBeNull();
});

test("words in quotes, and the parts of a name, stand side by side", () => {
  expect(marked("the red boat sails", '"red boat" ')).toEqual(["red boat"]);
  expect(marked("the boat is red", '"red boat"')).toBeNull();
  expect(marked("set foo_bar", "foo_bar ")).toEqual(["foo_bar"]);
  expect(marked("foo is far from bar", "foo_bar ")).toBeNull();
  expect(marked("call fooBar", "bar ")).toEqual(["Bar"]);
  expect(marked("call fooBar", "foo_bar ")).toEqual(["fooBar"]);
});

test("operators are no more than spaces", () => {
  expect(questionToWords('"*() NEAR/2 -^:').map(({ text }) => text)).toEqual(["near", "2"]);
  expect(questionToWords("'; --")).toEqual([]);
});

test("the score is 1 for the very words in their order, and less for beginnings and other orders", () => {
  const score = (text: string, question: string) => matchText(text, questionToWords(question))?.score;
  expect(score("the red boat sails", "red boat ")).toBeCloseTo(1);
  expect(score("the boat is red", "red boat ")).toBeCloseTo(0.7);
  expect(score("redder", "red")).toBeCloseTo(0.3);
});

test("a snippet holds the first find, with marks that fit its text", () => {
  const text = `${"far away words ".repeat(40)}the 🐋 needle stands here ${"and more ".repeat(40)}`;
  const match = matchText(text, questionToWords("needle "));
  if (!match) throw new Error("expected a match");
  const snippet = makeSnippet(text, match);
  expect(snippet.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(["needle"]);
  expect(snippet.text.length).toBeLessThan(200);
  expect(snippet.text).toMatch(/^….*…$/);
  expect(snippet.text.isWellFormed()).toBe(true);
});
