/** What a new memory has where nothing else is said. */
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
