import fc from "fast-check";
import { expect, test } from "vitest";
import { partThoughts } from "./thoughts.ts";

function part(pieces: readonly string[], isOpen = false) {
  const parting = partThoughts({ isOpen });
  let text = "";
  let thought = "";
  const shown: string[] = [];
  for (const piece of [...pieces.map((each) => parting.take(each)), parting.end()]) {
    if (piece.isVoid) text = "";
    text += piece.text;
    thought += piece.thought;
    shown.push(piece.text);
  }
  return { text, thought: thought.trim(), kind: parting.kind(), shown: shown.join("") };
}

const cut = (text: string, at: readonly number[]) => {
  const marks = [0, ...[...at].map((n) => n % (text.length + 1)).sort((one, other) => one - other), text.length];
  return marks.slice(1).map((mark, n) => text.slice(marks[n], mark));
};

const parted = [
  ["<think>\nA trick?\n</think>\n\n4", "4", "A trick?"],
  ["\n <THINK>A trick?</THINK>4", "4", "A trick?"],
  ["<thinking>A trick?</thinking> 4", "4", "A trick?"],
  ["[THINK]A trick?[/THINK]4", "4", "A trick?"],
  ["◁think▷A trick?◁/think▷4", "4", "A trick?"],
  ["<think>A </think><think>trick?</think>4", "4", "A trick?"],
  [
    "<|channel|>analysis<|message|>A trick?<|end|><|start|>assistant<|channel|>final<|message|>4<|return|>",
    "4",
    "A trick?",
  ],
  ["<think></think>\n\n4", "4", ""],
  ["<think>cut in the mid", "", "cut in the mid"],
] as const;

test.each(parted)("PR1: what is thought stands apart, wherever the pieces are cut: %s", (given, text, thought) => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (at) => {
      const found = part(cut(given, at));
      expect(found).toMatchObject({ text, thought });
      expect(found.shown).toBe(text); // never shown, not even for a moment
    }),
  );
});

test.each([
  "In HTML-like prompts you write `<think>` and `</think>`.",
  "```\n<think>\nx\n</think>\n```\nThat was it.",
  "Some models say <think>so</think>\nand go on.",
  "He said </think> in the middle of a line.",
  "<thimble> is no thought",
  "a < b",
  "<",
  "",
  "   leading space",
])("PR1: an ordinary answer stays as it is: %s", (text) => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (at) => {
      expect(part(cut(text, at))).toMatchObject({ text, thought: "", kind: "none" });
    }),
  );
});

test.each([
  ["<think>one <think>two</think> three</think>4", "4"],
  ["<think>a\n<think>b</think>\nc\n</think>\n4", "4"],
  ["<think>They ask about <think> and </think> tags.</think>Write them in pairs.", "Write them in pairs."],
  ["<think>A <think> tag</think>Write <think>so</think> and it works.", "Write <think>so</think> and it works."],
  ["<think>A <think> tag</think>It ends with `</think>` here.", "It ends with `</think>` here."],
  ["<reasoning>A trick?</reasoning>4", "4"],
])("PR1: a thought within a thought ends where the outer one does: %s", (given, text) => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (at) => {
      expect(part(cut(given, at)).text).toBe(text);
    }),
  );
});

test("PR1: an end that nothing opened makes a thought of all before it, and the live text void", () => {
  const given = "They ask again.\n</think>\n\n5";
  fc.assert(
    fc.property(fc.array(fc.nat(100), { maxLength: 8 }), (at) => {
      expect(part(cut(given, at))).toMatchObject({ text: "5", thought: "They ask again.", kind: "unopened" });
    }),
  );
});

test("PR1: a model known to begin in a thought shows nothing of it, and an answer of it without one is whole", () => {
  expect(part(["They ask", " again.\n</th", "ink>\n\n5"], true)).toMatchObject({
    text: "5",
    shown: "5",
    kind: "unopened",
  });
  expect(part(["<think>They ask</think>5"], true)).toMatchObject({ text: "5", thought: "They ask" });
  expect(part(["just ", "an answer"], true)).toMatchObject({ text: "just an answer", thought: "", kind: "none" });
});
