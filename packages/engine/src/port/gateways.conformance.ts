/** Tests what every store keeps of gateways: their records, what is bound to them, and entries made there. */
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { entrySeed, openKit, sessionSeed } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

const gatewaySeed = () => ({
  id: makeId("gateway"),
  name: "home",
  url: "ws://127.0.0.1:18789",
  token: { from: "env" as const, name: "HOME_TOKEN" },
  enabled: true,
});

export function describeStoreGateways(name: string, open: OpenEmptyStore): void {
  describe(`gateways in the ${name} store`, () => {
    it("keeps gateways in the order they were made, through a change and a deletion", async () => {
      await using kit = await openKit(open);
      const [first, second] = [gatewaySeed(), gatewaySeed()];
      await kit.commit({ op: "gateway.put", gateway: first }, { op: "gateway.put", gateway: second });
      const createdAt = kit.now();
      kit.clock.advance(1000);
      const changed = { ...first, name: "away", enabled: false, token: { from: "file" as const, name: "/run/token" } };
      const { events } = await kit.commit({ op: "gateway.put", gateway: changed });
      expect(events.map((event) => event.type)).toEqual(["gateway.changed"]);
      expect(await kit.store.read.gateways()).toEqual([
        { ...changed, createdAt, updatedAt: kit.now() },
        { ...second, createdAt, updatedAt: createdAt },
      ]);
      await kit.commit({ op: "gateway.delete", id: first.id });
      expect((await kit.store.read.gateways()).map(({ id }) => id)).toEqual([second.id]);
      await expect(kit.commit({ op: "gateway.delete", id: first.id })).rejects.toMatchObject({ code: "not_found" });
    });

    it("keeps the agent of a bot, and takes it away again", async () => {
      await using kit = await openKit(open);
      const agent = { gatewayId: makeId("gateway"), agentId: "main" };
      const id = await kit.bot({ runtime: "openclaw", agent });
      expect((await kit.store.read.bot(id))?.agent).toEqual(agent);
      await kit.commit({ op: "bot.change", id, fields: { runtime: "loop", agent: null } });
      expect(await kit.store.read.bot(id)).toMatchObject({ runtime: "loop", agent: null });
    });

    it("shows each session of a gateway by one session", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const mirrors = { gatewayId: makeId("gateway"), key: "agent:main:main" };
      const id = await kit.session(bot, { mirrors });
      const other = await kit.session(bot, { mirrors: { ...mirrors, key: "agent:main:other" } });
      expect((await kit.store.read.sessionByMirror(mirrors))?.id).toBe(id);
      expect((await kit.store.read.session(other))?.mirrors?.key).toBe("agent:main:other");
      expect(await kit.store.read.sessionByMirror({ ...mirrors, gatewayId: makeId("gateway") })).toBeNull();
      const again = kit.commit({ op: "session.create", session: sessionSeed(bot, { mirrors }) });
      await expect(again).rejects.toMatchObject({ code: "conflict" });
      await kit.commit({ op: "session.delete", id });
      expect(await kit.store.read.sessionByMirror(mirrors)).toBeNull();
    });

    it("takes over an entry from elsewhere once in each session, with the time it has", async () => {
      await using kit = await openKit(open);
      const [here, there] = [await kit.session(), await kit.session()];
      const at = "2020-05-05T05:05:05.000Z" as const;
      const append = (sessionId: typeof here, text: string) =>
        kit.commit({ op: "entry.append", entry: entrySeed(sessionId, text, { externalId: "row-1", at }) });
      await append(here, "first");
      const { events } = await append(here, "again");
      await append(there, "of the other");
      expect(events.filter(({ type }) => type === "entry.created")).toEqual([]);
      expect(await kit.store.read.entries(here, { limit: 10 })).toMatchObject([
        { seq: 1, text: "first", externalId: "row-1", at },
      ]);
      expect(await kit.texts(there)).toEqual(["of the other"]);
      expect((await kit.store.read.session(here))?.lastAt).toBe(at);
      await kit.commit({
        op: "entry.append",
        entry: entrySeed(here, "older", { externalId: "row-0", at: "2019-01-01T00:00:00.000Z" }),
      });
      expect((await kit.store.read.session(here))?.lastAt).toBe(at);
    });

    it("ME5: a line that was taken over and repeats what a tool gave over there is a tool's word", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const id = await kit.session(bot);
      const page = "the treasure lies under the third palm behind the old lighthouse";
      const append = (kind: "tool_result" | "bot", text: string, externalId: string) =>
        kit.commit({ op: "entry.append", entry: entrySeed(id, text, { kind, externalId }) });
      await append("bot", "good morning, what shall we look for today", "row-1");
      await append("tool_result", page, "row-2");
      await append("bot", `I read that ${page}`, "row-3");
      await kit.commit({ op: "memory.capture", sessionId: id });
      const lines = await kit.store.read.memories(bot, { kind: "entry" }, { limit: 10, cursor: null });
      expect(lines.items.map(({ text, trust }) => [text, trust]).toSorted()).toEqual([
        [`I read that ${page}`, "tool"],
        ["good morning, what shall we look for today", "bot"],
      ]);
    });

    it("a fork of a session that shows another shows none, and its copies are its own", async () => {
      await using kit = await openKit(open);
      const bot = await kit.bot();
      const from = await kit.session(bot, { mirrors: { gatewayId: makeId("gateway"), key: "agent:main:main" } });
      await kit.commit({ op: "entry.append", entry: entrySeed(from, "taken over", { externalId: "row-1" }) });
      const to = await kit.session(bot);
      await kit.commit({ op: "session.fork", from, to, throughSeq: 1 });
      expect((await kit.store.read.session(to))?.mirrors).toBeNull();
      expect((await kit.store.read.entries(to, { limit: 10 }))[0]?.externalId).toBeUndefined();
    });

    it("TU2, TU4: what a runtime noted of its run is there for the worker that comes after", async () => {
      await using kit = await openKit(open);
      await kit.send(await kit.session());
      const claim = await kit.claimOne();
      expect(claim.turn.remote).toBeNull();
      await kit.turn(claim, { op: "turn.remote", remote: { runId: "a", attempt: 1 } });
      await kit.turn(claim, { op: "turn.remote", remote: { runId: "b" } });
      expect((await kit.store.read.turn(claim.turn.id))?.remote).toEqual({ runId: "b" });
      await kit.turn(claim, { op: "turn.wait", waits: [], readyAt: kit.now(), failed: "away" });
      const again = await kit.claimOne();
      await kit.turn(again, { op: "turn.remote", remote: { runId: "b" } });
      expect((await kit.store.read.turn(again.turn.id))?.attempts).toBe(1);
      await kit.turn(again, { op: "turn.remote", remote: { runId: "b" }, isProgress: true });
      expect((await kit.store.read.turn(again.turn.id))?.attempts).toBe(0);
      await kit.turn(again, { op: "turn.wait", waits: [], readyAt: kit.now() });
      expect((await kit.claimOne()).turn.remote).toEqual({ runId: "b" });
    });
  });
}
