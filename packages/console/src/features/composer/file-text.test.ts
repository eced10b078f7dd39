import { expect, test } from "vitest";
import { fenceFile, insertBlock, maxTextBytes, readFileText } from "./file-text.ts";

const file = (name: string, bytes: Uint8Array | string) => new File([bytes as BlobPart], name);

test("a file stands under its name in a fence that nothing inside can end", async () => {
  expect(fenceFile("a.ts", "const a = 1;\r\n")).toBe("a.ts:\n```ts\nconst a = 1;\n```\n");
  const tricky = fenceFile("readme", "```\ncode\n````\n");
  expect(tricky).toBe("readme:\n`````\n```\ncode\n````\n`````\n");
  expect(await readFileText(file("n.txt", "héllo"))).toEqual({ state: "text", text: "n.txt:\n```txt\nhéllo\n```\n" });
});

test("what is no text, or too long to read in a message, goes along as a file and is never cut", async () => {
  const stateOf = async (given: File) => (await readFileText(given)).state;
  expect(await stateOf(file("a.png", new Uint8Array([0x89, 0x50, 0xff, 0xfe])))).toBe("attach");
  expect(await stateOf(file("nul.txt", "a\0b"))).toBe("attach");
  expect(await stateOf(file("empty.txt", ""))).toBe("attach");
  expect(await stateOf(file("big.log", "x".repeat(maxTextBytes + 1)))).toBe("attach");
  expect(await stateOf(file("fits.log", "x".repeat(maxTextBytes)))).toBe("text");
  // Bytes that happen to be letters do not make a picture a text; an SVG is written in letters.
  expect(await stateOf(new File(["GIF89a"], "dot.gif", { type: "image/gif" }))).toBe("attach");
  expect(await stateOf(new File(["<svg/>"], "dot.svg", { type: "image/svg+xml" }))).toBe("text");
});

test("a folder that was dropped cannot be read, and is told apart from a file", async () => {
  const folder = { name: "src", size: 4096, type: "", arrayBuffer: () => Promise.reject(new Error("a folder")) };
  expect(await readFileText(folder)).toEqual({ state: "unreadable" });
});

test("a block is put in at the caret, on lines of its own", () => {
  expect(insertBlock("see this and that", { at: 8, block: "B\n" })).toEqual({
    text: "see this\nB\n and that",
    caret: 11,
  });
  expect(insertBlock("", { at: 0, block: "B\n" })).toEqual({ text: "B\n", caret: 2 });
});

test("BO2: a file of nothing but backticks and letters gets its fence", () => {
  expect(fenceFile("a.txt", "`a".repeat(300_000))).toMatch(/^a\.txt:\n```txt\n`a/);
});
