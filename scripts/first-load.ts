/**
 * Lists what a browser must fetch before a session is on the screen: the scripts and styles that index.html names,
 * everything they import, and the parts that a transcript loads by itself. Sizes are compressed as the server sends
 * them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

/** Limit for a first load, in KB (10^3 bytes) of compressed JavaScript and CSS. */
export const firstLoadLimitKb = 175;

/** Loaded lazily, but needed by every transcript. */
const lazyParts = ["RenderedMarkdown"];

export interface LoadedFile {
  /** Path inside the built console. */
  readonly path: string;
  readonly zippedBytes: number;
}

/**
 * Returns the files of a first load of a built console, the largest first. Throws when a part that a transcript needs is
 * missing.
 */
export function firstLoad(folder: string): readonly LoadedFile[] {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  const wanted = [...page.matchAll(/<(?:script|link)[^>]*(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(
    ([, path]) => path,
  );
  const assets = readdirSync(join(folder, "assets")).map((name) => `assets/${name}`);
  for (const part of lazyParts) {
    const path = assets.find((asset) => new RegExp(`^assets/${part}-[\\w-]+\\.js$`).test(asset));
    if (path === undefined)
      throw new Error(`the built console has no part ${part}; is a transcript drawn by another now?`);
    wanted.push(path);
  }
  const found = new Map<string, LoadedFile>();
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (found.has(path)) continue;
    const content = readFileSync(join(folder, path));
    found.set(path, { path, zippedBytes: gzipSync(content).byteLength });
    if (path.endsWith(".js")) wanted.push(...staticImports(content.toString()));
  }
  return [...found.values()].sort((a, b) => b.zippedBytes - a.zippedBytes);
}

export function firstLoadKb(folder: string): number {
  return firstLoad(folder).reduce((sum, { zippedBytes }) => sum + zippedBytes, 0) / 1000;
}

/** Skips `import("…")`, which loads only on demand. */
function staticImports(code: string): readonly string[] {
  return [...code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, name]) => `assets/${basename(name ?? "")}`);
}
