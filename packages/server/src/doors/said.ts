/**
 * Defines a conversation as a client of a door tells it: clients of this kind send everything again with each request,
 * so texts are compared to find out what is new. They are compared without differences in white space, which clients
 * change as they like.
 */
import type { Bot } from "@reef/protocol/bot";
import type { MemoryMode } from "@reef/protocol/session";
import type { SessionKey } from "./session-key.ts";

/** A picture as its client sent it. */
export interface Picture {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface Said {
  readonly by: "person" | "bot";
  /** All parts, as one. */
  readonly text: string;
  /** What was sent on its own, one after the other, without an answer between. */
  readonly parts: readonly string[];
  /** Only of what is said now: earlier ones are known, or gone. */
  readonly pictures: readonly Picture[];
}

export type SaidPart = Pick<Said, "by" | "text" | "pictures">;

/** Joins what one side said without the other between. */
export function joinSaid(parts: readonly SaidPart[]): readonly Said[] {
  const runs: SaidPart[][] = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last?.[0]?.by === part.by) last.push(part);
    else runs.push([part]);
  }
  return runs.map((run) => {
    const texts = run.map(({ text }) => text);
    return {
      by: run[0]?.by ?? "person",
      text: texts.filter((text) => text !== "").join("\n\n"),
      parts: texts,
      pictures: run.flatMap(({ pictures }) => pictures),
    };
  });
}

/** What one request says, whichever protocol it came by. */
export interface DoorRequest {
  readonly bot: Bot;
  /** Ends with what a person says now. */
  readonly said: readonly Said[];
  /** What the client tells a model about its task (the system prompt); empty if nothing, or nothing usable. */
  readonly instructions: string;
  readonly key: SessionKey;
  readonly idempotencyKey: string | null;
  /** True if the client says that it sends a request again whose answer it did not get. */
  readonly isRetry: boolean;
  /** Undefined leaves it as it is; a new session is not incognito then. */
  readonly memory: MemoryMode | undefined;
  readonly cancelsOnAbort: boolean;
}

const comparedLength = 20_000;

export function sameText(a: string, b: string): boolean {
  return toCompared(a) === toCompared(b);
}

/** Returns the text as it is compared. */
export function toCompared(text: string): string {
  return text
    .slice(0, 2 * comparedLength)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, comparedLength);
}
