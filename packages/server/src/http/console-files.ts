/**
 * Serves the built console: open to everybody, because it holds no data. Only what stands in its folder; files under
 * `assets/` have their hash in their name and never change. Every other address is the console's own (SPA).
 */
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { AppError } from "@reef/protocol/error";
import { problemResponse } from "./errors.ts";

const typeByExtension: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** Serves GET and HEAD of one path below the console's folder; null when there is no console folder at all. */
export async function serveConsole(folders: readonly string[], request: Request): Promise<Response> {
  const folder = await firstBuilt(folders);
  const path = pathOf(request);
  if (folder === null) return path === "/" ? notBuilt() : notFound(path);
  if (path !== null) {
    const file = await readInside(folder, path);
    if (file !== null) return respond(path, file, request);
  }
  if (path === null || extname(path) !== "" || path.startsWith("/assets/")) return notFound(path);
  const page = await readInside(folder, "/index.html");
  return page === null ? notBuilt() : respond("/index.html", page, request);
}

async function firstBuilt(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    if (await stat(join(folder, "index.html")).catch(() => null)) return folder;
  }
  return null;
}

/** The decoded path; null when it is malformed or hidden. */
function pathOf(request: Request): string | null {
  try {
    const path = normalize(decodeURIComponent(new URL(request.url).pathname));
    return path.includes("\0") || path.split(sep).some((part) => part.startsWith(".")) ? null : path;
  } catch {
    return null;
  }
}

async function readInside(folder: string, path: string): Promise<Buffer | null> {
  const full = join(folder, path);
  if (!full.startsWith(folder + sep)) return null;
  return readFile(full).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "EISDIR" || error.code === "ENOTDIR") return null;
    throw error;
  });
}

function respond(path: string, file: Buffer, request: Request): Response {
  return new Response(request.method === "HEAD" ? null : new Uint8Array(file), {
    headers: {
      "content-type": typeByExtension[extname(path)] ?? "application/octet-stream",
      "content-length": String(file.byteLength),
      "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    },
  });
}

function notFound(path: string | null): Response {
  return problemResponse(new AppError("not_found", `there is no page at ${path ?? "this address"}`));
}

function notBuilt(): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Reef</title><h1>The console is not built</h1><p>The server runs, and its API answers under <code>/v1</code> (<a href="/docs">reference</a>). Run <code>npm run build</code>, then load this page again.</p></html>`;
  return new Response(html, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
}
