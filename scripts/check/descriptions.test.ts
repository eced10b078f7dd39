import { expect, test } from "vitest";
import { checkDescriptions } from "./descriptions.ts";
import { makeTree } from "./tree-fixture.ts";

const texts = (description: string) =>
  checkDescriptions(
    makeTree(
      {
        "packages/runtimes/src/loop/a.ts": "",
        "packages/runtimes/src/demo/b.ts": "",
        "packages/runtimes/src/c.ts": "",
      },
      { manifestByPackage: new Map([["runtimes", { name: "@reef/runtimes", description }]]) },
    ),
  ).map(({ text }) => text);

test("descriptions: what a list names are folders of the package", () => {
  expect(texts("What executes a turn: loop, demo.")).toEqual([]);
  expect(texts("What executes a turn: loop and demo")).toEqual([]);
  expect(texts("What executes a turn.")).toEqual([]);
});

test("descriptions: a folder that does not exist is found, and a file is none", () => {
  expect(texts("What executes a turn: loop, acp, c.")).toEqual([
    "the description lists “acp”, and there is no folder src/acp",
    "the description lists “c”, and there is no folder src/c",
  ]);
});
