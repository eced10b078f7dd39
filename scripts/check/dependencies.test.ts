import { expect, test } from "vitest";
import { checkDependencies } from "./dependencies.ts";
import { makeTree } from "./tree-fixture.ts";

test("dependencies: a table with a row for each passes", () => {
  expect(checkDependencies(makeTree({}))).toEqual([]);
});

test("dependencies: a missing row and a row too many are problems", () => {
  const { dependencyDoc } = makeTree({});
  const problems = checkDependencies(makeTree({}, { dependencyDoc: dependencyDoc.replace("kysely", "knex") }));
  expect(problems.map(({ text }) => text)).toEqual([
    "no row for `kysely`, which packages/store depends on",
    "a row for `knex`, which nothing depends on",
  ]);
});
