/**
 * Encodes vectors for storage: one byte a dimension, scaled to the vector's largest value. Similarity is the angle
 * between two vectors, which scaling does not change. Units carry a vector as text.
 */

const most = 127;

/** The zero vector stays zero, and is similar to nothing. */
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
