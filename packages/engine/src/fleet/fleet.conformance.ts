/** Tests the rules of a fleet (FL…) of SPEC.md with several workers over any store. */
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { createBot } from "../registry/bots.ts";
import { createSchedule } from "../schedule/schedules.ts";
import { cancelSession } from "../session/cancel.ts";
import { type FleetHarness, type FleetWorker, startFleetHarness } from "../testing/fleet-harness.ts";
import { createGate, type OpenStore } from "../testing/harness.ts";
import { answer, type Script } from "../testing/scripted-runtime.ts";
import { setDraining } from "./drain.ts";
import { fencedStore } from "./fenced-store.ts";
import { gatewayLease } from "./lease.ts";

const name = "schedules";

const holdersOf = (...workers: readonly FleetWorker[]) => workers.filter(({ fleet }) => fleet.held(name) !== null);

/** Starts two workers, and names them by who holds the lease. */
async function startTwo(reef: FleetHarness, ...scripts: Parameters<FleetHarness["start"]>) {
  const [one, two] = [reef.start(...scripts), reef.start(...scripts)];
  await reef.until(() => holdersOf(one, two).length === 1);
  await reef.until(async () => (await reef.store.read.workers()).length === 2);
  return one.fleet.held(name) === null ? { holder: two, other: one } : { holder: one, other: two };
}

