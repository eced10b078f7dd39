/** Keeps the pictures of a client's message as files (MB11). Only bytes in the request itself: no address is fetched. */
import type { Deps } from "@reef/engine/deps";
import { AppError } from "@reef/protocol/error";
import { maxAttachments } from "@reef/protocol/file-limits";
import type { FileId } from "@reef/protocol/ids";
import { refused } from "./refused.ts";
import type { Picture } from "./said.ts";

export async function keepPictures({ files }: Deps, pictures: readonly Picture[]): Promise<FileId[]> {
  if (pictures.length === 0) return [];
  if (files === undefined) throw new AppError("unavailable", "this Reef keeps no files");
  if (pictures.length > maxAttachments) {
    throw new AppError(
      "invalid_request",
      `a message takes at most ${maxAttachments} pictures, found ${pictures.length}`,
    );
  }
  const kept: FileId[] = [];
  for (const { mediaType, bytes } of pictures) {
    kept.push((await files.keep({ name: null, mediaType, chunks: once(bytes) })).id);
  }
  return kept;
}

/** Reads `data:image/png;base64,…`. Throws `invalid_request` for an address elsewhere, or for malformed data. */
export function pictureOfDataUrl(url: string, path: string): Picture {
  const [, mediaType, data] = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w=.-]+)*;base64,([\s\S]*)$/.exec(url) ?? [];
  if (mediaType !== undefined && data !== undefined) return pictureOfBase64({ mediaType, data }, path);
  throw refused(path, "expected a picture as data:…;base64,… : Reef fetches no addresses for a client");
}

export function pictureOfBase64(
  { mediaType, data }: { readonly mediaType: string; readonly data: string },
  path: string,
): Picture {
  const bytes = Buffer.from(data, "base64");
  if (bytes.byteLength > 0) return { mediaType, bytes };
  throw refused(path, "the picture's data is not base64");
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
