/**
 * How a vector is kept: one byte a dimension, scaled to its own largest. Likeness is the angle between two vectors, which
 * no scale changes. As text it travels inside units.
 */

const most = 127;

/** Zero stays zero: it is like nothing. */
export function toInt8(vector: Float32Array): Int8Array {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const kept = new Int8Array(vector.length);
  if (largest === 0 || !Number.isFinite(largest)) return kept;
  for (let i = 0; i < vector.length; i++) kept[i] = Math.round(((vector[i] ?? 0) / largest) * most);
  return kept;
}

export function vectorToText(vector: Int8Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64");
}

export function textToVector(text: string): Int8Array {
  return bytesToVector(Buffer.from(text, "base64"));
}

export function bytesToVector(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
