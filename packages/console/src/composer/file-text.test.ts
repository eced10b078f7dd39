import { expect, test } from "vitest";
import { fenceFile, insertBlock, maxFileBytes, readFileText } from "./file-text.ts";

const file = (name: string, bytes: Uint8Array | string) => new File([bytes as BlobPart], name);

test("a file stands under its name in a fence that nothing inside can end", async () => {
  expect(fenceFile("a.ts", "const a = 1;\r\n")).toBe("a.ts:\n```ts\nconst a = 1;\n```\n");
  const tricky = fenceFile("readme", "```\ncode\n````\n");
  expect(tricky).toBe("readme:\n`````\n```\ncode\n````\n`````\n");
  expect(await readFileText(file("n.txt", "héllo"))).toEqual({ state: "text", text: "n.txt:\n```txt\nhéllo\n```\n" });
});

test("what is no text, or too long, is refused by name and never cut", async () => {
  expect(await readFileText(file("a.png", new Uint8Array([0x89, 0x50, 0xff, 0xfe])))).toMatchObject({
    state: "refused",
    reason: "a.png is no text file",
  });
  expect(await readFileText(file("nul.txt", "a\0b"))).toMatchObject({ state: "refused" });
  expect(await readFileText(file("big.log", "x".repeat(maxFileBytes + 1)))).toMatchObject({
    state: "refused",
    reason: expect.stringContaining("big.log has 257 KB"),
  });
  expect((await readFileText(file("fits.log", "x".repeat(maxFileBytes)))).state).toBe("text");
});

test("a block is put in at the caret, on lines of its own", () => {
  expect(insertBlock("see this and that", { at: 8, block: "B\n" })).toEqual({
    text: "see this\nB\n and that",
    caret: 11,
  });
  expect(insertBlock("", { at: 0, block: "B\n" })).toEqual({ text: "B\n", caret: 2 });
});
