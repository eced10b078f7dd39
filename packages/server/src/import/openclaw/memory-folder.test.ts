import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRoot } from "../root.ts";
import { type NoteRoom, readMemoryFolder } from "./memory-folder.ts";

let path: string;
let told: string[];
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "reef-notes-"));
  await mkdir(join(path, "memory/more"), { recursive: true });
  told = [];
});
afterEach(() => rm(path, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(path, "memory", name), text);

async function read(room: NoteRoom): Promise<readonly string[]> {
  const tell = (at: string, reason: string) => told.push(`${at}: ${reason}`);
  return (await readMemoryFolder(await openRoot(path), { place: ".", room, tell })).map((note) => note.path);
}

test("SE6: at most as many notes are read as there is room for, by number and by size; the rest is told once", async () => {
  for (const name of ["1.md", "2.md", "3.md", "more/4.md"]) await write(name, "0123456789");
  const room = { files: 2, bytes: 1_000, folders: 9 };
  expect(await read(room)).toEqual(["memory/1.md", "memory/2.md"]);
  expect(room.files).toBe(0);
  expect(told).toEqual([expect.stringMatching(/^memory\/3\.md: .*2 notes/)]);
  told = [];
  expect(await read({ files: 9, bytes: 35, folders: 9 })).toEqual(["memory/1.md", "memory/2.md", "memory/3.md"]);
  expect(told).toEqual([expect.stringMatching(/^memory\/more\/4\.md: .*1 note\b/)]);
});

test("SE6: a note that is too big is told, and the others are read", async () => {
  await write("1.md", "x".repeat(2_000_001));
  await write("2.md", "two");
  expect(await read({ files: 9, bytes: 10_000_000, folders: 9 })).toEqual(["memory/2.md"]);
  expect(told).toEqual([expect.stringMatching(/^memory\/1\.md: 2000001 bytes/)]);
});

test("SE6: folders are bounded as well", async () => {
  await write("1.md", "one");
  await write("more/2.md", "two");
  expect(await read({ files: 9, bytes: 1_000, folders: 1 })).toEqual(["memory/1.md"]);
  expect(told).toEqual(["memory/more: too many folders to read in one import"]);
});
