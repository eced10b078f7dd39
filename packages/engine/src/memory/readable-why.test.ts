import { expect, it } from "vitest";
import { wordInText } from "./readable-why.ts";

it.each([
  ["famili", "Two families came", "families"],
  ["child", "the children sang", "children"],
  ["happi", "she was happier then", "happier"],
  ["boat", "a boathouse for two boats", "boats"],
  ["go", "she went home", "go"],
  ["東京", "東京 is large", "東京"],
])("ME8: “%s” of “%s” is read as “%s”", (found, text, word) => {
  expect(wordInText(found, text)).toBe(word);
});
