/** The table of chains: only those have a row that a person let go on or stopped, that planned something, or that a schedule began. */
import type { ChainId } from "@reef/protocol/ids";
import type { Flag } from "./flag.ts";

export interface ChainRow {
  id: ChainId;
  extra_hops: number;
  /** Of a chain that a bot's schedule began: the chain that planned it. */
  root: ChainId | null;
  times_extended: number;
  stopped: Flag;
  /** Schedules that were made in it and in what they began. */
  planned: number;
}
