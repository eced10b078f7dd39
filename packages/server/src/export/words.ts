/** Writes the heading of an entry in an export for people: who said it, how it arrived, and which files it has. */
import type { ExportedEntry } from "@reef/protocol/export";

/** Returns one line, whatever the name. */
export function authorOf(entry: ExportedEntry, botName: string): string {
  switch (entry.kind) {
    case "person":
      if (entry.from?.kind === "schedule") return `Schedule “${oneLine(entry.from.name)}”`;
      return entry.from?.kind === "person" && entry.from.name !== undefined ? oneLine(entry.from.name) : "You";
    case "session": {
      if (entry.from?.kind === "schedule") return `Schedule “${oneLine(entry.from.name)}”`;
      if (entry.from?.kind !== "session") return "Another session";
      const hops = entry.hops === undefined ? "" : `, hop ${entry.hops}`;
      const chain = entry.chainId === undefined ? "" : ` (chain ${entry.chainId}${hops})`;
      return `${oneLine(entry.from.botName)} in “${oneLine(entry.from.title)}”${chain}`;
    }
    case "bot":
      return oneLine(botName);
    case "tool_call":
      return `Tool call: ${oneLine(entry.tool?.name ?? "")}`;
    case "tool_result":
      return `Result of ${oneLine(entry.tool?.name ?? "a tool")}${entry.tool?.isError === true ? " (failed)" : ""}`;
    case "notice":
      return "Notice";
  }
}

export function oneLine(text: string): string {
  return text.replace(/\s+/gu, " ").trim().slice(0, 300);
}

/** Formats as `2026-11-30 14:05:09 UTC`. */
export function timeWords(at: string): string {
  return `${at.slice(0, 19).replace("T", " ")} UTC`;
}

export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
