/** Tests what every store keeps of a fleet: workers, leases, which turns a worker may claim, and shared values. */
import type { GatewayId, WorkerId } from "@reef/protocol/ids";
import { describe, expect, it } from "vitest";
import { gatewayLease } from "../fleet/lease.ts";
import { makeId } from "../ids.ts";
import { openKit, type StoreKit, settleOp } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import { goneKeptMs, type Lease, loadShownEveryMs, type WorkerBeat, workerTtlMs } from "./workers.ts";

type Given = Partial<Omit<WorkerBeat, "worker">> & { readonly version?: string };

async function beat(kit: StoreKit, id: WorkerId, { version = "1.0.0", ...rest }: Given = {}) {
  const worker = { id, host: "reef-one", pid: 4711, version, startedAt: "2026-01-01T00:00:00.000Z" as const, lanes: 8 };
  const load = { cpu: 0.25, memoryBytes: 100_000_000 };
  const given = { worker, claims: 0, load, drained: false, ttlMs: workerTtlMs, wants: [], ...rest };
  const { presence, events } = await kit.commit({ op: "worker.beat", ...given });
  if (presence === undefined) throw new Error("a beat is answered");
  return { ...presence, events };
}

const statesOf = async (kit: StoreKit) => (await kit.store.read.workers()).map(({ id, state }) => [id, state]);

