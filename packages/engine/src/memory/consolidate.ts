/**
 * Summing up what was said, without a model: of a conversation that went on, its most telling lines in their order. A
 * summary names its lines (ME2), takes no line of a tool's (ME5), and is only proposed: a person takes it in or leaves it
 * away, and what was proposed once is not proposed again.
 */
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { isoToMs } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { MemorySeed } from "../port/unit.ts";
import { normalise } from "./same-key.ts";

/** A conversation is summed up once it has this many lines that no proposal has seen. */
const leastLines = 8;
const mostLines = 400;
const chosenLines = 5;
const lineLength = 280;
/** A bot is idle when it did nothing for this long. */
const idleMs = 10 * 60_000;

/** The new proposals; none when nothing went on. */
export async function consolidate(deps: Deps, botId: BotId): Promise<readonly Memory[]> {
  await deps.index?.capture(botId);
  const seen = await readProposed(deps, botId);
  const seeds: MemorySeed[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await deps.store.read.sessions({ botId }, { limit: 200, cursor });
    for (const { id, title, memory, lastSeq } of page.items) {
      const after = seen.get(id) ?? 0;
      if (memory === "off" || lastSeq - after < leastLines) continue;
      const lines = await readLines(deps, { botId, sessionId: id, after });
      if (lines.length >= leastLines) seeds.push(sumUp(lines, { sessionId: id, title }));
    }
    cursor = page.next;
    if (cursor === null) break;
  }
  if (seeds.length === 0) return [];
  await commitOps(deps, { op: "memory.save", botId, memories: seeds });
  return deps.store.read.memoriesOf(
    botId,
    seeds.map(({ id }) => id),
  );
}

/** Of every bot that has come to rest: how many proposals were made. */
export async function consolidateIdle(deps: Deps): Promise<number> {
  let proposed = 0;
  for (let cursor: string | null = null; ; ) {
    const page = await deps.store.read.bots({ limit: 200, cursor });
    for (const { id, lastActiveAt, status } of page.items) {
      const isIdle = lastActiveAt !== null && deps.clock.now() - isoToMs(lastActiveAt) > idleMs && status === "idle";
      if (isIdle) proposed += (await consolidate(deps, id)).length;
    }
    cursor = page.next;
    if (cursor === null) return proposed;
  }
}

/** Up to which entry each session was summed up, whatever became of the proposal. */
async function readProposed(deps: Deps, botId: BotId): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>();
  for (let cursor: string | null = null; ; ) {
    const page = await deps.store.read.memories(botId, { state: "all", kind: "summary" }, { limit: 1_000, cursor });
    for (const { metadata } of page.items) {
      const { session, throughSeq } = metadata;
      if (typeof session !== "string" || typeof throughSeq !== "number") continue;
      seen.set(session, Math.max(seen.get(session) ?? 0, throughSeq));
    }
    cursor = page.next;
    if (cursor === null) return seen;
  }
}

interface LineRange {
  readonly botId: BotId;
  readonly sessionId: SessionId;
  readonly after: number;
}

async function readLines(deps: Deps, { botId, sessionId, after }: LineRange): Promise<readonly Memory[]> {
  const page = { limit: mostLines, cursor: null };
  const { items } = await deps.store.read.memories(botId, { kind: "entry", sessionId }, page);
  const lines = items.filter(({ seq, source }) => source.kind === "entry" && (seq ?? 0) > after);
  return lines.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
}

function sumUp(
  lines: readonly Memory[],
  { sessionId, title }: { readonly sessionId: SessionId; readonly title: string },
): MemorySeed {
  // Said again and again, it is still one thing.
  const distinct = [...new Map(lines.map((line) => [normalise(line.text), line])).values()];
  const scores = scoreLines(distinct);
  const best = distinct
    .filter(({ trust }) => trust !== "tool")
    .toSorted((a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0))
    .slice(0, chosenLines)
    .toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  const said = best.map(({ speaker, trust, text }) => `- ${speaker ?? trust}: ${shorten(text)}`);
  return {
    id: makeId("memory"),
    kind: "summary",
    text: [`From the session “${title}”:`, ...said].join("\n"),
    source: { kind: "memories", ids: best.map(({ id }) => id) },
    // No more than the least of those who speak in it.
    trust: best.some(({ trust }) => trust === "session") ? "session" : "bot",
    importance: 0.5,
    pinned: false,
    speaker: null,
    conversation: null,
    seq: null,
    occurredAt: best.at(-1)?.occurredAt ?? null,
    expiresAt: null,
    metadata: { session: sessionId, throughSeq: lines.at(-1)?.seq ?? 0 },
    isSuggested: true,
  };
}

/** Words that come back in a conversation are what it is about; a person's statement says more than a question or a greeting. */
function scoreLines(lines: readonly Memory[]): ReadonlyMap<Memory, number> {
  const linesByWord = new Map<string, number>();
  const wordsByLine = new Map(lines.map((line) => [line, new Set(wordsOf(line.text))]));
  for (const words of wordsByLine.values()) {
    for (const word of words) linesByWord.set(word, (linesByWord.get(word) ?? 0) + 1);
  }
  const scores = new Map<Memory, number>();
  for (const [line, words] of wordsByLine) {
    const weights = [...words].map((word) => Math.min(linesByWord.get(word) ?? 0, lines.length / 3));
    const about = weights.reduce((sum, weight) => sum + weight, 0) / Math.sqrt(words.size + 4);
    const isQuestion = line.text.trimEnd().endsWith("?");
    scores.set(line, about * (line.trust === "person" ? 1.5 : 1) * (isQuestion ? 0.5 : 1));
  }
  return scores;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}{4,}|\p{N}+/gu) ?? [];
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= lineLength ? line : `${line.slice(0, lineLength - 1).toWellFormed()}…`;
}