export function describeFleet(open: OpenStore): void {
  describe("a fleet", () => {
    it("FL1: jobs of the fleet run at one worker, and each time of a schedule is sent once", async () => {
      await using reef = await startFleetHarness(open);
      const { holder, other } = await startTwo(reef);
      const jobs = (await reef.row(holder)).leases;
      expect(jobs).toEqual(expect.arrayContaining(["held-answers", "schedules"]));
      expect((await reef.row(other)).leases).toEqual([]);
      const sessionId = await reef.newSession();
      const { id } = await createSchedule(reef.deps, {
        sessionId,
        text: "tick",
        timing: { kind: "every", seconds: 60 },
      });
      for (const count of [1, 2]) {
        await reef.passUntil(async () => (await reef.store.read.schedule(id))?.sent === count, 90_000);
        expect(holdersOf(holder, other)).toEqual([holder]);
      }
      expect((await reef.store.read.messages({ sessionId }, { limit: 10, cursor: null })).items).toHaveLength(2);
    });

    it("FL2: a holder that dies is replaced within 15 s, and does nothing when it comes back", async () => {
      await using reef = await startFleetHarness(open);
      const { holder, other } = await startTwo(reef);
      holder.freeze();
      const passed = await reef.passUntil(() => other.fleet.held(name) !== null);
      expect(passed).toBeLessThanOrEqual(15_000);
      // By its own clock alone: it has heard nothing.
      expect(holder.fleet.held(name)).toBeNull();
      expect((await reef.row(holder)).state).toBe("gone");
      holder.thaw();
      await reef.until(async () => (await reef.row(holder)).state === "running");
      await reef.passUntil(async () => (await reef.row(holder)).leases.length === 0);
      expect(holdersOf(holder, other)).toEqual([other]);
    });

    it("FL2: what a frozen holder was about to write is refused when it comes back", async () => {
      await using reef = await startFleetHarness(open);
      const { holder, other } = await startTwo(reef);
      const lease = holder.fleet.held(name);
      if (lease === null) throw new Error("it holds the lease");
      const late = fencedStore(reef.store, lease);
      const write = (text: string) => {
        const topic = { name: text, color: "blue" as const, order: 1 };
        return late.commit({
          at: msToIso(reef.clock.now()),
          ops: [{ op: "topic.create", id: makeId("topic"), topic }],
        });
      };
      await write("in time");
      holder.freeze();
      await reef.passUntil(() => other.fleet.held(name) !== null);
      await expect(write("too late")).rejects.toMatchObject({ code: "conflict" });
      const topics = await reef.store.read.topics({ limit: 10, cursor: null });
      expect(topics.items.map((each) => each.name)).toEqual(["in time"]);
    });

    it("FL2: a holder that ends hands over in the same moment", async () => {
      await using reef = await startFleetHarness(open);
      const { holder, other } = await startTwo(reef);
      await holder[Symbol.asyncDispose]();
      await reef.until(() => other.fleet.held(name) !== null);
      const rows = await reef.store.read.workers();
      expect(rows.find(({ id }) => id === holder.fleet.worker)).toMatchObject({ state: "gone", leases: [] });
    });

    it("FL1: a job ends before the next holder begins it, and only one runs", async () => {
      await using reef = await startFleetHarness(open);
      const [one, two] = [reef.start(), reef.start()];
      const running: string[] = [];
      const begun: string[] = [];
      const job = (who: string) => () => {
        running.push(who);
        begun.push(who);
        expect(running).toHaveLength(1);
        return {
          async [Symbol.asyncDispose]() {
            running.splice(running.indexOf(who), 1);
          },
        };
      };
      const lease = gatewayLease(makeId("gateway"));
      await using _first = one.fleet.once(lease, job("one"));
      await reef.until(() => begun.length === 1);
      await using _second = two.fleet.once(lease, job("two"));
      await setDraining(reef.deps, one.fleet.worker, true);
      await reef.until(() => begun.length === 2);
      expect(begun).toEqual(["one", "two"]);
    });

    it("FL3, TU6: a cancel stops a turn that another worker runs, within a second", async () => {
      await using reef = await startFleetHarness(open);
      const started = createGate();
      const runs = reef.start(async function* ({ signal }) {
        started.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        yield answer("never said");
      });
      const sessionId = await reef.newSession();
      const message = await reef.send(sessionId, "go");
      await started.opened;
      const asked = reef.start();
      await reef.until(async () => (await reef.store.read.workers()).length === 2);
      const report = await cancelSession(asked.engine.deps, sessionId, { by: "person" });
      expect(report).toMatchObject({ cancelled: [sessionId], notStopped: [] });
      expect((await reef.settled(message)).state).toBe("cancelled");
      await reef.until(() => runs.engine.runningTurns() === 0);
    });

    it("FL4: a draining worker ends the step it is in, gives the turn to another, and is then drained", async () => {
      await using reef = await startFleetHarness(open);
      const [started, goOn] = [createGate(), createGate()];
      const first = reef.start(async function* () {
        started.open();
        await goOn.opened;
        yield answer("one step", { name: "session_list", input: {} });
      });
      const sessionId = await reef.newSession();
      const message = await reef.send(sessionId, "go");
      await started.opened;
      const second = reef.start(() => "finished elsewhere");
      await reef.until(async () => (await reef.store.read.workers()).length === 2);
      await setDraining(reef.deps, first.fleet.worker, true);
      await reef.until(() => first.fleet.isDraining);
      await reef.until(() => second.fleet.held(name) !== null);
      expect(first.fleet.isDrained).toBe(false);
      goOn.open();
      // The turn is due, and found by the next poll.
      await reef.passUntil(async () => (await reef.store.read.message(message.id))?.state === "answered");
      await reef.until(async () => (await reef.row(first)).drained);
      expect(first.fleet.isDrained).toBe(true);
      expect(await reef.row(first)).toMatchObject({ state: "draining", claims: 0, leases: [] });
      const kinds = (await reef.store.read.entries(sessionId, { limit: 50 })).map(({ kind, text }) => [kind, text]);
      expect(kinds.filter(([kind]) => kind === "bot")).toEqual([
        ["bot", "one step"],
        ["bot", "finished elsewhere"],
      ]);
      // No attempt was counted, and no crash.
      const turn = (await reef.store.read.turns({ sessionId }, { limit: 5, cursor: null })).items[0];
      expect(turn).toMatchObject({ attempts: 0, crashReceipt: null, state: "done" });
    });

    it("FL4: a step that does not end is given back after the bound, without counting an attempt", async () => {
      await using reef = await startFleetHarness(open, { settings: { drainMs: 5_000 } });
      const started = createGate();
      const first = reef.start(async function* () {
        started.open();
        await new Promise(() => undefined);
        yield answer("never");
      });
      const message = await reef.send(await reef.newSession(), "go");
      await started.opened;
      reef.start(() => "finished elsewhere");
      await reef.until(async () => (await reef.store.read.workers()).length === 2);
      await setDraining(reef.deps, first.fleet.worker, true);
      await reef.until(() => first.fleet.isDraining);
      expect(await reef.passUntil(() => first.fleet.isDrained)).toBeLessThan(7_000);
      await reef.passUntil(async () => (await reef.store.read.message(message.id))?.state === "answered");
    });

    it("FL4: a drained worker takes turns and jobs again when it is resumed, and none before", async () => {
      await using reef = await startFleetHarness(open);
      const only = reef.start();
      await reef.until(() => only.fleet.held(name) !== null);
      await setDraining(reef.deps, only.fleet.worker, true);
      await reef.until(() => only.fleet.isDrained);
      const message = await reef.send(await reef.newSession(), "go");
      await reef.passUntil(() => reef.clock.now() > Date.UTC(2026, 0, 1) + 20_000);
      expect((await reef.store.read.message(message.id))?.state).toBe("queued");
      await setDraining(reef.deps, only.fleet.worker, false);
      expect((await reef.settled(message)).state).toBe("answered");
      await reef.until(() => only.fleet.held(name) !== null);
      expect(only.fleet.isDrained).toBe(false);
    });

    it("FL4: two workers are restarted one after the other under load, and nothing is lost or doubled", async () => {
      await using reef = await startFleetHarness(open);
      const answered =
        (who: string): Script =>
        ({ entries, turn }) =>
          entries.some(({ kind, turnId }) => kind === "tool_result" && turnId === turn.id)
            ? "end"
            : [answer(`step of ${who}`, { name: "session_list", input: {} })];
      let workers = [reef.start(answered("1")), reef.start(answered("2"))];
      const bot = (await createBot(reef.deps, { name: "dev", runtime: "loop" })).id;
      const sessions = await Promise.all(Array.from({ length: 8 }, () => reef.newSession(bot)));
      const sent = [];
      for (let round = 0; round < 4; round += 1) {
        for (const session of sessions) sent.push(await reef.send(session, `round ${round}`));
        const [old, ...rest] = workers as [FleetWorker, ...FleetWorker[]];
        await setDraining(reef.deps, old.fleet.worker, true);
        await reef.until(() => old.fleet.isDrained);
        await old[Symbol.asyncDispose]();
        workers = [...rest, reef.start(answered(`${round + 3}`))];
      }
      for (const { id } of sent) {
        await reef.passUntil(async () => (await reef.store.read.message(id))?.state === "answered");
      }
      for (const session of sessions) {
        const entries = await reef.store.read.entries(session, { limit: 200 });
        expect(entries.filter(({ kind }) => kind === "person").map(({ text }) => text)).toEqual(
          [0, 1, 2, 3].map((round) => `round ${round}`),
        );
        expect(entries.filter(({ kind, text }) => kind === "bot" && text === "end")).toHaveLength(4);
      }
    });

    it("FL5: a bot's turns follow the line to its gateway when the worker that keeps it dies", async () => {
      await using reef = await startFleetHarness(open);
      const [one, two] = [reef.start(() => "by one"), reef.start(() => "by two")];
      const gatewayId = makeId("gateway");
      const line = gatewayLease(gatewayId);
      one.fleet.want(line);
      await reef.until(() => one.fleet.held(line) !== null);
      two.fleet.want(line);
      const token = { from: "env" as const, name: "TOKEN" };
      const gateway = { id: gatewayId, name: "home", url: "ws://127.0.0.1:1", token, enabled: true };
      await reef.store.commit({ at: msToIso(reef.clock.now()), ops: [{ op: "gateway.put", gateway }] });
      const seed = { name: "claw", runtime: "openclaw" as const, agent: { gatewayId, agentId: "main" } };
      const bot = await createBot(reef.deps, seed);
      const session = await reef.newSession(bot.id);
      await reef.settled(await reef.send(session, "first"));
      one.freeze();
      const message = await reef.send(session, "second");
      expect(await reef.passUntil(() => two.fleet.held(line) !== null)).toBeLessThanOrEqual(15_000);
      await reef.passUntil(async () => (await reef.store.read.message(message.id))?.state === "answered");
      const said = (await reef.store.read.entries(session, { limit: 20 })).filter(({ kind }) => kind === "bot");
      expect(said.map(({ text }) => text)).toEqual(["by one", "by two"]);
    });

    it("FL5: lines are spread over the workers, and one with a turn at its gateway stays until that has ended", async () => {
      await using reef = await startFleetHarness(open);
      const gate = createGate();
      const one = reef.start(async function* () {
        await gate.opened;
        yield answer("done");
      });
      const gateways = Array.from({ length: 4 }, () => makeId("gateway"));
      const lines = gateways.map(gatewayLease);
      const held = ({ fleet }: FleetWorker) => lines.filter((line) => fleet.held(line) !== null);
      for (const line of lines) one.fleet.want(line);
      await reef.passUntil(() => held(one).length === 4);
      const seed = {
        name: "claw",
        runtime: "openclaw" as const,
        agent: { gatewayId: gateways[0] as never, agentId: "main" },
      };
      const token = { from: "env" as const, name: "TOKEN" };
      const gateway = { id: gateways[0] as never, name: "home", url: "ws://127.0.0.1:1", token, enabled: true };
      await reef.store.commit({ at: msToIso(reef.clock.now()), ops: [{ op: "gateway.put", gateway }] });
      const bot = await createBot(reef.deps, seed);
      const message = await reef.send(await reef.newSession(bot.id), "work");
      await reef.until(() => one.engine.runningTurns() === 1);
      const two = reef.start(() => "by two");
      for (const line of lines) two.fleet.want(line);
      await reef.passUntil(() => held(one).length === 2 && held(two).length === 2);
      expect(held(one)).toContain(lines[0]);
      expect(held(one).filter((line) => held(two).includes(line))).toEqual([]);
      gate.open();
      expect((await reef.settled(message)).state).toBe("answered");
      // Nothing moves to and fro once it is fair.
      const before = [held(one), held(two)];
      reef.clock.advance(4_000);
      await reef.passUntil(async () => (await reef.row(two)).leases.length >= 2, 20_000);
      expect([held(one), held(two)]).toEqual(before);
      one.freeze();
      expect(await reef.passUntil(() => held(two).length === 4)).toBeLessThanOrEqual(15_000);
    });

    it("FL1: alone on a store, a worker beats once, and an hour later has written nothing more", async () => {
      await using reef = await startFleetHarness(open);
      const seq = async () => (await reef.store.read.eventBounds()).last;
      const alone = reef.startAlone();
      await reef.until(() => alone.fleet.held(name) !== null);
      const before = await seq();
      const { length } = reef.commits;
      reef.clock.advance(3_600_000);
      await reef.until(() => reef.clock.sleeping > 0);
      expect(alone.fleet.held(name)).not.toBeNull();
      expect(await seq()).toBe(before);
      expect(reef.commits.slice(length).filter((op) => op === "worker.beat")).toEqual([]);
    });
  });
}
