/** Names a prepared statement by its text, so that a name means the same on every connection. */
import { createHash } from "node:crypto";

export function nameOfText(text: string): string {
  return `reef_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
}
