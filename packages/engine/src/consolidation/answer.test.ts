/** Tests which answers of a model can be read, and what the model is told about the others. */
import { describe, expect, it } from "vitest";
import { readAnswer } from "./answer.ts";

const frame = { lines: 3, labels: new Set(["m1", "m2"]) };
const read = (...memories: readonly unknown[]) => readAnswer(JSON.stringify({ memories }), frame);
const tea = { action: "add", text: "Ann likes tea", sources: [1] };

describe("a model's answer", () => {
  it("is found in fences and among words; kind and reason may be missing", () => {
    const { items, errors } = readAnswer(
      `Sure! Here it is:\n\`\`\`json\n${JSON.stringify({ memories: [tea] })}\n\`\`\``,
      frame,
    );
    expect(errors).toEqual([]);
    expect(items).toEqual([{ ...tea, kind: "fact", replaces: [], reason: "" }]);
    expect(read()).toEqual({ items: [], errors: [] });
  });

  it("may name one line, or a line in words", () => {
    expect(
      read({ ...tea, sources: 2 }, { ...tea, sources: ["line 3", "1"] }).items.map(({ sources }) => sources),
    ).toEqual([[2], [3, 1]]);
    expect(read({ action: "forget", replaces: "m2", sources: [1] }).items[0]?.replaces).toEqual(["m2"]);
  });

  it.each([
    ["no JSON", "I would rather not.", "expected JSON"],
    ["broken JSON", '{"memories": [', "expected JSON"],
    ["another form", '{"facts": []}', "memories"],
    ["no line", JSON.stringify({ memories: [{ ...tea, sources: [] }] }), "at least one line"],
    [
      "a line that is not there",
      JSON.stringify({ memories: [{ ...tea, sources: [0, 4] }] }),
      "no line 0, 4: lines are numbered 1 to 3",
    ],
    ["no text", JSON.stringify({ memories: [{ ...tea, text: " " }] }), "expected a “text”"],
    ["nothing to replace", JSON.stringify({ memories: [{ ...tea, action: "replace" }] }), "a label in “replaces”"],
    [
      "a strange label",
      JSON.stringify({ memories: [{ ...tea, action: "replace", replaces: ["m9"] }] }),
      "“m9” is not a memory",
    ],
    ["a strange action", JSON.stringify({ memories: [{ ...tea, action: "pin" }] }), "memories[0]"],
    ["too much text", JSON.stringify({ memories: [{ ...tea, text: "x".repeat(2_001) }] }), "memories[0]"],
  ])("with %s is told what is wrong", (_what, text, error) => {
    const { items, errors } = readAnswer(text, frame);
    expect(items).toEqual([]);
    expect(errors.join("\n")).toContain(error);
  });

  it("keeps what can be used beside what cannot", () => {
    const { items, errors } = read(tea, { ...tea, sources: [9] }, "tea");
    expect(items.length).toBe(1);
    expect(errors.length).toBe(2);
  });
});
