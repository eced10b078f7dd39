/** Defines how a store keeps what a person stopped until it is resumed (TU6). */
import type { Hold, HoldScope } from "@reef/protocol/hold";

export type HoldOp =
  /**
   * Holds the scope, replacing an earlier hold of it. From this unit on no turn of what it covers is claimed, new, ready
   * or dead, unless it was asked to cancel; sessions and bots created later are covered as well. Throws `not_found` if
   * what it names does not exist.
   */
  | { readonly op: "hold.put"; readonly hold: Omit<Hold, "at"> }
  /** Ends these holds; all of them if left out. Does nothing for a scope that is not held. */
  | { readonly op: "hold.end"; readonly scopes?: readonly HoldScope[] };

export interface HoldQueries {
  /** Oldest first. */
  holds(): Promise<readonly Hold[]>;
}
