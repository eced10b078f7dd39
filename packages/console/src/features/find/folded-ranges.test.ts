import { foldText } from "@reef/protocol/fold-text";
import { expect, test } from "vitest";
import { foldedRanges } from "./folded-ranges.ts";

test.each([
  ["Die Straße und die STRASSE", "strasse", ["Straße", "STRASSE"]],
  ["cafe\u0301 caf\u00e9 cafe", "CAFÉ", ["cafe\u0301", "caf\u00e9", "cafe"]],
  ["a ﬁle, Donau\u00addampf", "donaudampf", ["Donau\u00addampf"]],
  ["ﬁle", "le", ["le"]],
  ["ﬁle", "i", ["ﬁ"]],
  ["東京都 🚀", "京", ["京"]],
  ["nothing", "x", []],
])("in %j, %j is found where it is written", (text, question, found) => {
  expect(foldedRanges(text, foldText(question)).map(([from, to]) => text.slice(from, to))).toEqual(found);
});
