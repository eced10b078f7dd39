/** Makes an idempotency key, also on pages that are not served securely, where `crypto.randomUUID` is missing. */

export function makeIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `key_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
