/** Defines the messages between the console and the frame that draws diagrams. Both sides check everything they receive. */

export interface DrawRequest {
  readonly id: number;
  readonly source: string;
  readonly isDark: boolean;
}

export type DrawReply =
  | { readonly type: "ready" }
  | { readonly type: "drawn"; readonly id: number; readonly svg: string }
  | { readonly type: "failed"; readonly id: number; readonly reason: string };

/** Longer sources stay text: laying out thousands of boxes takes minutes, and the picture would be unreadable. */
const maxSourceLength = 20_000;
const maxSourceLines = 500;
/** A larger picture is not shown, in UTF-16 units. */
const maxSvgLength = 1_500_000;

export function isTooLong(source: string): boolean {
  return source.length > maxSourceLength || source.split("\n", maxSourceLines + 1).length > maxSourceLines;
}

/** Returns null for a message that no valid frame sends. */
export function readReply(said: unknown): DrawReply | null {
  if (typeof said !== "object" || said === null || !("type" in said)) return null;
  if (said.type === "ready") return { type: "ready" };
  if (!("id" in said) || typeof said.id !== "number") return null;
  if (said.type === "drawn" && "svg" in said && typeof said.svg === "string") {
    const { id, svg } = said;
    if (!svg.startsWith("<svg") || svg.length > maxSvgLength)
      return { type: "failed", id, reason: "the picture is too large" };
    return { type: "drawn", id, svg };
  }
  if (said.type === "failed" && "reason" in said && typeof said.reason === "string") {
    return { type: "failed", id: said.id, reason: said.reason.slice(0, 500) };
  }
  return null;
}
