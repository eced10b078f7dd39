/** Tests how the bytes of a file decide what is shown of it. */
import { expect, test } from "vitest";
import { readContent, toCodeBlock } from "./file-content.ts";
import { folderOf, foldersAbove, joinPath, nameOf } from "./paths.ts";

test("text is text, up to a bound that may fall inside a character", async () => {
  expect(await readContent(new Blob(["hello ✓"]))).toEqual({ kind: "text", text: "hello ✓", isCut: false });
  const long = await readContent(new Blob(["✓".repeat(100_000)]));
  expect(long).toMatchObject({ kind: "text", isCut: true });
  expect(long.kind === "text" && long.text).not.toContain("\uFFFD");
  expect(await readContent(new Blob([]))).toEqual({ kind: "text", text: "", isCut: false });
});

test("bytes that are no text are not shown as such, whatever the name says", async () => {
  expect(await readContent(new Blob([new Uint8Array([1, 0, 2])]))).toEqual({ kind: "binary" });
  expect(await readContent(new Blob([new Uint8Array([0xff, 0xfe, 0x41])]))).toEqual({ kind: "binary" });
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]);
  expect(await readContent(new Blob([png]))).toEqual({ kind: "picture", mediaType: "image/png" });
  expect(await readContent(new Blob(["<svg onload=alert(1)>"]))).toMatchObject({ kind: "text" });
});

test("a code block holds any text, also one with fences of its own", () => {
  expect(toCodeBlock("a.ts", "x\n")).toBe("```ts\nx\n```");
  expect(toCodeBlock("a.md", "```js\n```\n")).toBe("````md\n```js\n```\n````");
  expect(toCodeBlock("Dockerfile.dev", "FROM x")).toBe("```dockerfile\nFROM x\n```");
  expect(toCodeBlock("page.HTML", "")).toBe("```xml\n\n```");
});

test("paths are taken apart", () => {
  expect([folderOf("a/b/c.md"), nameOf("a/b/c.md"), folderOf("c.md"), nameOf("c.md")]).toEqual([
    "a/b",
    "c.md",
    "",
    "c.md",
  ]);
  expect([joinPath("", "x"), joinPath("a", "x")]).toEqual(["x", "a/x"]);
  expect(foldersAbove("a/b/c.md")).toEqual(["a", "a/b"]);
});
