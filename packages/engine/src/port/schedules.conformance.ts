/** Tests what every store keeps of schedules, and what it refuses. */
import { describe, expect, it } from "vitest";
import { makeId } from "../ids.ts";
import { messageSeed, openKit, type StoreKit } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";
import type { ScheduleSeed } from "./unit.ts";

const page = { limit: 10, cursor: null };

async function scheduled(kit: StoreKit, rest?: Partial<ScheduleSeed>): Promise<ScheduleSeed> {
  const botId = await kit.bot();
  const schedule: ScheduleSeed = {
    id: makeId("schedule"),
    sessionId: rest?.sessionId ?? (await kit.session(botId)),
    botId,
    name: "daily",
    text: "report",
    timing: { kind: "cron", pattern: "0 9 * * *", timeZone: "Europe/Berlin" },
    state: "active",
    by: "person",
    nextAt: "2026-01-01T08:00:00.000Z",
    ...rest,
  };
  await kit.commit({ op: "schedule.create", schedule });
  return schedule;
}

export function describeStoreSchedules(name: string, open: OpenEmptyStore): void {
  describe(`schedules in the ${name} store`, () => {
    it("keeps a schedule as it was made, through a change, and tells each change whole", async () => {
      await using kit = await openKit(open);
      const seed = await scheduled(kit);
      const createdAt = kit.now();
      const none = { lastAt: null, lastMessageId: null, sent: 0, skipped: 0 };
      expect(await kit.store.read.schedule(seed.id)).toEqual({ ...seed, ...none, createdAt, updatedAt: createdAt });
      kit.clock.advance(1_000);
      const fields = { name: "weekly", state: "paused", nextAt: null } as const;
      const { events } = await kit.commit({ op: "schedule.change", id: seed.id, fields });
      const changed = { ...seed, ...fields, ...none, createdAt, updatedAt: kit.now() };
      expect(await kit.store.read.schedule(seed.id)).toEqual(changed);
      expect(events).toMatchObject([{ type: "schedule.changed", schedule: changed }]);
      expect(await kit.store.read.schedule(makeId("schedule"))).toBeNull();
    });

    it("lists them in the order they were made, page by page, of a session, a bot or a state", async () => {
      await using kit = await openKit(open);
      const first = await scheduled(kit);
      const second = await scheduled(kit, { state: "paused", nextAt: null });
      const third = await scheduled(kit, { sessionId: first.sessionId });
      const ids = async (filter: Parameters<typeof kit.store.read.schedules>[0]) =>
        (await kit.store.read.schedules(filter, page)).items.map(({ id }) => id);
      expect(await ids({})).toEqual([first.id, second.id, third.id]);
      expect(await ids({ sessionId: first.sessionId })).toEqual([first.id, third.id]);
      expect(await ids({ botId: second.botId })).toEqual([second.id]);
      expect(await ids({ state: "paused" })).toEqual([second.id]);
      const begin = await kit.store.read.schedules({}, { limit: 2, cursor: null });
      expect(begin.items).toHaveLength(2);
      const rest = await kit.store.read.schedules({}, { limit: 2, cursor: begin.next });
      expect(rest.items.map(({ id }) => id)).toEqual([third.id]);
      expect(rest.next).toBeNull();
    });

    it("finds what is due, longest first, and the earliest next time; what rests is neither", async () => {
      await using kit = await openKit(open);
      const late = await scheduled(kit, { nextAt: "2026-01-01T09:00:00.000Z" });
      const early = await scheduled(kit, { nextAt: "2026-01-01T07:00:00.000Z" });
      await scheduled(kit, { nextAt: "2026-01-02T07:00:00.000Z" });
      await scheduled(kit, { state: "paused", nextAt: "2026-01-01T01:00:00.000Z" });
      const due = await kit.store.read.dueSchedules("2026-01-01T09:00:00.000Z", 10);
      expect(due.map(({ id }) => id)).toEqual([early.id, late.id]);
      expect(await kit.store.read.dueSchedules("2026-01-01T09:00:00.000Z", 1)).toHaveLength(1);
      expect(await kit.store.read.nextScheduleAt()).toBe("2026-01-01T07:00:00.000Z");
    });

    it("SC1: what is due is sent and the schedule moved on together, and only once", async () => {
      await using kit = await openKit(open);
      const { id, sessionId, nextAt } = await scheduled(kit);
      const fire = (text: string) =>
        kit.commit({
          op: "schedule.fire",
          id,
          dueAt: nextAt,
          nextAt: "2026-01-02T08:00:00.000Z",
          missed: 2,
          message: messageSeed(sessionId, { text }),
        });
      const [first, second] = await Promise.allSettled([fire("one"), fire("two")]);
      expect([first.status, second.status]).toEqual(["fulfilled", "rejected"]);
      expect(second).toMatchObject({ reason: { code: "conflict" } });
      const [message, ...others] = await kit.store.read.queuedMessages(sessionId);
      expect([message?.text, others.length]).toEqual(["one", 0]);
      expect(await kit.store.read.schedule(id)).toMatchObject({
        nextAt: "2026-01-02T08:00:00.000Z",
        lastAt: kit.now(),
        lastMessageId: message?.id,
        sent: 1,
        skipped: 2,
      });
    });

    it("SC2: while its message before still waits, a time passes without another", async () => {
      await using kit = await openKit(open);
      const { id, sessionId, nextAt } = await scheduled(kit);
      const fire = (dueAt: typeof nextAt, next: typeof nextAt) => {
        const message = messageSeed(sessionId);
        return kit.commit({ op: "schedule.fire", id, dueAt, nextAt: next, missed: 0, message });
      };
      const [second, third] = ["2026-01-02T08:00:00.000Z", "2026-01-03T08:00:00.000Z"];
      await fire(nextAt, second);
      await fire(second, third);
      expect(await kit.store.read.queuedMessages(sessionId)).toHaveLength(1);
      expect(await kit.store.read.schedule(id)).toMatchObject({ sent: 1, skipped: 1, nextAt: third });
      await kit.claimOne();
      await fire(third, null);
      expect(await kit.store.read.queuedMessages(sessionId)).toHaveLength(1);
      expect(await kit.store.read.schedule(id)).toMatchObject({ sent: 2, skipped: 1, nextAt: null, state: "done" });
    });

    it("goes with its session, and with its bot; one of a session that is not there is refused", async () => {
      await using kit = await openKit(open);
      const first = await scheduled(kit);
      const { events } = await kit.commit({ op: "session.delete", id: first.sessionId });
      expect(events).toContainEqual(expect.objectContaining({ type: "schedule.deleted", scheduleId: first.id }));
      const second = await scheduled(kit);
      await kit.commit({ op: "bot.delete", id: second.botId });
      expect((await kit.store.read.schedules({}, page)).items).toEqual([]);
      const again = kit.commit({ op: "schedule.create", schedule: first });
      await expect(again).rejects.toMatchObject({ code: "not_found" });
      const gone = kit.commit({ op: "schedule.delete", id: first.id });
      await expect(gone).rejects.toMatchObject({ code: "not_found" });
    });

    it("SC4: the words of a bot's schedule stand in the transcript as no person's", async () => {
      await using kit = await openKit(open);
      const { id, sessionId } = await scheduled(kit);
      const sender = { kind: "schedule", scheduleId: id, name: "daily", dueAt: kit.now(), missed: 0 } as const;
      await kit.send(sessionId, { from: { ...sender, by: "bot" } });
      await kit.turn(await kit.claimOne(), { op: "turn.wait", waits: [], readyAt: "2027-01-01T00:00:00.000Z" });
      const other = await kit.session();
      await kit.send(other, { from: { ...sender, by: "person" } });
      await kit.claimOne();
      const [bots] = await kit.store.read.entries(sessionId, { limit: 10 });
      const [persons] = await kit.store.read.entries(other, { limit: 10 });
      expect([bots?.kind, persons?.kind]).toEqual(["session", "person"]);
      expect(bots?.from).toMatchObject({ kind: "schedule", by: "bot", name: "daily" });
    });
  });
}
