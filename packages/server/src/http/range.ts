/** Reads the single range of bytes in a request (RFC 9110 §14). An unknown range is ignored, as the RFC says. */
import type { ByteRange } from "@reef/engine/port/files";

/** Null means the whole file, also for several ranges. */
export function readRange(
  headers: Headers,
  { sizeBytes, etag }: { readonly sizeBytes: number; readonly etag: string },
): ByteRange | "unsatisfiable" | null {
  const ifRange = headers.get("if-range");
  if (ifRange !== null && ifRange.trim() !== etag) return null;
  const asked = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(headers.get("range")?.trim() ?? "");
  if (asked === null) return null;
  const [, from = "", to = ""] = asked;
  if (from === "" && to === "") return null;
  if (from === "") {
    const length = Math.min(Number(to), sizeBytes);
    return length === 0 ? "unsatisfiable" : { first: sizeBytes - length, last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === "" ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== "" && Number(to) < first) return null;
  return first >= sizeBytes ? "unsatisfiable" : { first, last };
}
