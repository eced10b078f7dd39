/**
 * Reads a picture's type and displayed size from its first bytes: a declared type is not believed. Reads little and
 * stops soon, whatever the bytes are.
 */
import type { imageTypes } from "@reef/protocol/file-limits";

/** Reads at most `length` bytes from `offset`; fewer at the end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

export interface Picture {
  readonly mediaType: (typeof imageTypes)[number];
  readonly width: number;
  readonly height: number;
}

/**
 * A larger picture could not be shown, since its pixels would fill the viewer's memory. It is treated as an ordinary
 * file.
 */
const maxPixels = 120_000_000;
/** A JPEG has its size after whatever cameras and editors put first. */
const maxSegments = 1_000;

/** Returns null if it is no picture that can be shown. */
export async function readPicture(readAt: ReadAt): Promise<Picture | null> {
  const head = viewOf(await readAt(0, 32));
  const found = readPng(head) ?? readGif(head) ?? readWebp(head) ?? (await readJpeg(head, readAt));
  if (found === null || found.width === 0 || found.height === 0) return null;
  return found.width * found.height > maxPixels ? null : found;
}

function readPng(head: DataView): Picture | null {
  if (head.byteLength < 24 || !hasText(head, 0, "\x89PNG\r\n\x1a\n") || !hasText(head, 12, "IHDR")) return null;
  return { mediaType: "image/png", width: head.getUint32(16), height: head.getUint32(20) };
}

function readGif(head: DataView): Picture | null {
  if (head.byteLength < 13 || !(hasText(head, 0, "GIF87a") || hasText(head, 0, "GIF89a"))) return null;
  return { mediaType: "image/gif", width: head.getUint16(6, true), height: head.getUint16(8, true) };
}

function readWebp(head: DataView): Picture | null {
  if (head.byteLength < 30 || !hasText(head, 0, "RIFF") || !hasText(head, 8, "WEBP")) return null;
  const mediaType = "image/webp";
  if (hasText(head, 12, "VP8 ")) {
    const isKeyFrame = (head.getUint8(20) & 1) === 0 && hasText(head, 23, "\x9d\x01\x2a");
    if (!isKeyFrame) return null;
    return { mediaType, width: head.getUint16(26, true) & 0x3fff, height: head.getUint16(28, true) & 0x3fff };
  }
  if (hasText(head, 12, "VP8L")) {
    if (head.getUint8(20) !== 0x2f) return null;
    const bits = head.getUint32(21, true);
    return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (!hasText(head, 12, "VP8X")) return null;
  const uint24 = (at: number) => head.getUint16(at, true) | (head.getUint8(at + 2) << 16);
  return { mediaType, width: uint24(24) + 1, height: uint24(27) + 1 };
}

async function readJpeg(head: DataView, readAt: ReadAt): Promise<Picture | null> {
  if (head.byteLength < 3 || head.getUint16(0) !== 0xffd8 || head.getUint8(2) !== 0xff) return null;
  let isTurned = false;
  for (let offset = 2, count = 0; count < maxSegments; count++) {
    const segment = viewOf(await readAt(offset, 9));
    if (segment.byteLength < 9 || segment.getUint8(0) !== 0xff) return null;
    const marker = segment.getUint8(1);
    if (marker === 0xff) {
      offset += 1; // a fill byte
      continue;
    }
    const length = segment.getUint16(2);
    if (isFrame(marker)) {
      const size = { width: segment.getUint16(7), height: segment.getUint16(5) };
      return { mediaType: "image/jpeg", ...(isTurned ? { width: size.height, height: size.width } : size) };
    }
    if (length < 2 || isEnd(marker)) return null;
    if (marker === 0xe1) isTurned ||= readsSideways(viewOf(await readAt(offset + 4, length - 2)));
    offset += 2 + length;
  }
  return null;
}

/** Matches SOF0 … SOF15 without the tables between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Matches start of scan, end of picture, and markers without a length: no frame follows them. */
function isEnd(marker: number): boolean {
  return marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda);
}

/** True if Exif says it is shown with a quarter turn, so that height and width swap. */
function readsSideways(exif: DataView): boolean {
  if (exif.byteLength < 14 || !hasText(exif, 0, "Exif\0\0")) return false;
  const isLittle = hasText(exif, 6, "II");
  const first = 6 + exif.getUint32(10, isLittle);
  if (first + 2 > exif.byteLength) return false;
  const count = Math.min(exif.getUint16(first, isLittle), 200);
  for (let at = first + 2; at < first + 2 + count * 12 && at + 12 <= exif.byteLength; at += 12) {
    if (exif.getUint16(at, isLittle) === 0x0112) return exif.getUint16(at + 8, isLittle) >= 5;
  }
  return false;
}

function hasText(view: DataView, offset: number, text: string): boolean {
  if (view.byteLength < offset + text.length) return false;
  return [...text].every((character, index) => view.getUint8(offset + index) === character.charCodeAt(0));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
