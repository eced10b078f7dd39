import { randomBytes } from "node:crypto";
import { rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder } from "../testing/serve.ts";
import { createZippedFiles } from "./zipped-files.ts";

let folder: string;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => rm(folder, { recursive: true }));

test("a file is compressed once, also for those who ask together, and again when it changed", async () => {
  const path = join(folder, "page.html");
  await writeFile(path, "one");
  const files = createZippedFiles();
  const [a, b] = await Promise.all([files.find(path), files.find(path)]);
  const [first, second] = await Promise.all([a?.read("br"), b?.read("br")]);
  expect(first).toBe(second);
  expect(brotliDecompressSync(first ?? "").toString()).toBe("one");
  expect((await a?.read(null))?.toString()).toBe("one");
  const kept = files.keptBytes();
  await writeFile(path, "two");
  await utimes(path, 1, 1); // a clock that stood still
  const changed = await files.find(path);
  expect(changed?.etag).not.toBe(a?.etag);
  expect(gunzipSync((await changed?.read("gzip")) ?? "").toString()).toBe("two");
  expect(files.keptBytes()).not.toBe(kept);
});

test("no more is kept than the bound: what was asked for longest ago is compressed anew", async () => {
  const files = createZippedFiles({ maxBytes: 2_500 });
  const zip = async (name: string): Promise<Buffer | undefined> =>
    await (await files.find(join(folder, name)))?.read("gzip");
  for (const name of ["a", "b", "c"]) await writeFile(join(folder, name), randomBytes(1_000));
  const [a, b] = [await zip("a"), await zip("b")];
  expect(await zip("a")).toBe(a);
  await zip("c");
  expect(files.keptBytes()).toBeLessThanOrEqual(2_500);
  expect(await zip("a")).toBe(a);
  expect(await zip("b")).not.toBe(b);
});

test("what is no file is not there, and a file that comes later is found", async () => {
  const files = createZippedFiles();
  expect(await files.find(folder)).toBeNull();
  expect(await files.find(join(folder, "later"))).toBeNull();
  await writeFile(join(folder, "later"), "x");
  expect(await files.find(join(folder, "later"))).not.toBeNull();
});
