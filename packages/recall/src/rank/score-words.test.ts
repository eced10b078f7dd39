/** Tests that every part of a score has words for people. */
import { wordsByScorePart } from "@reef/protocol/score-words";
import { expect, test } from "vitest";
import { featureNames } from "./features.ts";
import { kindPriors } from "./weights.ts";

test("ME8: no part of a score reaches a person by its raw name", () => {
  const names = [...featureNames, ...Object.keys(kindPriors), "importance", "pinned", "meaning"];
  expect(names.filter((name) => wordsByScorePart[name] === undefined)).toEqual([]);
  expect(Object.keys(wordsByScorePart).filter((name) => !names.includes(name))).toEqual([]);
});
