/**
 * Serves the built console to everyone, because it holds no data, and only files in its folder. Files under `assets/`
 * have their hash in their name and never change; a browser asks for the others again, and gets them only when they
 * changed. Every other address that a browser opens is the console's own (SPA); a program that asks for one has
 * mistyped it, and gets an error.
 */
import { stat } from "node:fs/promises";
import { extname, join, posix } from "node:path";
import { AppError } from "@reef/protocol/error";
import { chooseEncoding } from "./compress.ts";
import { problemResponse } from "./errors.ts";
import { matchesEtag } from "./etag.ts";
import { createZippedFiles, type FileEncoding, type SentFile } from "./zipped-files.ts";

/** Answers GET and HEAD of one address. */
export type ServeConsole = (request: Request) => Promise<Response>;

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

const compressible = new Set([".html", ".js", ".css", ".json", ".map", ".svg", ".webmanifest", ".txt"]);
const encodings: readonly FileEncoding[] = ["br", "gzip"];

/** Serves the first of `folders` that holds a built console. */
export function createConsoleFiles(folders: readonly string[]): ServeConsole {
  const files = createZippedFiles();

  async function respond(path: string, file: SentFile, request: Request): Promise<Response> {
    const headers = new Headers({
      "content-type": typeByExtension[extname(path)] ?? "application/octet-stream",
      "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      etag: file.etag,
    });
    const isCompressible = compressible.has(extname(path));
    if (isCompressible) headers.set("vary", "accept-encoding");
    if (matchesEtag(request.headers.get("if-none-match"), file.etag))
      return new Response(null, { status: 304, headers });
    const encoding = isCompressible ? chooseEncoding(request.headers.get("accept-encoding"), encodings) : null;
    if (encoding !== null) headers.set("content-encoding", encoding);
    const body = await file.read(encoding);
    headers.set("content-length", String(body.byteLength));
    return new Response(request.method === "HEAD" ? null : new Uint8Array(body), { headers });
  }

  return async (request) => {
    const folder = await firstBuilt(folders);
    const path = pathOf(request);
    if (folder === null) return path === "/" ? notBuilt() : notFound(request);
    if (path === null) return notFound(request);
    const file = await files.find(join(folder, path));
    if (file !== null) return respond(path, file, request);
    const isPage = path === "/" || request.headers.get("accept")?.includes("text/html");
    if (!isPage || extname(path) !== "" || path.startsWith("/assets/")) return notFound(request);
    const page = await files.find(join(folder, "index.html"));
    return page === null ? notBuilt() : respond("/index.html", page, request);
  };
}

async function firstBuilt(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    if (await stat(join(folder, "index.html")).catch(() => null)) return folder;
  }
  return null;
}

/**
 * Returns the decoded path, absolute and without `..`, so that it cannot leave the folder; null when it is malformed or
 * hidden.
 */
function pathOf(request: Request): string | null {
  try {
    const path = posix.normalize(decodeURIComponent(new URL(request.url).pathname));
    const isStrange = /[\0\\]/.test(path) || path.split("/").some((part) => part.startsWith("."));
    return isStrange ? null : path;
  } catch {
    return null;
  }
}

function notFound(request: Request): Response {
  const path = URL.parse(request.url)?.pathname ?? "this address";
  return problemResponse(new AppError("not_found", `there is nothing at ${path}: the API is under /v1, see /docs`));
}

function notBuilt(): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Reef</title><h1>The console is not built</h1><p>The server runs, and its API answers under <code>/v1</code> (<a href="/docs">reference</a>). Run <code>npm run build</code>, then load this page again.</p></html>`;
  return new Response(html, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
}
