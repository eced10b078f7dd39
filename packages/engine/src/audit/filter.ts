/** Says which lines of the audit a filter selects. */
import type { AuditFilter, AuditLine } from "@reef/protocol/audit";

export function matchesAudit(filter: AuditFilter, { actor, action, at }: AuditLine): boolean {
  return (
    (filter.actor === undefined || filter.actor === actor.kind || filter.actor === actor.id) &&
    (filter.action === undefined || filter.action === action || action.startsWith(`${filter.action}.`)) &&
    (filter.from === undefined || at >= filter.from) &&
    (filter.to === undefined || at < filter.to)
  );
}
