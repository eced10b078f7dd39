/** Keeps the audit of the in-memory store. Its hashes are weaker than those of real stores. */
import { type AuditActor, type AuditFacts, type AuditFilter, type AuditLine, hashedText } from "@reef/protocol/audit";
import { matchesAudit } from "../audit/filter.ts";
import { mixedKey } from "../ids.ts";
import type { AuditQueries } from "../port/audit.ts";
import type { Cut, ModelWork } from "./state.ts";

const weakHash = (text: string) => mixedKey(text);

export function addAuditLine({ state, at }: ModelWork, actor: AuditActor, facts: AuditFacts): void {
  const last = state.audit.at(-1);
  const line = { ...facts, actor, at, seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? "" };
  state.audit = [...state.audit, { ...line, hash: weakHash(hashedText(line)) }];
}

export function pruneAudit(work: ModelWork, actor: AuditActor, before: string): void {
  const { state } = work;
  const kept = state.audit.findIndex(({ at }) => at >= before);
  const gone = state.audit.slice(0, kept < 0 ? undefined : kept);
  const last = gone.at(-1);
  if (last === undefined) return;
  addAuditLine(work, actor, { action: "audit.prune", subject: null, details: { through: last.seq, hash: last.hash } });
  state.audit = state.audit.slice(gone.length);
}

export function auditQueries(current: () => { readonly audit: readonly AuditLine[] }, cut: Cut): AuditQueries {
  return {
    audit: async (filter: AuditFilter, page) =>
      cut(
        current()
          .audit.filter((line) => matchesAudit(filter, line))
          .toReversed(),
        page,
      ),
    auditAfter: async (seq, limit) =>
      current()
        .audit.filter((line) => line.seq > seq)
        .slice(0, limit),
  };
}
