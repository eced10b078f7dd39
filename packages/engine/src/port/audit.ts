/** Defines how a store keeps the audit (AU1). */
import type { AuditFacts, AuditFilter, AuditLine } from "@reef/protocol/audit";
import type { Page, PageRequest } from "@reef/protocol/page";
import type { IsoTime } from "@reef/protocol/time";

export type AuditOp =
  /** Adds a line about something that no other operation of the unit says. */
  | { readonly op: "audit.add"; readonly facts: AuditFacts }
  /**
   * Deletes lines from before this time, always a beginning of the chain, and adds one that names the last of them with
   * its hash. Does nothing if there are none.
   */
  | { readonly op: "audit.prune"; readonly before: IsoTime };

export interface AuditQueries {
  /** Newest first. */
  audit(filter: AuditFilter, page: PageRequest): Promise<Page<AuditLine>>;
  /** Returns lines after `seq`, in order; at most `limit`. */
  auditAfter(seq: number, limit: number): Promise<readonly AuditLine[]>;
}
