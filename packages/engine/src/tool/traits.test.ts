import { expect, test } from "vitest";
import { traitsOf } from "../port/tool-traits.ts";
import { createCatalogue, memoryTools, sessionTools } from "./catalogue.ts";

const { descriptions, forBot } = createCatalogue([...sessionTools, ...memoryTools]);

test("TO1: of a tool that is not known nothing is believed that would raise a trust or hide what it did", () => {
  expect(traitsOf({}, "web_fetch")).toMatchObject({ changes: "lasting", words: "others", afterCrash: "skip" });
  expect(traitsOf({ toolTraits: () => undefined }, "constructor")).toEqual(traitsOf({}, "web_fetch"));
});

test("TO1: what a tool is stands in every description, and no model is told of it", async () => {
  for (const tool of descriptions) {
    expect(Object.keys(tool).toSorted(), tool.name).toEqual([
      "afterCrash",
      "changes",
      "description",
      "folds",
      "inputSchema",
      "name",
      "tells",
      "words",
    ]);
  }
  const { specs } = await forBot({ tools: null } as never);
  expect(specs.map((spec) => Object.keys(spec))).toEqual(specs.map(() => ["name", "description", "inputSchema"]));
});

test("TO1: no call that a person or another session hears of folds away, nor one that only waits", () => {
  const unseen = descriptions.filter(
    ({ tells, changes, folds }) => folds && (tells !== "nobody" || changes === "turn"),
  );
  expect(unseen.map(({ name }) => name)).toEqual([]);
});
