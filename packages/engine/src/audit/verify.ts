/** Reads the whole audit and says whether its chain holds: nothing changed, nothing missing in between (AU1). */
import { type AuditLine, type AuditVerdict, hashedText } from "@reef/protocol/audit";
import type { Deps } from "../deps.ts";

const atOnce = 1_000;

export async function verifyAudit(
  { store }: Pick<Deps, "store">,
  hash: (text: string) => string,
): Promise<AuditVerdict> {
  let [lines, firstSeq, last]: [number, number | null, AuditLine | null] = [0, null, null];
  let pruned: string | null = null;
  let begins: string | null = null;
  const verdict = (problem: AuditVerdict["problem"]): AuditVerdict => {
    return { ok: problem === null, lines, firstSeq, lastSeq: last?.seq ?? null, head: last?.hash ?? null, problem };
  };
  for (;;) {
    const batch = await store.read.auditAfter(last?.seq ?? 0, atOnce);
    for (const line of batch) {
      const { hash: stored, ...rest } = line;
      if (hash(hashedText(rest)) !== stored)
        return verdict({ seq: line.seq, reason: "its hash does not fit its words" });
      if (last !== null && line.seq !== last.seq + 1)
        return verdict({ seq: line.seq, reason: `the lines between ${last.seq} and it are missing` });
      if (last !== null && line.previous !== last.hash)
        return verdict({ seq: line.seq, reason: "it does not follow from the line before" });
      if (line.action === "audit.prune") pruned = String(line.details.hash ?? "");
      begins ??= line.previous;
      firstSeq ??= line.seq;
      lines += 1;
      last = line;
    }
    if (batch.length < atOnce) break;
  }
  if (firstSeq !== null && (begins ?? "") !== "" && begins !== pruned)
    return verdict({ seq: firstSeq, reason: "the lines before it are missing, and no cleanup names them" });
  return verdict(null);
}
