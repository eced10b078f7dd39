/** Tests the stop that holds (TU6) over any store. */
import type { HoldScope } from "@reef/protocol/hold";
import type { SessionId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { answerAsk } from "../ask/answer.ts";
import { sendDue } from "../schedule/scheduler.ts";
import { createSchedule } from "../schedule/schedules.ts";
import { createGate, type Harness, type OpenStore, startHarness } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { deleteSession } from "./sessions.ts";
import { resume, type Stopping, stop } from "./stop.ts";

function stopHeld(reef: Harness, scope: HoldScope, rest: Partial<Stopping> = {}) {
  return stop(reef.deps, { scope, hold: true, reason: "too much", queued: false, by: "person", ...rest });
}

const everything: HoldScope = { kind: "everything" };
const hanging: Script = async function* ({ signal }) {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  yield answer("never");
};

async function statusOf(reef: Harness, id: SessionId) {
  return (await reef.store.read.session(id))?.status;
}

/** A bot that no hold of these tests covers answers: by then a worker has looked. */
async function letWorkersLook(reef: Harness): Promise<void> {
  const session = await reef.newSession(await reef.newBot({ name: "free" }));
  await reef.settled((await reef.send(session, "hello")).id);
}

async function spawnTree(reef: Harness): Promise<readonly SessionId[]> {
  const parent = await reef.newSession();
  await reef.settled((await reef.send(parent, "spawn")).id);
  const child = await reef.until(async () =>
    (await reef.store.read.tree(parent.id)).find((node) => node.depth === 1 && node.status === "idle"),
  );
  await reef.until(async () => (await statusOf(reef, parent.id)) === "idle");
  return [parent.id, child.id];
}

const spawner: Script = ({ entries }) =>
  entries.at(-1)?.text === "spawn" ? [answer("", { name: "session_spawn", input: { task: "work" } })] : "ok";

export function describeStops(open: OpenStore): void {
  describe("stop and hold", () => {
    it("TU6: what is held accepts messages and takes none until it is resumed, whatever the scope", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const session = await reef.newSession();
      const scopes: readonly HoldScope[] = [
        { kind: "session", id: session.id },
        { kind: "tree", id: session.id },
        { kind: "bot", id: session.botId },
      ];
      for (const scope of scopes) {
        expect(await stopHeld(reef, scope)).toMatchObject({
          cancelled: [],
          held: { scope, reason: "too much", name: scope.kind === "bot" ? "dev" : session.title },
        });
        expect(await statusOf(reef, session.id)).toBe("held");
        const sent = await reef.send(session, `under ${scope.kind}`);
        await letWorkersLook(reef);
        expect(await reef.store.read.message(sent.id)).toMatchObject({ state: "queued" });
        expect(await statusOf(reef, session.id)).toBe("held");
        const { resumed, held } = await resume(reef.deps, scope);
        expect(resumed).toMatchObject([{ scope }]);
        expect(held).toEqual([]);
        expect((await reef.settled(sent.id)).state).toBe("answered");
        expect(await statusOf(reef, session.id)).toBe("idle");
      }
    });

    it("TU6: a stop of everything stops what runs, keeps the queue in order, and covers what is created later", async () => {
      await using reef = await startHarness(open, {
        script: (context, call) => (context.entries.at(-1)?.text === "hang" ? hanging(context, call) : "done"),
      });
      const session = await reef.newSession();
      const first = await reef.send(session, "hang");
      await reef.until(async () => reef.runtime.calls.length > 0);
      const second = await reef.send(session, "second");
      const report = await stopHeld(reef, everything);
      expect(report).toMatchObject({ cancelled: [session.id], notStopped: [], held: { scope: everything } });
      expect((await reef.settled(first.id)).state).toBe("cancelled");
      const later = await reef.newSession(await reef.newBot({ name: "later" }));
      const [third, other] = [await reef.send(session, "third"), await reef.send(later, "other")];
      reef.startWorker();
      reef.clock.advance(60_000);
      expect(await reef.store.claim(reef.worker.worker, 10, new Date(reef.clock.now()).toISOString())).toEqual([]);
      for (const { id } of [second, third, other])
        expect(await reef.store.read.message(id)).toMatchObject({ state: "queued" });
      await resume(reef.deps, undefined);
      for (const { id } of [second, third, other]) expect((await reef.settled(id)).state).toBe("answered");
      const texts = (await reef.entries(session.id)).filter(({ kind }) => kind === "person").map(({ text }) => text);
      expect(texts).toEqual(["hang", "second", "third"]);
    });

    it("TU6: a turn that waits for a person stays, takes its answer, and goes on only when resumed", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.at(-1)?.kind === "person"
            ? [answer("", { name: "ask_person", input: { question: "red?", options: ["yes", "no"] } })]
            : `heard: ${entries.at(-1)?.text}`,
      });
      const session = await reef.newSession();
      const sent = await reef.send(session, "go");
      const ask = await reef.until(async () => (await reef.store.read.asks({}, { limit: 1, cursor: null })).items[0]);
      await reef.until(async () => reef.worker.runningTurns() === 0);
      expect(await stopHeld(reef, everything)).toMatchObject({ cancelled: [], kept: [session.id] });
      await answerAsk(reef.deps, ask.id, { choice: "yes" });
      expect(await reef.store.claim(reef.worker.worker, 10, new Date(reef.clock.now()).toISOString())).toEqual([]);
      expect(await statusOf(reef, session.id)).toBe("held");
      await resume(reef.deps, everything);
      expect((await reef.settled(sent.id)).state).toBe("answered");
    });

    it("TU6, SC2: a schedule sends nothing while it is held, and one message for all the times that passed", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const session = await reef.newSession();
      const { id } = await createSchedule(reef.deps, {
        sessionId: session.id,
        text: "report",
        timing: { kind: "every", seconds: 60 },
      });
      await stopHeld(reef, { kind: "bot", id: session.botId });
      reef.clock.advance(5 * 60_000);
      await sendDue(reef.deps);
      expect(await reef.store.read.schedule(id)).toMatchObject({ sent: 0, skipped: 0, state: "active" });
      expect(await reef.store.read.nextScheduleAt()).toBeNull();
      await resume(reef.deps, undefined);
      const sent = await reef.until(async () => {
        const { items } = await reef.store.read.messages({ sessionId: session.id }, { limit: 5, cursor: null });
        return items.length > 0 && items;
      });
      expect(sent).toMatchObject([{ from: { kind: "schedule", missed: 4 } }]);
    });

    it("TU6: of two holds each ends alone; resuming twice does nothing more", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const session = await reef.newSession();
      const scope = { kind: "session", id: session.id } as const;
      await stopHeld(reef, scope);
      await stopHeld(reef, everything, { reason: null });
      const sent = await reef.send(session, "hello");
      expect((await resume(reef.deps, everything)).held).toMatchObject([{ scope }]);
      expect(await statusOf(reef, session.id)).toBe("held");
      await letWorkersLook(reef);
      expect((await reef.store.read.message(sent.id))?.state).toBe("queued");
      await resume(reef.deps, scope);
      expect((await reef.settled(sent.id)).state).toBe("answered");
      expect(await resume(reef.deps, scope)).toEqual({ resumed: [], held: [] });
    });

    it("TU6, SU5: a tree's hold covers all of it, also when its root is deleted; named by any of its sessions", async () => {
      await using reef = await startHarness(open, { script: spawner });
      const [parent, child] = (await spawnTree(reef)) as [SessionId, SessionId];
      const { held } = await stopHeld(reef, { kind: "tree", id: child });
      expect(held?.scope).toEqual({ kind: "tree", id: parent });
      expect([await statusOf(reef, parent), await statusOf(reef, child)]).toEqual(["held", "held"]);
      await deleteSession(reef.deps, parent);
      expect(await statusOf(reef, child)).toBe("held");
      expect(await reef.store.read.holds()).toMatchObject([{ scope: { kind: "tree", id: child } }]);
      const sent = await reef.send(child, "hello");
      await letWorkersLook(reef);
      expect((await reef.store.read.message(sent.id))?.state).toBe("queued");
      await resume(reef.deps, { kind: "tree", id: child });
      expect((await reef.settled(sent.id)).state).toBe("answered");
      await stopHeld(reef, { kind: "session", id: child });
      await deleteSession(reef.deps, child);
      expect(await reef.store.read.holds()).toEqual([]);
    });

    it("TU6: a turn's scope stops that turn and holds its session; what cannot be stopped is named", async () => {
      const gate = createGate();
      await using reef = await startHarness(open, {
        settings: { cancelWaitMs: 0 },
        script: async function* ({ entries }) {
          if (entries.at(-1)?.text === "stubborn") await gate.opened;
          yield answer("late");
        },
      });
      const session = await reef.newSession();
      await reef.send(session, "stubborn");
      const turnId = await reef.until(async () => (await reef.store.read.session(session.id))?.turnId);
      const scope = { kind: "turn", id: turnId } as const;
      const report = await stopHeld(reef, scope);
      expect([...report.cancelled, ...report.notStopped]).toEqual([session.id]);
      expect(report.held).toMatchObject({ scope, target: session.id });
      gate.open();
      await reef.until(async () => (await reef.store.read.turn(turnId))?.endedAt);
      expect(await statusOf(reef, session.id)).toBe("held");
      await expect(stopHeld(reef, { kind: "session", id: turnId as never })).rejects.toMatchObject({
        code: "not_found",
      });
    });
  });
}
