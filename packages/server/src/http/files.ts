/**
 * Defines the endpoints of files (MB11). Bytes from strangers are returned so that no browser runs them: as a picture
 * or as a download, under a type from a short list, in a sandbox, with no sniffing (SE4).
 */
import type { Deps, Files } from "@reef/engine/deps";
import { fileTooLarge } from "@reef/engine/file/files";
import { AppError } from "@reef/protocol/error";
import { StoredFile } from "@reef/protocol/file";
import { imageTypes, maxFileBytes } from "@reef/protocol/file-limits";
import { FileId } from "@reef/protocol/ids";
import { z } from "zod";
import { contentDisposition } from "./content-disposition.ts";
import { type Edge, found } from "./edge.ts";
import { problemResponse } from "./errors.ts";
import { matchesEtag } from "./etag.ts";
import { booleanQuery } from "./query.ts";
import { readRange } from "./range.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: FileId });
const tag = "Files";

/** No script, nothing remote, not even from this server: for a browser that opens the address directly. */
const filePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

export function fileRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/files",
        tag,
        summary: "Upload a file",
        description: `The body is the file as it is, at most ${maxFileBytes / 1_000_000} MB, and Content-Type says what it is. The answer comes once it is on disk. A file that no message names is deleted after a day.`,
        query: z.strictObject({
          name: z
            .string()
            .optional()
            .meta({ description: "Reduced to one line of at most 200 characters, without a path." }),
        }),
        rawBody: "*/*",
        status: 201,
        answer: StoredFile,
      },
      ({ query, request }) => {
        requireFile(request.headers);
        return filesOf(deps).keep({
          name: query.name ?? null,
          mediaType: request.headers.get("content-type"),
          chunks: chunksOf(request),
        });
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/files/{id}",
        tag,
        summary: "Read a file's bytes",
        description:
          "Pictures (PNG, JPEG, WebP, GIF) can be shown in a page; everything else is a download. You can request a single range of bytes.",
        params,
        query: z.strictObject({
          download: booleanQuery.meta({ description: "`true` downloads pictures too." }),
        }),
        headers: [
          { name: "Range", description: "Such as `bytes=0-499`." },
          { name: "If-None-Match", description: "The ETag of a copy you already have." },
        ],
        status: 200,
        answer: "application/octet-stream",
      },
      async ({ params: { id }, query, request }) => {
        const file = await found(deps.store.read.file(id), "file");
        return respond(filesOf(deps), file, { request, isDownload: query.download === true });
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/files/{id}/meta",
        tag,
        summary: "Read what a file is",
        params,
        status: 200,
        answer: StoredFile,
      },
      ({ params: { id } }) => found(deps.store.read.file(id), "file"),
    ),
  ];
}

function filesOf({ files }: Deps): Files {
  if (files === undefined) throw new AppError("unavailable", "files cannot be kept here: no folder is set up for them");
  return files;
}

/** Refuses before a byte is read, when the headers are enough. */
function requireFile(headers: Headers): void {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() || "identity";
  if (encoding !== "identity") {
    throw new AppError("unsupported_media_type", `expected a body without content-encoding, found ${encoding}`);
  }
  if (/^\s*multipart\//i.test(headers.get("content-type") ?? "")) {
    throw new AppError("unsupported_media_type", "expected the bytes of one file as the body, found a form");
  }
  if (Number(headers.get("content-length") ?? 0) > maxFileBytes) throw fileTooLarge();
}

async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new AppError("invalid_request", "the body ended too early", { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Not awaited: a refused body may never end.
    reader.cancel().catch(() => undefined);
  }
}

async function respond(
  { bytes }: Files,
  file: StoredFile,
  { request, isDownload }: { readonly request: Request; readonly isDownload: boolean },
): Promise<Response> {
  const isPicture = imageTypes.some((type) => type === file.mediaType);
  const etag = `"${file.sha256}"`;
  const headers = new Headers({
    "content-type": servedType(file.mediaType),
    "content-disposition": contentDisposition(isPicture && !isDownload ? "inline" : "attachment", file.name),
    "content-security-policy": filePolicy,
    "cache-control": "private, max-age=31536000, immutable",
    "accept-ranges": "bytes",
    etag,
  });
  if (matchesEtag(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  if ((await bytes.size(file.sha256)) !== file.sizeBytes) throw gone(file);
  const range = readRange(request.headers, { sizeBytes: file.sizeBytes, etag });
  if (range === "unsatisfiable") {
    const error = new AppError(
      "range_not_satisfiable",
      `the file has ${file.sizeBytes} bytes, none of them in this range`,
    );
    return problemResponse(error, { "content-range": `bytes */${file.sizeBytes}` });
  }
  const { first, last } = range ?? { first: 0, last: file.sizeBytes - 1 };
  headers.set("content-length", String(last - first + 1));
  if (range !== null) headers.set("content-range", `bytes ${first}-${last}/${file.sizeBytes}`);
  const body = request.method === "HEAD" ? null : await bytes.stream(file.sha256, { first, last });
  if (body === null && request.method !== "HEAD") throw gone(file);
  return new Response(body, { status: range === null ? 200 : 206, headers });
}

function servedType(mediaType: string): string {
  if (imageTypes.some((type) => type === mediaType) || mediaType === "application/pdf") return mediaType;
  return mediaType === "text/plain" ? "text/plain; charset=utf-8" : "application/octet-stream";
}

function gone({ name }: StoredFile): AppError {
  return new AppError("not_found", `the file “${name}” is gone: its bytes are no longer in the data folder`);
}
