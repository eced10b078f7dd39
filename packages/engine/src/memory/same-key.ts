/**
 * ME3: when two memories say the same. Case, spaces, the form of letters and the mark at the end do not matter. Lines of
 * a conversation are the same only with the same place: people repeat themselves.
 */
import { createHash } from "node:crypto";
import type { MemorySeed } from "../port/unit.ts";

export type SameAs = Pick<
  MemorySeed,
  "kind" | "text" | "speaker" | "conversation" | "seq" | "occurredAt" | "metadata" | "source"
>;

/** 22 characters; equal for what is the same within a bot. */
export function sameKey(memory: SameAs): string {
  const words = normalise(memory.text);
  if (memory.kind !== "entry") return digest(words);
  if (memory.source.kind === "entry") return digest(memory.source.entryId);
  const { speaker, conversation, seq, occurredAt, metadata } = memory;
  return digest(JSON.stringify([words, speaker, conversation, seq, occurredAt, metadata]));
}

export function normalise(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/^[\s"'“”]+|[\s"'“”.!]+$/g, "");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
