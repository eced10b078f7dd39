/** Holds the defaults of a new memory. */
import type { MemorySeed } from "../port/memory-seed.ts";

export const newMemoryFields: Omit<MemorySeed, "id" | "text" | "source" | "trust" | "validFrom" | "isSuggested"> = {
  kind: "fact",
  importance: 0.5,
  pinned: false,
  speaker: null,
  conversation: null,
  seq: null,
  occurredAt: null,
  expiresAt: null,
  metadata: {},
};
