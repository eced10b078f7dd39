/**
 * Prepares the files of a window: pictures go to models that see, the newest first and within bounds, and everything
 * else is named. A picture's type is read from its first bytes, because servers refuse one under another's type.
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

/** What a picture takes in a window, in tokens: most models scale it down to about this. */
export const pictureTokens = 1_500;
/** What the name of a file takes. */
export const fileNameTokens = 30;

/** Returns those to send, by entry: the newest first, each file once, at its last place. */
export function planPictures(entries: readonly Entry[], most: number): ReadonlyMap<Entry["id"], readonly FileRef[]> {
  const planned = new Map<Entry["id"], FileRef[]>();
  const seen = new Set<string>();
  let bytesLeft = maxRequestBytes;
  for (const entry of entries.toReversed()) {
    for (const file of entry.attachments?.toReversed() ?? []) {
      if (seen.size >= most) return planned;
      if (!mayBePicture(file) || seen.has(file.id) || file.sizeBytes > bytesLeft) continue;
      seen.add(file.id);
      bytesLeft -= file.sizeBytes;
      planned.set(entry.id, [file, ...(planned.get(entry.id) ?? [])]);
    }
  }
  return planned;
}

export interface PictureSource {
  readonly readFile: ReadFile | undefined;
  /** Media types that the model reads. */
  readonly types: readonly string[];
}

/** A file that cannot be read, or has another type than it says, is left out, and therefore named. */
export async function readPictures(
  planned: ReadonlyMap<Entry["id"], readonly FileRef[]>,
  { readFile, types }: PictureSource,
): Promise<ReadonlyMap<Entry["id"], readonly Picture[]>> {
  const read = new Map<Entry["id"], Picture[]>();
  if (readFile === undefined) return read;
  for (const [id, files] of planned) {
    const pictures = await Promise.all(files.map((file) => readPicture(file, readFile, types)));
    read.set(
      id,
      pictures.filter((picture) => picture !== null),
    );
  }
  return read;
}

export function isPicture({ mediaType }: Pick<FileRef, "mediaType">): boolean {
  return /^image\/(png|jpeg|jpg|webp|gif)$/i.test(mediaType);
}

function mayBePicture(file: FileRef): boolean {
  if (file.sizeBytes > maxPictureBytes) return false;
  return isPicture(file) && (file.width ?? 0) <= maxSidePixels && (file.height ?? 0) <= maxSidePixels;
}

async function readPicture(file: FileRef, readFile: ReadFile, types: readonly string[]): Promise<Picture | null> {
  const bytes = await readFile(file.id).catch(() => null);
  if (bytes === null || bytes.byteLength > maxPictureBytes) return null;
  const mediaType = pictureTypeOf(bytes);
  return mediaType !== null && types.includes(mediaType) ? { file, mediaType, bytes } : null;
}

/** Returns the type by the first bytes; null when models cannot read it. */
function pictureTypeOf(bytes: Uint8Array): string | null {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith("\x89PNG\r\n\x1A\n")) return "image/png";
  if (start.startsWith("\xFF\xD8\xFF")) return "image/jpeg";
  if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) return "image/gif";
  return start.startsWith("RIFF") && start.slice(8) === "WEBP" ? "image/webp" : null;
}

/** Returns each file of an entry by name, and those that are sent with their bytes. */
export function fileParts(
  { attachments = [] }: Pick<Entry, "attachments">,
  pictures: readonly Picture[],
): (LanguageModelV4TextPart | LanguageModelV4FilePart)[] {
  const pictureById = new Map(pictures.map((picture) => [picture.file.id, picture]));
  const files = new Map(attachments.map((file) => [file.id, file]));
  return [...files.values()].flatMap((file) => {
    const picture = pictureById.get(file.id);
    if (picture === undefined) return [{ type: "text" as const, text: nameFile(file) }];
    const { bytes: data, mediaType } = picture;
    const name = { type: "text" as const, text: namePicture(picture) };
    return [name, { type: "file" as const, mediaType, data: { type: "data" as const, data } }];
  });
}

/** Names a file that is not sent. Its name is untrusted. */
export function nameFile({ id, name, mediaType, sizeBytes }: FileRef): string {
  return `[Attached file: “${plainName(name)}”, ${plainName(mediaType)}, ${sizeInWords(sizeBytes)}, id ${id}]`;
}

/** Names a picture that is sent beside. */
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
