/** Compares pictures with those that were accepted, which are kept beside this file. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import type { Picture } from "./camera.ts";

export interface Difference {
  readonly name: string;
  /** A sentence that names what differs. */
  readonly words: string;
}

const acceptedFolder = join(import.meta.dirname, "accepted");
/** The pictures that differ, each with one that marks where. */
export const changedFolder = join(import.meta.dirname, "../artefacts/look");

const browserFile = join(acceptedFolder, "chromium.txt");
/** Fewer pixels differ by the browser's own chance, at the edges of letters. */
const maxPixels = 40;

/** The version of the browser that took the accepted pictures; null if there are none. */
export async function acceptedBrowser(): Promise<string | null> {
  return (await readFile(browserFile, "utf8").catch(() => null))?.trim() ?? null;
}

export async function accept(pictures: readonly Picture[], browser: string): Promise<void> {
  await mkdir(acceptedFolder, { recursive: true });
  for (const { name, png } of pictures) await writeFile(join(acceptedFolder, `${name}.png`), png);
  await writeFile(browserFile, `${browser}\n`);
}

export async function findDifferences(pictures: readonly Picture[]): Promise<Difference[]> {
  await rm(changedFolder, { recursive: true, force: true });
  const found = await Promise.all(pictures.map(compare));
  return found.filter((difference) => difference !== null);
}

async function compare({ name, png }: Picture): Promise<Difference | null> {
  const kept = await readFile(join(acceptedFolder, `${name}.png`)).catch(() => null);
  if (kept === null) return await report(name, "was never accepted", { now: png });
  const [before, after] = [PNG.sync.read(kept), PNG.sync.read(png)];
  const { width, height } = after;
  if (before.width !== width || before.height !== height)
    return await report(name, `is ${width} × ${height}, was ${before.width} × ${before.height}`, { now: png });
  const marked = new PNG({ width, height });
  const pixels = pixelmatch(before.data, after.data, marked.data, width, height);
  if (pixels <= maxPixels) return null;
  return await report(name, `differs in ${pixels} pixels`, { now: png, difference: PNG.sync.write(marked) });
}

async function report(
  name: string,
  words: string,
  { now, difference }: { readonly now: Buffer; readonly difference?: Buffer },
): Promise<Difference> {
  await mkdir(changedFolder, { recursive: true });
  await writeFile(join(changedFolder, `${name}.png`), now);
  if (difference) await writeFile(join(changedFolder, `${name}.difference.png`), difference);
  return { name, words };
}
