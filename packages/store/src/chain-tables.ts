/**
 * Defines the table of chains. A chain has a row only if a person let it go on or stopped it, if it planned something,
 * or if a schedule began it.
 */
import type { ChainId } from "@reef/protocol/ids";
import type { Flag } from "./flag.ts";

export interface ChainRow {
  id: ChainId;
  extra_hops: number;
  /** For a chain that a bot's schedule began, the chain that planned it. */
  root: ChainId | null;
  times_extended: number;
  stopped: Flag;
  /** Schedules created in it and in the chains they began. */
  planned: number;
}
