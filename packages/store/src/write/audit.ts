/** Adds lines to the audit, each with the hash of the one before, in the unit that does what they say (AU1). */
import { createHash } from "node:crypto";
import { auditedFacts } from "@reef/engine/audit/audited";
import type { Op, TurnOp } from "@reef/engine/port/unit";
import { type AuditActor, type AuditFacts, type AuditLine, hashedText } from "@reef/protocol/audit";
import type { IsoTime } from "@reef/protocol/time";
import { auditColumns } from "../columns.ts";
import { eachParam, statement } from "../sql.ts";
import type { AuditRow } from "../trust-tables.ts";
import { nothing, one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

type End = Pick<AuditRow, "seq" | "hash">;

const lastLine = statement<object, End>((db) =>
  db.selectFrom("audit").select(["seq", "hash"]).orderBy("seq", "desc").limit(1),
);
const insertLine = statement<AuditRow>((db, param) => db.insertInto("audit").values(eachParam(param, auditColumns)));
/** Where the clock was set back, lines follow older ones: only a beginning of the chain may go. */
const firstKept = statement<{ before: IsoTime }, Pick<AuditRow, "seq">>((db, param) =>
  db.selectFrom("audit").select("seq").where("at", ">=", param("before")).orderBy("seq").limit(1),
);
const lineBefore = statement<{ seq: number }, End>((db, param) =>
  db.selectFrom("audit").select(["seq", "hash"]).where("seq", "<", param("seq")).orderBy("seq", "desc").limit(1),
);
const deleteThrough = statement<{ seq: number }>((db, param) =>
  db.deleteFrom("audit").where("seq", "<=", param("seq")),
);

export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function noteOp(work: Work, actor: AuditActor, op: Op | TurnOp): Write<void> {
  if (op.op === "audit.prune") return pruneAudit(work, actor, op.before);
  const facts = auditedFacts(op);
  return facts === null ? nothing : addLine(work, actor, facts);
}

function* addLine(work: Work, actor: AuditActor, facts: AuditFacts): Write<void> {
  const last = yield* one(lastLine, {});
  const seq = Number(last?.seq ?? 0) + 1;
  const line: Omit<AuditLine, "hash"> = { ...facts, seq, at: work.at, actor, previous: last?.hash ?? "" };
  yield* run(insertLine, {
    seq,
    at: work.at,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_via: actor.via,
    action: facts.action,
    subject: facts.subject,
    details: JSON.stringify(facts.details),
    previous: line.previous,
    hash: hashText(hashedText(line)),
  });
}

function* pruneAudit(work: Work, actor: AuditActor, before: IsoTime): Write<void> {
  const kept = yield* one(firstKept, { before });
  const last = yield* one(lineBefore, { seq: kept === undefined ? Number.MAX_SAFE_INTEGER : Number(kept.seq) });
  if (last === undefined) return;
  const through = Number(last.seq);
  yield* addLine(work, actor, { action: "audit.prune", subject: null, details: { through, hash: last.hash } });
  yield* run(deleteThrough, { seq: through });
}
