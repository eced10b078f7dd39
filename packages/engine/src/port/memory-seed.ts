/** Defines a memory that is about to be written. */
import type { Memory, NewMemory } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";

/** Has the fields of `NewMemory`. Two memories say the same when their `sameKey` is equal (ME3). */
export type MemorySeed = Pick<Memory, "id" | Exclude<keyof NewMemory & keyof Memory, "validFrom">> & {
  /** The time of the unit if left out. */
  readonly validFrom?: IsoTime | undefined;
  /** Archived from the start, until a person accepts it. */
  readonly isSuggested?: boolean;
};
