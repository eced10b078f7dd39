/**
 * Reads what a person has said in a session, as far as a client could repeat it: entries that still count, messages
 * that wait, and answers to asks, in the order they were said.
 */
import type { Queries } from "@reef/engine/port/queries";
import type { Ask } from "@reef/protocol/ask";
import type { Entry } from "@reef/protocol/entry";
import type { MessageId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { toCompared } from "./said.ts";
import { personsText } from "./sent-text.ts";

export interface KnownLine {
  /** As it is compared. */
  readonly text: string;
  /** As it is stored. */
  readonly raw: string;
  readonly messageId: MessageId | null;
  readonly entry: Entry | null;
  readonly ask: Ask | null;
  /** What the bot said after it and before the next line, as it is compared. */
  readonly answer: string;
}

/** Options are answered in any letter case. */
export function lineSays({ text, ask }: KnownLine, wanted: string): boolean {
  return ask === null ? text === wanted : text.toLowerCase() === wanted.toLowerCase();
}

const entriesRead = 1_000;
const asksRead = 100;

export async function readKnownLines(read: Queries, session: Session): Promise<readonly KnownLine[]> {
  if (session.lastSeq === 0 && session.queued === 0) return [];
  const [entries, queued, asks] = await Promise.all([
    read.entries(session.id, { limit: entriesRead, isCurrent: true }),
    read.queuedMessages(session.id),
    read.asks({ sessionId: session.id, state: "answered" }, { limit: asksRead, cursor: null }),
  ]);
  const waiting = queued.filter(({ from }) => from.kind === "person");
  return [
    // What waits at a gateway was never asked in this conversation.
    ...withAnswers(
      entries,
      asks.items.filter(({ origin }) => origin === undefined),
    ),
    ...waiting.map((message) => ({
      ...lineOf(message.text),
      messageId: message.id,
      entry: null,
      ask: null,
      answer: "",
    })),
  ];
}

function withAnswers(entries: readonly Entry[], asks: readonly Ask[]): readonly KnownLine[] {
  const open = asks.toSorted((a, b) => ((a.settledAt ?? "") < (b.settledAt ?? "") ? -1 : 1));
  const lines: (Omit<KnownLine, "answer"> & { said: string[] })[] = [];
  let nextAsk = 0;
  const takeAsksUntil = (at: string) => {
    for (let ask = open[nextAsk]; ask !== undefined && (ask.settledAt ?? "") <= at; ask = open[nextAsk]) {
      nextAsk += 1;
      if (ask.answer !== null) lines.push({ ...lineOf(ask.answer), messageId: null, entry: null, ask, said: [] });
    }
  };
  for (const entry of entries) {
    takeAsksUntil(entry.at);
    if (entry.kind === "bot" && entry.text !== "") lines.at(-1)?.said.push(entry.text);
    if (entry.kind !== "person" || entry.from?.kind === "schedule") continue;
    lines.push({ ...lineOf(entry.text), messageId: entry.messageId, entry, ask: null, said: [] });
  }
  takeAsksUntil("~");
  return lines.map(({ said, ...line }) => ({ ...line, answer: toCompared(said.join("\n\n")) }));
}

function lineOf(raw: string): Pick<KnownLine, "text" | "raw"> {
  return { raw, text: toCompared(personsText(raw)) };
}
