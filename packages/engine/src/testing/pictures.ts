/** Builds pictures for tests: the beginnings of real ones, with the requested size. */

interface Size {
  readonly width: number;
  readonly height: number;
}

export function png({ width, height }: Size): Uint8Array<ArrayBuffer> {
  return bytesOf("\x89PNG\r\n\x1a\n", uint32(13), "IHDR", uint32(width), uint32(height), "\x08\x06\0\0\0", uint32(0));
}

export function gif({ width, height }: Size): Uint8Array<ArrayBuffer> {
  return bytesOf("GIF89a", little(width), little(height), "\x80\0\0", ";");
}

export function jpeg({ width, height }: Size, ...before: readonly string[]): Uint8Array<ArrayBuffer> {
  const frame = [
    "\xff\xc0",
    uint16(17),
    "\x08",
    uint16(height),
    uint16(width),
    "\x03\x01\x22\0\x02\x11\x01\x03\x11\x01",
  ];
  return bytesOf("\xff\xd8", ...before, ...frame, "\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0", "\xff\xd9");
}

/** Builds a segment of a JPEG that comes before its frame. */
export function segment(marker: string, content: string): string {
  return `\xff${marker}${uint16(content.length + 2)}${content}`;
}

/** Builds Exif data by which the picture is shown with a quarter turn. */
export function turnedExif(orientation: number): string {
  const entry = `${uint16(0x0112)}${uint16(3)}${uint32(1)}${uint16(orientation)}${uint16(0)}`;
  return segment("\xe1", `Exif\0\0MM\0*${uint32(8)}${uint16(1)}${entry}${uint32(0)}`);
}

export function webp(kind: "VP8 " | "VP8L" | "VP8X", { width, height }: Size): Uint8Array<ArrayBuffer> {
  const body = {
    "VP8 ": () => `\x10\0\0\x9d\x01\x2a${little(width)}${little(height)}`,
    VP8L: () => `\x2f${little32((width - 1) | ((height - 1) << 14))}\0\0\0\0\0`,
    VP8X: () => `\x10\0\0\0${little32(width - 1).slice(0, 3)}${little32(height - 1).slice(0, 3)}`,
  }[kind]();
  return bytesOf("RIFF", little32(body.length + 12), "WEBP", kind, little32(body.length), body);
}

export function bytesOf(...parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.join(""), (character) => character.charCodeAt(0));
}

function uint16(value: number): string {
  return String.fromCharCode(value >> 8, value & 255);
}

function uint32(value: number): string {
  return uint16(value >>> 16) + uint16(value & 0xffff);
}

function little(value: number): string {
  return [...uint16(value)].reverse().join("");
}

function little32(value: number): string {
  return [...uint32(value)].reverse().join("");
}
