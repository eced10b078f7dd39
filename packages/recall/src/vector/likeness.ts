/** Computes the similarity of two vectors: the cosine of their angle, 1 for the same direction. */

/** Scales to length 1; all zeros stay so. */
export function toUnit(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  return length === 0 || !Number.isFinite(length) ? new Float32Array(vector.length) : vector.map((v) => v / length);
}

/** `unit` has length 1; the other has any scale and the same number of dimensions. */
export function angle(unit: Float32Array, vector: Int8Array): number {
  let product = 0;
  let square = 0;
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] as number;
    product += (unit[i] as number) * value;
    square += value * value;
  }
  return square === 0 ? 0 : product / Math.sqrt(square);
}
