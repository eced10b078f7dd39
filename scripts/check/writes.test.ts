import { expect, test } from "vitest";
import { makeTree } from "./tree-fixture.ts";
import { checkWrites } from "./writes.ts";

const path = "packages/store/src/write/a.ts";
const given = "export function* save(id: string): Write<number> {\n  return yield* one(id);\n}\n";
const problemsIn = (body: string) =>
  checkWrites(
    makeTree({
      [path]: `${given}function* all(): Write<number> {\n  ${body}\n}\nfunction one(id: string): Write<number> {}\n`,
    }),
  );

test.each([
  "save('a'); return 1;",
  "const saved = save('a'); return 1;",
  "if (save('a')) return 1; return 2;",
  "return yield save('a');",
  "ids.forEach((id) => { save(id); }); return 1;",
])("writes: %s never happens and is refused", (body) => {
  expect(problemsIn(body)).toEqual([{ path, line: 5, text: "calls save without yield*: the write never happens" }]);
});

test.each([
  "return yield* save('a');",
  "const saved = (yield* save('a')) + 1; return saved;",
  "return isNew ? save('a') : other ? save('b') : 3;",
  "return save('a');",
  "return yield* one(save('a'));",
])("writes: %s is driven", (body) => {
  expect(problemsIn(body)).toEqual([]);
});

test("writes: what other folders call is theirs", () => {
  expect(checkWrites(makeTree({ [path]: given, "packages/store/src/sqlite/b.ts": "drive(save('a'));" }))).toEqual([]);
});
