import { expect, test } from "vitest";
import { makeModel } from "../../testing/nouns.ts";
import { pickerRows, rowToModel } from "./picker-rows.ts";

const models = [makeModel("openai/gpt-5"), makeModel("local/llama")];
const rowsFor = (query: string, hasNone = true) => pickerRows({ models, work: "chat", query, hasNone });

test("the default comes first until something is typed, and then only what matches", () => {
  expect(rowsFor("").map(({ key }) => key)).toEqual(["none", "openai%2Fgpt-5", "local%2Fllama"]);
  expect(rowsFor("", false)[0]?.type).toBe("model");
  expect(rowsFor("gpt").map(rowToModel)).toEqual(["openai/gpt-5", "gpt"]);
});

test("an id that no provider lists can be used as it was typed; one that is listed is not offered twice", () => {
  expect(rowsFor(" openai/gpt-next ").map(rowToModel)).toEqual(["openai/gpt-next"]);
  expect(rowsFor("openai/gpt-5").map(rowToModel)).toEqual(["openai/gpt-5"]);
  expect(rowsFor("gpt-5").map(rowToModel)).toEqual(["openai/gpt-5"]);
});
