/** A memory on its way into the store. */
import type { Memory } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";

/** A memory as it is written. What it says is the same as what is there: see `sameKey` (ME3). */
export type MemorySeed = Pick<
  Memory,
  | "id"
  | "kind"
  | "text"
  | "source"
  | "trust"
  | "importance"
  | "pinned"
  | "speaker"
  | "conversation"
  | "seq"
  | "occurredAt"
  | "expiresAt"
  | "metadata"
> & {
  /** From the time of the unit when left out. */
  readonly validFrom?: IsoTime | undefined;
  /** Put away at once, until a person takes it in. */
  readonly isSuggested?: boolean;
};
