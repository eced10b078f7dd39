/**
 * Decides what is new in a conversation that a client tells as a whole: everything after the last thing a person said
 * that the session has as well. Compared by texts, so it holds for clients that drop the oldest messages, and for what
 * was written into the same session elsewhere.
 */
import { type KnownLine, lineSays } from "./known-lines.ts";
import { type Said, toCompared } from "./said.ts";
import { withoutAsks } from "./say-asks.ts";
import { personsText } from "./sent-text.ts";

/** Where a conversation is in a session. */
export interface Place {
  /** Number of the line after which it goes on; -1 before the first. */
  readonly after: number;
  /** What the client tells and the session lacks, before what the person says now. */
  readonly earlier: readonly Said[];
  /** True if the answer that the client got last is the one that this session gave there. */
  readonly hasSameAnswer: boolean;
}

/** How many of the person's latest messages are looked for. */
const lookedFor = 50;

/** Returns null if nothing the client tells of before is in the session. */
export function findPlace(said: readonly Said[], lines: readonly KnownLine[]): Place | null {
  const before = said.slice(0, -1);
  const all = before.map((each, at) => ({ ...each, at })).filter(({ by }) => by === "person");
  const skipped = Math.max(0, all.length - lookedFor - 1);
  const persons = all
    .slice(skipped)
    .map(({ at, text, parts }) => ({ at, texts: [text, parts.at(-1) ?? text].map(toComparedText) }));
  for (let i = persons.length - 1; i >= (skipped === 0 ? 0 : 1); i -= 1) {
    const person = persons[i];
    const after =
      person === undefined
        ? -1
        : findLine(lines, { texts: person.texts, previous: persons[i - 1]?.texts, at: skipped + i });
    const line = lines[after];
    if (person === undefined || line === undefined) continue;
    const next = persons[i + 1]?.at ?? before.length;
    const answered = before.slice(person.at + 1, next).map(({ text }) => text);
    return {
      after,
      earlier: before.slice(next),
      hasSameAnswer: isSameAnswer(toCompared(withoutAsks(answered.join("\n\n"))), line.answer),
    };
  }
  return null;
}

/** A client that stopped a stream has the beginning. */
function isSameAnswer(told: string, answer: string): boolean {
  return told === answer || (told.length >= leastPrefix && answer.startsWith(told));
}

const leastPrefix = 16;

function toComparedText(text: string): string {
  return toCompared(personsText(text));
}

interface Wanted {
  /** The texts it may have. */
  readonly texts: readonly string[];
  readonly previous: readonly string[] | undefined;
  /** Its number if nothing was dropped, and nothing was written elsewhere. */
  readonly at: number;
}

/** Of several lines with the same text, prefers the one at its number, then one that comes after what was said before it. */
function findLine(lines: readonly KnownLine[], { texts, previous, at: expected }: Wanted): number {
  const is = (at: number, wanted: readonly string[] = []) => {
    const line = lines[at];
    return line !== undefined && wanted.some((each) => lineSays(line, each));
  };
  const follows = (at: number) => is(at, texts) && (at === 0 || is(at - 1, previous));
  if (follows(expected)) return expected;
  const following = lines.findLastIndex((_, at) => previous !== undefined && follows(at));
  return following >= 0 ? following : lines.findLastIndex((_, at) => is(at, texts));
}
