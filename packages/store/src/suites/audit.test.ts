/** Tests that a changed, removed or cut audit is noticed (AU1), with the hashes of real stores. */
import { verifyAudit } from "@reef/engine/audit/verify";
import type { Queries } from "@reef/engine/port/queries";
import type { Store } from "@reef/engine/port/store";
import type { Op } from "@reef/engine/port/unit";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { botSeed } from "@reef/engine/testing/seeds";
import type { AuditLine } from "@reef/protocol/audit";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { openEmptyStore, storeName } from "../testing/store-under-test.ts";
import { hashText } from "../write/audit.ts";

const clock = createManualClock();

async function auditedStore(): Promise<Store> {
  const store = await openEmptyStore(clock);
  for (let n = 0; n < 5; n++) {
    clock.advance(1_000);
    const ops: Op[] = [{ op: "bot.create", bot: botSeed({ name: `bot ${n}` }) }];
    await store.commit({ at: msToIso(clock.now()), ops });
  }
  return store;
}

/** Reads what someone with access to the database would have left. */
function tampered(
  store: Store,
  change: (lines: readonly AuditLine[]) => readonly AuditLine[],
): { readonly store: Store } {
  const auditAfter: Queries["auditAfter"] = async (seq, limit) =>
    change(await store.read.auditAfter(0, 100))
      .filter((line) => line.seq > seq)
      .slice(0, limit);
  return { store: { ...store, read: { ...store.read, auditAfter } } as Store };
}

describe(`audit of the ${storeName} store`, () => {
  it("AU1: the chain holds, also after a cleanup, and what is changed or missing is named", async () => {
    await using store = await auditedStore();
    const whole = await verifyAudit({ store }, hashText);
    expect(whole).toMatchObject({ ok: true, lines: 5, firstSeq: 1, lastSeq: 5, problem: null });
    const problemOf = async (change: Parameters<typeof tampered>[1]) =>
      (await verifyAudit(tampered(store, change), hashText)).problem;
    const reworded = (line: AuditLine) => (line.seq === 3 ? { ...line, subject: "other" } : line);
    expect(await problemOf((lines) => lines.map(reworded))).toMatchObject({
      seq: 3,
      reason: expect.stringContaining("its hash"),
    });
    const rehashed = (line: AuditLine) => {
      const { hash: _, ...rest } = reworded(line);
      return line.seq === 3 ? { ...rest, hash: hashText("x") } : line;
    };
    expect(await problemOf((lines) => lines.map(rehashed))).not.toBeNull();
    expect(await problemOf((lines) => lines.filter(({ seq }) => seq !== 3))).toMatchObject({ seq: 4 });
    expect(await problemOf((lines) => lines.slice(2))).toMatchObject({
      seq: 3,
      reason: expect.stringContaining("no cleanup names"),
    });

    await store.commit({
      at: msToIso(clock.now()),
      ops: [{ op: "audit.prune", before: msToIso(clock.now() - 2_000) }],
    });
    const cleaned = await verifyAudit({ store }, hashText);
    expect(cleaned).toMatchObject({ ok: true, firstSeq: 3, lastSeq: 6, problem: null });
    expect(await problemOf((lines) => lines.slice(1))).toMatchObject({
      seq: 4,
      reason: expect.stringContaining("no cleanup names"),
    });
  });
});
