/** Tests a claim that stays open: what a commit makes claimable is taken in that very commit. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeId } from "@reef/engine/ids";
import { type Claim, leaseMs } from "@reef/engine/port/store";
import { messageSeed, openKit, type StoreKit, settleOp } from "@reef/engine/testing/seeds";
import type { Event } from "@reef/protocol/event";
import { msToIso } from "@reef/protocol/time";
import { afterAll, describe, expect, it } from "vitest";
import { fastFolder } from "../testing/test-stores.ts";
import { openSqliteStore } from "./open.ts";

describe("an open claim", () => {
  const root = mkdtempSync(join(fastFolder(), "reef-claim-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const open = () => openKit((clock) => openSqliteStore({ folder: mkdtempSync(join(root, "store-")), clock }));

  it("MB1, SY1: takes what is sent meanwhile in the commit that accepts it, with its events behind the message's", async () => {
    await using kit = await open();
    const session = await kit.session();
    const { claims, heard } = await openClaim(kit);
    const id = await kit.send(session, { text: "go" });
    expect(await claims).toMatchObject([
      { reason: "new", messages: [{ id, text: "go", state: "delivered" }], turn: { state: "running" } },
    ]);
    const [group] = heard.filter((events) => events.some(({ type }) => type === "message.changed"));
    const states = group?.flatMap((event) => (event.type === "message.changed" ? [event.message.state] : []));
    expect(states).toEqual(["queued", "delivered"]);
    const seqs = heard.flat().map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, place) => (seqs[0] ?? 0) + place));
  });

  it("what the unit answers is its own: the message as it was accepted", async () => {
    await using kit = await open();
    const message = messageSeed(await kit.session());
    const { claims } = await openClaim(kit);
    const { events } = await kit.commit({ op: "message.send", message });
    expect(await claims).toHaveLength(1);
    const changed = events.flatMap((event) => (event.type === "message.changed" ? [event.message] : []));
    expect(changed).toMatchObject([{ id: message.id, state: "queued" }]);
  });

  it("is answered at once by what can be claimed already", async () => {
    await using kit = await open();
    const id = await kit.send(await kit.session());
    expect(await (await openClaim(kit)).claims).toMatchObject([{ messages: [{ id }] }]);
  });

  it("is answered with nothing when it is closed, and the next one works", async () => {
    await using kit = await open();
    const session = await kit.session();
    const first = await openClaim(kit);
    first.controller.abort();
    expect(await first.claims).toEqual([]);
    const second = await openClaim(kit);
    const id = await kit.send(session);
    expect(await second.claims).toMatchObject([{ messages: [{ id }] }]);
    second.controller.abort();
    expect(await kit.claim()).toEqual([]);
  });

  it("MB4: takes the next message of a session in the commit that settles its turn", async () => {
    await using kit = await open();
    const session = await kit.session();
    await kit.send(session, { text: "first" });
    const turn = await kit.claimOne();
    const next = await kit.send(session, { text: "second" });
    const { claims } = await openClaim(kit);
    await kit.turn(turn, settleOp());
    expect(await claims).toMatchObject([{ messages: [{ id: next }], session: { id: session } }]);
  });

  it("no more than it asked for; the rest wakes", async () => {
    await using kit = await open();
    const sessions = [await kit.session(), await kit.session(), await kit.session()];
    let wakes = 0;
    kit.store.onWake(() => {
      wakes += 1;
    });
    const { claims } = await openClaim(kit, 2);
    await kit.commit(...sessions.map((id) => ({ op: "message.send" as const, message: messageSeed(id) })));
    expect(await claims).toHaveLength(2);
    await expect.poll(() => wakes).toBe(1);
    expect(await kit.claim()).toHaveLength(1);
  });

  it("a unit that breaks a rule fails alone, and costs it nothing", async () => {
    await using kit = await open();
    const session = await kit.session();
    const { claims } = await openClaim(kit);
    const [bad, good] = await Promise.allSettled([
      kit.commit({ op: "session.read", id: "ses_00000000-0000-7000-8000-000000000000" as never, seq: 1 }),
      kit.send(session),
    ]);
    expect(bad.status).toBe("rejected");
    expect(await claims).toMatchObject([{ messages: [{ id: good.status === "fulfilled" ? good.value : "" }] }]);
  });

  it("stays open over commits that make nothing claimable", async () => {
    await using kit = await open();
    const session = await kit.session();
    const { claims } = await openClaim(kit);
    const later = await kit.send(session, { notBefore: msToIso(kit.clock.now() + 60_000) });
    const now = await kit.send(session);
    expect(await claims).toMatchObject([{ messages: [{ id: now }] }]);
    expect(await kit.message(later)).toMatchObject({ state: "queued" });
  });

  it("SY2: hands out the death that it notes, although it finds nothing to run", async () => {
    await using kit = await open();
    const bot = await kit.bot();
    await kit.send(await kit.session(bot));
    const dead = await kit.claimOne();
    await kit.commit({ op: "bot.pause", id: bot, paused: true });
    kit.clock.advance(leaseMs + 1);
    const { claims, controller, heard } = await openClaim(kit, 1, makeId("worker"));
    await kit.bot();
    const turns = heard.flat().flatMap((event) => (event.type === "turn.changed" ? [event.turn] : []));
    expect(turns).toMatchObject([{ id: dead.turn.id, attempts: 1 }]);
    const seqs = heard.flat().map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, place) => (seqs[0] ?? 0) + place));
    controller.abort();
    expect(await claims).toEqual([]);
  });

  it("only one stays open: another is tried once", async () => {
    await using kit = await open();
    const first = await openClaim(kit);
    expect(await (await openClaim(kit)).claims).toEqual([]);
    const id = await kit.send(await kit.session());
    expect(await first.claims).toMatchObject([{ messages: [{ id }] }]);
  });

  it("is refused when the store closes", async () => {
    const kit = await open();
    const { claims } = await openClaim(kit);
    const refused = expect(claims).rejects.toMatchObject({ code: "unavailable" });
    await kit[Symbol.asyncDispose]();
    await refused;
  });
});

interface Opened {
  readonly controller: AbortController;
  readonly claims: Promise<readonly Claim[]>;
  readonly heard: readonly (readonly Event[])[];
}

/** Opens a claim and resolves once it was tried: only a later commit can answer it. */
async function openClaim(kit: StoreKit, max = 100, worker = kit.worker): Promise<Opened> {
  const controller = new AbortController();
  const heard: (readonly Event[])[] = [];
  kit.store.onEvents((events) => heard.push(events));
  const claims = kit.store.claim(worker, max, kit.now(), controller.signal);
  await kit.bot();
  return { controller, heard, claims };
}
