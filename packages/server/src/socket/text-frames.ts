/**
 * Writes WebSocket text frames as a server sends them (RFC 6455 §5.2: whole, unmasked, not compressed), so that frames
 * which go to many sockets are encoded once. One buffer has them all: each client takes one write.
 */
const wholeText = 0x81;
const length16 = 126;
const length64 = 127;

export function encodeTextFrames(texts: readonly string[]): Buffer {
  const sizes = texts.map((text) => Buffer.byteLength(text));
  const frames = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + headSize(size) + size, 0));
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const size = sizes[index] ?? 0;
    at = writeHead(frames, at, size);
    at += frames.write(text, at);
  }
  return frames;
}

function headSize(size: number): number {
  if (size < length16) return 2;
  return size < 2 ** 16 ? 4 : 10;
}

/** Returns where the text begins. */
function writeHead(frames: Buffer, at: number, size: number): number {
  frames[at] = wholeText;
  if (size < length16) return frames.writeUInt8(size, at + 1);
  if (size < 2 ** 16) return frames.writeUInt16BE(size, frames.writeUInt8(length16, at + 1));
  return frames.writeBigUInt64BE(BigInt(size), frames.writeUInt8(length64, at + 1));
}
