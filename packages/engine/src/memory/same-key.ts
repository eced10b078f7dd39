/**
 * ME3: decides when two memories say the same. Case, spaces, the form of letters and the final mark do not matter.
 * Lines of a conversation are equal only at the same place, since people repeat themselves.
 */
import type { MemorySeed } from "../port/memory-seed.ts";

export type SameAs = Pick<
  MemorySeed,
  "kind" | "text" | "speaker" | "conversation" | "seq" | "occurredAt" | "metadata" | "source"
>;

/** Equal for memories of a bot that say the same; as long as the text. A store may keep a hash of it. */
export function sameKey(memory: SameAs): string {
  const words = normalise(memory.text);
  if (memory.kind !== "entry") return `text ${words}`;
  if (memory.source.kind === "entry") return `entry ${memory.source.entryId}`;
  const { speaker, conversation, seq, occurredAt, metadata } = memory;
  return `line ${JSON.stringify([words, speaker, conversation, seq, occurredAt, metadata])}`;
}

export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/^[\s"'“”]+|[\s"'“”.!]+$/g, "");
}
