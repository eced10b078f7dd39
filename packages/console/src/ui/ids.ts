/** Creates keys of sends before the first attempt, so that a repeated send is the same message (MB2). */
export function newIdempotencyKey(): string {
  // randomUUID exists only in secure contexts; a console on a plain-http host of the home network does not have one.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
