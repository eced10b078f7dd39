import { expect, test } from "vitest";
import { makeTree } from "./tree-fixture.ts";
import { checkWords } from "./words.ts";

const inServer = "packages/server/src/http/a.ts";
const problemsIn = (text: string, path = inServer) => checkWords(makeTree({ [path]: text })).map(({ text }) => text);

test.each([
  'export const hint = "Whoever opens it is signed in";',
  'export const hint = "over there it goes on";',
  "export const hint = `a bot is told so`;",
  'export const hint = "retry many messages at once";',
  'export const hint = "the conversation went on meanwhile";',
  'export const summary = "Let a gateway go";',
  'export const column = "Last words";',
  'export const button = "Take in a file";',
  'export const hint = "After a session fell silent";',
  'export const mark = "Put away: expired";',
  'export const hint = "connected anew";',
  'export const hint = "blocks stand in every prompt";',
  'export const summary = "Make a topic";',
  "export const failure = `Not saved: no`;",
  'export const hint = "the body is no JSON";',
  'export const hint = "somebody saved it";',
])("words: %s is a problem, in the product alone", (text) => {
  expect(problemsIn(text)).toHaveLength(1);
  expect(problemsIn(text, "packages/server/src/http/a.test.ts")).toEqual([]);
});

test("words: what stands between tags is read, also over two lines", () => {
  const text = "export const Hint = () => (\n  <p>\n    What is said over\n    there appears here.\n  </p>\n);";
  expect(problemsIn(text, "packages/console/src/ui/Hint.tsx")).toEqual([
    "“over there”: say the name of the place, such as “in OpenClaw” (docs/writing.md)",
  ]);
});

test.each([
  "/** Stops whoever asks. */\nexport const a = 1;",
  "#!/usr/bin/env node\n/** Stops whoever asks. */\nexport const a = 1;",
  "/**\n * Says which bots are over\n * there. Pure.\n */\nexport const a = 1;",
])("words: the header of a product file is checked too, such as %j", (text) => {
  expect(problemsIn(text)).toHaveLength(1);
  expect(problemsIn(text, "packages/recall/src/text/a.ts")).toHaveLength(1);
  expect(problemsIn(text, "packages/server/src/http/a.test.ts")).toEqual([]);
});

test.each([
  "/** Reads `whoever` from a query. */\nexport const a = 1;",
  "/** Reads a query. */\n/** Stops whoever asks. */\nexport const a = 1;",
  "// whoever reads this at once\nexport const a = 1;",
  'export const key = "line-anew";',
  'import { a } from "./anew.ts";\nexport { a };',
  'export const hint = "there is no session; the file is no longer on the server";',
  'export const hint = "let it go on, or say what stands in the way";',
  'export const hint = "the model failed to make a session summary";',
])("words: %s passes", (text) => {
  expect(problemsIn(text)).toEqual([]);
});
