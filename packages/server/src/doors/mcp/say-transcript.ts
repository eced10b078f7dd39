/**
 * Writes a part of a transcript for a model elsewhere: as quoted data, because it holds other people's and bots' words
 * (MB9), and within a bound.
 */
import type { Queries } from "@reef/engine/port/queries";
import { frameKey, quoteText } from "@reef/engine/prompt/quote";
import { redactSecrets } from "@reef/engine/redact/secrets";
import type { Entry } from "@reef/protocol/entry";
import type { Session } from "@reef/protocol/session";

const longestEntry = 20_000;
const longestTranscript = 200_000;

export interface Range {
  readonly limit: number;
  readonly before?: number | undefined;
}

export async function sayTranscript(read: Queries, session: Session, { limit, before }: Range): Promise<string> {
  const entries = await read.entries(session.id, { limit, ...(before !== undefined && { before }) });
  const lines: string[] = [];
  let length = 0;
  let first: Entry | undefined;
  // The newest are kept when there is more than fits.
  for (const entry of entries.toReversed()) {
    const line = sayEntry(entry);
    length += line.length;
    if (length > longestTranscript && lines.length > 0) break;
    lines.unshift(line);
    first = entry;
  }
  if (first === undefined) return "This session has no entries yet.";
  const more = first.seq > 1 ? `\n\nEarlier entries: read before ${first.seq}.` : "";
  const source = { session: session.id, title: session.title, entries: `${first.seq}-${entries.at(-1)?.seq ?? 0}` };
  return `${quoteText(lines.join("\n\n"), source, frameKey(entries.at(-1)?.id ?? session.id))}${more}`;
}

function sayEntry(entry: Entry): string {
  const text = redactSecrets(entry.text).value;
  const shown = text.length <= longestEntry ? text : `${text.slice(0, longestEntry)}… (cut)`;
  return `#${entry.seq} ${speakerOf(entry)}, ${entry.at}:\n${shown}`;
}

function speakerOf({ kind, from, tool }: Entry): string {
  if (kind === "session") return from?.kind === "session" ? `session “${from.title}” (${from.botName})` : "a schedule";
  if (kind === "tool_call" || kind === "tool_result") return `${kind.replace("_", " ")} ${tool?.name ?? ""}`.trim();
  return kind;
}
