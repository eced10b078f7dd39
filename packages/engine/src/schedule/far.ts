/** What is put off further than this is a slip of the pen: it would wait for ever without a word. */
import { AppError } from "@reef/protocol/error";
import { msToIso } from "@reef/protocol/time";

const furthestMs = 10 * 366 * 86_400_000;

/** Errors: `invalid_request` for a time more than ten years ahead. */
export function assertNotFar(path: string, atMs: number, nowMs: number): void {
  if (atMs - nowMs <= furthestMs) return;
  const message = `expected a time within ten years, found ${msToIso(atMs)}`;
  throw new AppError("invalid_request", `${path}: ${message}`, { fields: [{ path, message }] });
}
