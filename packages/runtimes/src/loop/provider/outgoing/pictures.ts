/**
 * Files of a window: pictures go to models that see, the newest first and within bounds, and everything else is named.
 * What a picture really is, its first bytes say: servers refuse one that comes under another's type.
 */
import type { LanguageModelV4FilePart, LanguageModelV4TextPart } from "@ai-sdk/provider";
import type { ReadFile } from "@reef/engine/port/runtime";
import type { Entry } from "@reef/protocol/entry";
import type { FileRef } from "@reef/protocol/file";

export interface Picture {
  readonly file: FileRef;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Of one picture, of a request, and how many. */
const maxPictureBytes = 5_000_000;
const maxRequestBytes = 20_000_000;
export const maxPictures = 20;
/** A longer side is refused. */
const maxSidePixels = 8_000;

/** What a picture takes in a window, in tokens: most models cut it down to about so much. */
export const pictureTokens = 1_500;
/** What the name of a file takes. */
export const fileNameTokens = 30;

export interface PictureRequest {
  readonly entries: readonly Entry[];
  readonly readFile: ReadFile | undefined;
  /** Media types that the model reads. */
  readonly types: readonly string[];
  readonly most: number;
}

/** The pictures that are sent, by entry. Each file once, where it came last. A file that cannot be read is named. */
export async function loadPictures(request: PictureRequest): Promise<ReadonlyMap<Entry["id"], readonly Picture[]>> {
  const { entries, readFile, types, most } = request;
  const found = new Map<Entry["id"], Picture[]>();
  if (readFile === undefined) return found;
  const seen = new Set<string>();
  let bytesLeft = maxRequestBytes;
  for (const entry of entries.toReversed()) {
    for (const file of entry.attachments?.toReversed() ?? []) {
      if (seen.size >= Math.min(most, maxPictures)) return found;
      if (!mayBePicture(file) || seen.has(file.id) || file.sizeBytes > Math.min(bytesLeft, maxPictureBytes)) continue;
      const picture = await readPicture(file, readFile, types);
      if (picture === null || picture.bytes.byteLength > Math.min(bytesLeft, maxPictureBytes)) continue;
      seen.add(file.id);
      bytesLeft -= picture.bytes.byteLength;
      found.set(entry.id, [picture, ...(found.get(entry.id) ?? [])]);
    }
  }
  return found;
}

export function isPicture({ mediaType }: Pick<FileRef, "mediaType">): boolean {
  return /^image\/(png|jpeg|jpg|webp|gif)$/i.test(mediaType);
}

function mayBePicture(file: FileRef): boolean {
  return isPicture(file) && (file.width ?? 0) <= maxSidePixels && (file.height ?? 0) <= maxSidePixels;
}

async function readPicture(file: FileRef, readFile: ReadFile, types: readonly string[]): Promise<Picture | null> {
  const bytes = await readFile(file.id).catch(() => null);
  if (bytes === null) return null;
  const mediaType = pictureTypeOf(bytes);
  return mediaType !== null && types.includes(mediaType) ? { file, mediaType, bytes } : null;
}

/** By the first bytes; null when it is none that models read. */
export function pictureTypeOf(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith("\x89PNG\r\n\x1A\n")) return "image/png";
  if (start.startsWith("\xFF\xD8\xFF")) return "image/jpeg";
  if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) return "image/gif";
  return start.startsWith("RIFF") && start.slice(8) === "WEBP" ? "image/webp" : null;
}

/** Each file of an entry by name, and those that are sent with their bytes. */
export function fileParts(
  { attachments = [] }: Pick<Entry, "attachments">,
  pictures: readonly Picture[],
): (LanguageModelV4TextPart | LanguageModelV4FilePart)[] {
  const pictureById = new Map(pictures.map((picture) => [picture.file.id, picture]));
  return attachments.flatMap((file) => {
    const picture = pictureById.get(file.id);
    if (picture === undefined) return [{ type: "text" as const, text: nameFile(file) }];
    const { bytes: data, mediaType } = picture;
    const name = { type: "text" as const, text: namePicture(picture) };
    return [name, { type: "file" as const, mediaType, data: { type: "data" as const, data } }];
  });
}

/** How a file that is not sent is told. Its name comes from outside. */
export function nameFile({ id, name, mediaType, sizeBytes }: FileRef): string {
  return `[Attached file: “${plainName(name)}”, ${plainName(mediaType)}, ${sizeInWords(sizeBytes)}, id ${id}]`;
}

/** How a picture that is sent beside is told. */
function namePicture({ file }: Picture): string {
  return `[Picture: “${plainName(file.name)}”, id ${file.id}]`;
}

function plainName(name: string): string {
  const plain = name.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}[\]“”]/gu, "");
  return plain.length > 120 ? `${plain.slice(0, 119).toWellFormed()}…` : plain;
}

function sizeInWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
