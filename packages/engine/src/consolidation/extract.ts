/**
 * Summarises a conversation without a model: its most telling lines, in their order. A summary names its lines (ME2)
 * and takes no line that may carry a tool's words (ME5).
 */
import type { Memory } from "@reef/protocol/memory";
import { makeId } from "../ids.ts";
import { normalise } from "../memory/same-key.ts";
import type { ProposalSeed } from "../port/consolidation.ts";
import type { Stretch } from "./stretch.ts";

/** A conversation is summarised once it has this many lines. */
const leastExtracted = 8;
const chosenLines = 5;
const lineLength = 280;

/** Returns null if too little was said. */
export function extractSummary({ lines, session }: Stretch): ProposalSeed | null {
  if (lines.length < leastExtracted) return null;
  // A repeated line counts once.
  const distinct = [...new Map(lines.map((line) => [normalise(line.memory.text), line])).values()];
  const usable = distinct.filter(({ heard }) => heard !== "tool");
  const scores = scoreLines(distinct.map(({ memory }) => memory));
  const best = usable
    .toSorted((a, b) => (scores.get(b.memory) ?? 0) - (scores.get(a.memory) ?? 0))
    .slice(0, chosenLines)
    .toSorted((a, b) => (a.memory.seq ?? 0) - (b.memory.seq ?? 0));
  if (best.length === 0) return null;
  const said = best.map(({ memory: { speaker, trust, text } }) => `- ${speaker ?? trust}: ${shorten(text)}`);
  const sources = best.map(({ memory }) => memory.id);
  return {
    id: makeId("proposal"),
    action: "add",
    reason: "",
    ends: [],
    sources,
    memory: {
      id: makeId("memory"),
      kind: "summary",
      text: [`From the session “${session.title}”:`, ...said].join("\n"),
      source: { kind: "memories", ids: sources },
      // No more trust than the least trusted of the speakers.
      trust: best.some(({ heard }) => heard === "session") ? "session" : "bot",
      importance: 0.5,
      pinned: false,
      speaker: null,
      conversation: null,
      seq: null,
      occurredAt: best.at(-1)?.memory.occurredAt ?? null,
      expiresAt: null,
      metadata: {},
    },
  };
}

/**
 * Scores words that recur in a conversation, since they are its subject; a person's statement scores more than a
 * question or a greeting.
 */
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
