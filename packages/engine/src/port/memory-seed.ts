/** A memory as it is to be written. */
import type { Memory, NewMemory } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";

/** What `NewMemory` takes. What it says is the same as what is there: see `sameKey` (ME3). */
export type MemorySeed = Pick<Memory, "id" | Exclude<keyof NewMemory & keyof Memory, "validFrom">> & {
  /** From the time of the unit when left out. */
  readonly validFrom?: IsoTime | undefined;
  /** Put away at once, until a person takes it in. */
  readonly isSuggested?: boolean;
};