export function describeStoreFleet(name: string, open: OpenEmptyStore): void {
  describe(`the fleet in the ${name} store`, () => {
    it("lists a worker with what it says of itself and what it holds, in the order of their starts", async () => {
      await using kit = await openKit(open);
      const [one, two] = [makeId("worker"), makeId("worker")];
      await beat(kit, two, { claims: 3 });
      await beat(kit, one, { wants: ["schedules", "file-upkeep"] });
      const seen = { host: "reef-one", pid: 4711, version: "1.0.0", lanes: 8, drained: false, lastSeenAt: kit.now() };
      expect(await kit.store.read.workers()).toEqual([
        {
          ...seen,
          id: one,
          state: "running",
          claims: 0,
          load: { cpu: 0.25, memoryBytes: 100_000_000 },
          leases: ["file-upkeep", "schedules"],
          startedAt: "2026-01-01T00:00:00.000Z",
        },
        expect.objectContaining({ ...seen, id: two, claims: 3, leases: [] }),
      ]);
    });

    it("FL1: of workers that want a lease, one holds it, until it gives it up", async () => {
      await using kit = await openKit(open);
      const [one, two] = [makeId("worker"), makeId("worker")];
      const first = await Promise.all([one, two].map((id) => beat(kit, id, { wants: ["schedules"] })));
      const holders = first.flatMap(({ held }) => held);
      expect(holders).toMatchObject([{ name: "schedules", fence: 1 }]);
      const holder = holders[0]?.worker as WorkerId;
      const other = holder === one ? two : one;
      kit.clock.advance(workerTtlMs - 1);
      expect((await beat(kit, holder, { wants: ["schedules"] })).held).toEqual(holders);
      kit.clock.advance(workerTtlMs - 1);
      expect((await beat(kit, other, { wants: ["schedules"] })).held).toEqual([]);
      await beat(kit, holder, { wants: [] });
      expect((await beat(kit, other, { wants: ["schedules"] })).held).toEqual([
        { name: "schedules", worker: other, fence: 2 },
      ]);
      expect((await beat(kit, holder, { wants: ["schedules"] })).held).toEqual([]);
      expect(await kit.store.read.leases()).toEqual([{ name: "schedules", worker: other, fence: 2 }]);
    });

    it("FL2: a dead holder is replaced when its lease ends, and refused when it comes back", async () => {
      await using kit = await openKit(open);
      const [one, two] = [makeId("worker"), makeId("worker")];
      const [old] = (await beat(kit, one, { wants: ["schedules"] })).held as [Lease];
      await kit.commit({ op: "lease.check", lease: old });
      await beat(kit, two, { wants: ["schedules"] });
      kit.clock.advance(workerTtlMs + 1);
      expect(await kit.store.read.leases()).toEqual([]);
      await expect(kit.commit({ op: "lease.check", lease: old })).rejects.toMatchObject({ code: "conflict" });
      const { held, events } = await beat(kit, two, { wants: ["schedules"] });
      expect(held).toEqual([{ name: "schedules", worker: two, fence: 2 }]);
      expect(events).toMatchObject([
        { type: "worker.changed", worker: { id: two, leases: ["schedules"] } },
        { type: "worker.changed", worker: { id: one, state: "gone", leases: [] } },
      ]);
      expect(await statesOf(kit)).toEqual([
        [one, "gone"],
        [two, "running"],
      ]);
      // It was frozen, and still believes that it holds the lease.
      await expect(kit.commit({ op: "lease.check", lease: old })).rejects.toMatchObject({ code: "conflict" });
      expect((await beat(kit, one, { wants: ["schedules"] })).held).toEqual([]);
      expect(await statesOf(kit)).toEqual([
        [one, "running"],
        [two, "running"],
      ]);
    });

    it("FL2: a holder that comes back late before anyone else holds the lease anew, under another fence", async () => {
      await using kit = await openKit(open);
      const one = makeId("worker");
      const [old] = (await beat(kit, one, { wants: ["schedules"] })).held as [Lease];
      kit.clock.advance(workerTtlMs + 1);
      expect((await beat(kit, one, { wants: ["schedules"] })).held).toEqual([{ ...old, fence: 2 }]);
      await expect(kit.commit({ op: "lease.check", lease: old })).rejects.toMatchObject({ code: "conflict" });
    });

    it("FL2: setting the time of day ends no lease and no worker", async () => {
      await using kit = await openKit(open);
      const one = makeId("worker");
      const [lease] = (await beat(kit, one, { wants: ["schedules"] })).held as [Lease];
      kit.clock.jump(-3_600_000);
      kit.clock.jump(7_200_000);
      await kit.commit({ op: "lease.check", lease });
      expect(await statesOf(kit)).toEqual([[one, "running"]]);
    });

    it("a worker that ends is gone and frees its leases immediately; a day later it is no longer listed", async () => {
      await using kit = await openKit(open);
      const [one, two] = [makeId("worker"), makeId("worker")];
      await beat(kit, one, { wants: ["schedules"], claims: 2 });
      const { events } = await kit.commit({ op: "worker.end", id: one });
      expect(events).toMatchObject([
        { type: "worker.changed", worker: { id: one, state: "gone", claims: 0, leases: [] } },
      ]);
      expect((await beat(kit, two, { wants: ["schedules"] })).held).toMatchObject([{ worker: two }]);
      kit.clock.advance(goneKeptMs);
      await beat(kit, two);
      expect(await statesOf(kit)).toEqual([
        [one, "gone"],
        [two, "running"],
      ]);
      kit.clock.advance(1);
      expect((await beat(kit, two)).events).toMatchObject([{ type: "worker.deleted", workerId: one }]);
      expect(await statesOf(kit)).toEqual([[two, "running"]]);
      await kit.commit({ op: "worker.end", id: makeId("worker") });
    });

    it("FL4: a draining worker learns it from its next beat, stays so, and says when it is drained", async () => {
      await using kit = await openKit(open);
      const one = makeId("worker");
      const drain = (draining: boolean) => kit.commit({ op: "worker.drain", id: one, draining });
      await expect(drain(true)).rejects.toMatchObject({ code: "not_found" });
      expect((await beat(kit, one)).draining).toBe(false);
      expect((await drain(true)).events).toMatchObject([{ worker: { id: one, state: "draining", drained: false } }]);
      expect((await drain(true)).events).toEqual([]);
      expect((await beat(kit, one, { claims: 1 })).draining).toBe(true);
      expect((await beat(kit, one, { drained: true })).events).toMatchObject([
        { worker: { state: "draining", drained: true, leases: [] } },
      ]);
      expect((await drain(false)).events).toMatchObject([{ worker: { state: "running", drained: false } }]);
      expect((await beat(kit, one)).draining).toBe(false);
      await kit.commit({ op: "worker.end", id: one });
      await expect(drain(true)).rejects.toMatchObject({ code: "conflict" });
    });

    it("a beat that changes nothing causes no event, and one of load alone no more than one in 10 s", async () => {
      await using kit = await openKit(open);
      const one = makeId("worker");
      expect((await beat(kit, one)).events).toHaveLength(1);
      expect((await beat(kit, one)).events).toEqual([]);
      kit.clock.advance(loadShownEveryMs - 1);
      expect((await beat(kit, one, { claims: 5 })).events).toEqual([]);
      kit.clock.advance(1);
      expect((await beat(kit, one, { claims: 5 })).events).toEqual([]);
      expect((await beat(kit, one, { claims: 6 })).events).toMatchObject([{ worker: { claims: 6 } }]);
      expect((await beat(kit, one, { claims: 6, version: "1.0.1" })).events).toMatchObject([
        { worker: { version: "1.0.1" } },
      ]);
    });

    it("FL5: turns at a gateway are claimed where its line is held, new, waiting and dead ones", async () => {
      await using kit = await openKit(open);
      const [one, two] = [makeId("worker"), makeId("worker")];
      const gatewayId = makeId("gateway");
      const line = gatewayLease(gatewayId);
      const bound = await kit.bot({ runtime: "openclaw", agent: { gatewayId, agentId: "main" } });
      const session = await kit.session(bound);
      const claimAs = (id: WorkerId) => kit.store.claim(id, 10, kit.now());
      await beat(kit, one, { wants: [line] });
      await kit.send(session);
      expect(await claimAs(two)).toEqual([]);
      const [claim] = await claimAs(one);
      if (claim === undefined) throw new Error("its holder claims it");
      await kit.turn(claim, { op: "turn.wait", waits: [], readyAt: kit.now() });
      expect(await claimAs(two)).toEqual([]);
      expect(await claimAs(one)).toMatchObject([{ reason: "ready" }]);
      kit.clock.advance(15_001);
      // The line is no one's: a turn would only fail.
      expect(await claimAs(two)).toEqual([]);
      await beat(kit, two, { wants: [line] });
      expect(await claimAs(one)).toEqual([]);
      const [taken] = await claimAs(two);
      expect(taken).toMatchObject({ reason: "died", turn: { id: claim.turn.id } });
    });

    it("FL5: other bots, and bots of a gateway that never had a line, run anywhere", async () => {
      await using kit = await openKit(open);
      const one = makeId("worker");
      await beat(kit, one, { wants: [gatewayLease(makeId("gateway"))] });
      const agentOf = (gatewayId: GatewayId) => ({ agent: { gatewayId, agentId: "main" } });
      for (const bot of [await kit.bot(), await kit.bot(agentOf(makeId("gateway")))]) {
        await kit.send(await kit.session(bot));
      }
      const claims = await kit.claim();
      expect(claims).toHaveLength(2);
      for (const claim of claims) await kit.turn(claim, settleOp());
    });

    it("FL5: a bot that moves to another gateway is claimed where that one's line is held", async () => {
      await using kit = await openKit(open);
      const [one, two] = [makeId("worker"), makeId("worker")];
      const [here, there] = [makeId("gateway"), makeId("gateway")];
      await beat(kit, one, { wants: [gatewayLease(here)] });
      await beat(kit, two, { wants: [gatewayLease(there)] });
      const bot = await kit.bot({ runtime: "openclaw", agent: { gatewayId: here, agentId: "main" } });
      await kit.send(await kit.session(bot));
      const fields = { agent: { gatewayId: there, agentId: "main" } };
      await kit.commit({ op: "bot.change", id: bot, fields });
      expect(await kit.store.claim(one, 10, kit.now())).toEqual([]);
      expect(await kit.store.claim(two, 10, kit.now())).toHaveLength(1);
    });

    it("FL6: a shared value is read by all, kept if it is there already, and changed only by one that has read it", async () => {
      await using kit = await openKit(open);
      const put = (value: string | null, rest?: object) =>
        kit.commit({ op: "shared.put", name: "secrets-key", value, ...rest });
      expect(await kit.store.read.shared("secrets-key")).toBeNull();
      await put("first", { ifAbsent: true });
      await put("second", { ifAbsent: true });
      expect(await kit.store.read.shared("secrets-key")).toBe("first");
      await expect(put("third", { ifValue: "second" })).rejects.toMatchObject({ code: "conflict" });
      await expect(put("third", { ifValue: null })).rejects.toMatchObject({ code: "conflict" });
      await put("third", { ifValue: "first" });
      expect(await kit.store.read.shared("secrets-key")).toBe("third");
      expect((await put("third")).events).toEqual([]);
      expect((await put(null)).events).toMatchObject([{ type: "shared.changed", kind: "secrets-key" }]);
      expect(await kit.store.read.shared("secrets-key")).toBeNull();
      for (const name of ["login:b", "login:a", "logins", "Login:c"]) {
        await kit.commit({ op: "shared.put", name, value: `of ${name}` });
      }
      expect(await kit.store.read.sharedValues("login:")).toEqual([
        { name: "login:a", value: "of login:a" },
        { name: "login:b", value: "of login:b" },
      ]);
    });
  });
}
