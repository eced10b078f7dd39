import { expect, test } from "vitest";
import { checkSuites } from "./suites.ts";
import { makeTree } from "./tree-fixture.ts";

const linesOf = (textByPath: Readonly<Record<string, string>>) =>
  checkSuites(makeTree(textByPath)).map(({ path, line }) => `${path}:${line}`);

test("suites: one that opens the store of the run passes, and so do tests of what only one store has", () => {
  expect(
    linesOf({
      "packages/store/src/suites/store.test.ts":
        'import { describeStore } from "@reef/engine/port/store.conformance";\nimport { openEmptyStore } from "../testing/store-under-test.ts";',
      "packages/store/src/sqlite/lock.test.ts": 'import { lockFolder } from "./lock.ts";',
      "packages/runtimes/src/loop/completion.test.ts":
        'import { describe } from "@reef/engine/port/completion.conformance";',
    }),
  ).toEqual([]);
});

test("suites: one that names a store, and one of every store beside one of them, are problems", () => {
  expect(
    linesOf({
      "packages/store/src/suites/model.test.ts": '\nimport { openSqliteStore } from "../sqlite/open.ts";',
      "packages/store/src/postgres/search.test.ts":
        'import { describeStoreSearch } from "@reef/engine/port/search.conformance";',
    }),
  ).toEqual(["packages/store/src/suites/model.test.ts:2", "packages/store/src/postgres/search.test.ts:1"]);
});
