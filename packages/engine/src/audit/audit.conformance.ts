/** Tests the audit (AU1) over any store. */
import type { AuditActor, AuditLine } from "@reef/protocol/audit";
import { hashedText } from "@reef/protocol/audit";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { changeBudget, createBudget, deleteBudget } from "../budget/budgets.ts";
import { commitOps } from "../commit.ts";
import type { Op } from "../port/unit.ts";
import { stop } from "../session/stop.ts";
import { type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";

async function linesOf(reef: Harness): Promise<readonly AuditLine[]> {
  return reef.store.read.auditAfter(0, 1_000);
}

const device: AuditActor = { kind: "person", id: null, via: "token" };

export function describeAudit(open: OpenStore): void {
  describe("audit", () => {
    it("AU1: a change, a question of a bot, its answer and a stop each leave a line that says who, in one chain", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.at(-1)?.kind === "person"
            ? [answer("", { name: "ask_person", input: { question: "a secret thing?", options: ["yes"] } })]
            : "done",
      });
      const session = await reef.newSession();
      const message = await reef.send(session, "go");
      const ask = await reef.until(async () => (await reef.store.read.asks({}, { limit: 1, cursor: null })).items[0]);
      await reef.until(async () => reef.worker.runningTurns() === 0);
      await answerAsk(reef.deps, ask.id, { choice: "yes" });
      await reef.settled(message.id);
      await reef.store.commit({
        at: msToIso(reef.clock.now()),
        by: device,
        ops: [{ op: "bot.change", id: session.botId, fields: { instructions: "a secret thing" } }],
      });
      await stop(reef.deps, { scope: { kind: "everything" }, hold: true, reason: "why", queued: false, by: "person" });
      const lines = await linesOf(reef);
      expect(lines.map(({ actor, action, subject }) => [actor.kind, action, subject])).toEqual([
        ["system", "bot.create", session.botId],
        ["bot", "ask.open", ask.id],
        ["system", "ask.answer", ask.id],
        ["person", "bot.change", session.botId],
        ["system", "hold.put", null],
      ]);
      expect(lines[3]).toMatchObject({ actor: device, details: { fields: ["instructions"] } });
      expect(JSON.stringify(lines)).not.toContain("a secret thing");
      expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
      for (const [index, line] of lines.entries()) expect(line.previous).toBe(lines[index - 1]?.hash ?? "");
      expect(new Set(lines.map(({ hash }) => hash)).size).toBe(5);
      expect(lines.every(({ hash, ...line }) => hashedText(line).length > 0 && hash !== "")).toBe(true);
    });

    it("AU1: a budget leaves a line when it is created, raised and deleted, and none for each call", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const scope = { kind: "whole" as const };
      const { id } = await createBudget(reef.deps, { scope, period: "day", limitTokens: 1_000 }, "you");
      await reef.settled((await reef.send(await reef.newSession(), "go")).id);
      await changeBudget(reef.deps, id, { limitTokens: 2_000 }, "you");
      await deleteBudget(reef.deps, id);
      const lines = (await linesOf(reef)).filter(({ action }) => action.startsWith("budget."));
      expect(lines.map(({ action, subject, details }) => [action, subject, details])).toEqual([
        ["budget.create", id, { scope: "whole", period: "day", limitUsd: null, limitTokens: 1_000 }],
        ["budget.change", id, { limitTokens: 2_000 }],
        ["budget.delete", id, {}],
      ]);
    });

    it("AU1: a unit that is refused leaves no line; its change and its line are one", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const bot = await reef.newBot();
      const before = await linesOf(reef);
      const missing: Op = { op: "topic.delete", id: "tpc_00000000-0000-7000-8000-000000000000" as never };
      await expect(commitOps(reef.deps, { op: "bot.pause", id: bot.id, paused: true }, missing)).rejects.toMatchObject({
        code: "not_found",
      });
      expect(await linesOf(reef)).toEqual(before);
    });

    it("AU1: changes made side by side are one chain without a gap", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const bots = await Promise.all(Array.from({ length: 12 }, (_, n) => reef.newBot({ name: `bot ${n}` })));
      await Promise.all(bots.map(({ id }) => commitOps(reef.deps, { op: "bot.pause", id, paused: true })));
      const lines = await linesOf(reef);
      expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
      for (const [index, line] of lines.entries()) expect(line.previous).toBe(lines[index - 1]?.hash ?? "");
    });

    it("AU1: lines are filtered by actor, action and time, newest first, page by page", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const bot = await reef.newBot();
      const start = reef.clock.now();
      for (const paused of [true, false, true]) {
        reef.clock.advance(1_000);
        await reef.store.commit({
          at: msToIso(reef.clock.now()),
          by: device,
          ops: [{ op: "bot.pause", id: bot.id, paused }],
        });
      }
      const read = async (filter: Parameters<typeof reef.store.read.audit>[0], limit = 10) =>
        (await reef.store.read.audit(filter, { limit, cursor: null })).items.map(({ seq }) => seq);
      expect(await read({})).toEqual([4, 3, 2, 1]);
      expect(await read({ actor: "person" })).toEqual([4, 3, 2]);
      expect(await read({ action: "bot" })).toEqual([4, 3, 2, 1]);
      expect(await read({ action: "bo" })).toEqual([]);
      expect(await read({ action: "bot.resume" })).toEqual([3]);
      expect(await read({ from: msToIso(start + 2_000), to: msToIso(start + 3_000) })).toEqual([3]);
      const first = await reef.store.read.audit({}, { limit: 3, cursor: null });
      const second = await reef.store.read.audit({}, { limit: 3, cursor: first.next });
      expect([second.items.map(({ seq }) => seq), second.next]).toEqual([[1], null]);
    });

    it("AU1: old lines are deleted from the beginning alone, and a line names the last of them", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const bot = await reef.newBot();
      reef.clock.advance(10_000);
      await commitOps(reef.deps, { op: "bot.pause", id: bot.id, paused: true });
      const lines = await linesOf(reef);
      await commitOps(reef.deps, { op: "audit.prune", before: msToIso(reef.clock.now()) });
      const kept = await linesOf(reef);
      expect(kept.map(({ seq, action }) => [seq, action])).toEqual([
        [2, "bot.pause"],
        [3, "audit.prune"],
      ]);
      expect(kept[1]?.details).toEqual({ through: 1, hash: lines[0]?.hash });
      await commitOps(reef.deps, { op: "audit.prune", before: msToIso(reef.clock.now()) });
      expect(await linesOf(reef)).toEqual(kept);
    });
  });
}
