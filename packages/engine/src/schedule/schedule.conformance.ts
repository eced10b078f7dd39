/** Tests the rules of schedules (SC…) of SPEC.md over any store. */
import type { Message } from "@reef/protocol/message";
import { msToIso } from "@reef/protocol/time";
import { describe, expect, it } from "vitest";
import { commitOps } from "../commit.ts";
import { defaultSettings } from "../deps.ts";
import { pauseBot, resumeBot } from "../registry/bots.ts";
import { archiveSession } from "../session/sessions.ts";
import type { Harness, OpenStore } from "../testing/harness.ts";
import { startHarness } from "../testing/harness.ts";
import { answer } from "../testing/scripted-runtime.ts";
import { changeSchedule, createSchedule, deleteSchedule, runSchedule } from "./schedules.ts";

const minuteMs = 60_000;

export function describeSchedules(open: OpenStore): void {
  describe("schedules", () => {
    it("SC1: a message is sent at each time, begins a chain of its own, and is answered as any other", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const session = await reef.newSession();
      const { id } = await createSchedule(reef.deps, {
        sessionId: session.id,
        text: "look at the logs",
        timing: { kind: "every", seconds: 60 },
      });
      for (const count of [1, 2, 3]) {
        await passUntil(reef, minuteMs, async () => (await sentTo(reef, session.id)).length === count);
        for (const { id: sentId } of await sentTo(reef, session.id)) await reef.settled(sentId);
      }
      const sent = await sentTo(reef, session.id);
      for (const message of sent) expect((await reef.settled(message.id)).state).toBe("answered");
      expect(sent.map(({ from }) => from)).toEqual(
        [3, 2, 1].map((n) => ({
          kind: "schedule",
          scheduleId: id,
          name: "look at the logs",
          by: "person",
          dueAt: msToIso(Date.UTC(2026, 0, 1) + n * minuteMs),
          missed: 0,
        })),
      );
      expect(new Set(sent.map(({ chainId }) => chainId)).size).toBe(3);
      const persons = (await reef.entries(session.id)).filter(({ kind }) => kind === "person");
      expect(persons.map(({ text }) => text)).toEqual(Array.from({ length: 3 }, () => "look at the logs"));
    });

    it("SC1: with several workers each time is sent once", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      reef.startWorker();
      reef.startWorker();
      const session = await reef.newSession();
      const timing = { kind: "every", seconds: 60 } as const;
      const { id } = await createSchedule(reef.deps, { sessionId: session.id, text: "tick", timing });
      for (const count of [1, 2, 3, 4]) {
        await passUntil(reef, minuteMs, async () => (await reef.store.read.schedule(id))?.sent === count);
        for (const { id: sentId } of await sentTo(reef, session.id)) await reef.settled(sentId);
      }
      expect(await sentTo(reef, session.id)).toHaveLength(4);
    });

    it("SC2: times that passed while nobody was here are one message that says so", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      await reef.worker[Symbol.asyncDispose]();
      const session = await reef.newSession();
      const timing = { kind: "cron", pattern: "0 9 * * *" } as const;
      const { id } = await createSchedule(reef.deps, { sessionId: session.id, text: "report", timing });
      const once = { kind: "at", at: "2026-01-02T00:00:00Z" } as const;
      const at = await createSchedule(reef.deps, { sessionId: session.id, text: "remember", timing: once });
      reef.clock.advance(3 * 86_400_000 + 12 * 3_600_000);
      reef.startWorker();
      await reef.until(async () => (await sentTo(reef, session.id)).length === 2);
      const [report] = (await sentTo(reef, session.id)).filter(({ text }) => text === "report");
      expect(report?.from).toMatchObject({ dueAt: "2026-01-04T09:00:00.000Z", missed: 3 });
      expect(await reef.store.read.schedule(id)).toMatchObject({
        state: "active",
        nextAt: "2026-01-05T09:00:00.000Z",
        sent: 1,
        skipped: 3,
      });
      expect(await reef.store.read.schedule(at.id)).toMatchObject({ state: "done", nextAt: null, sent: 1 });
    });

    it("SC2: a paused bot's schedule does not pile up, and an archived session's is silent", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const bot = await reef.newBot();
      const [waiting, away] = [await reef.newSession(bot), await reef.newSession(bot)];
      await pauseBot(reef.deps, bot.id);
      await archiveSession(reef.deps, away.id);
      const timing = { kind: "every", seconds: 60 } as const;
      const made = await createSchedule(reef.deps, { sessionId: waiting.id, text: "tick", timing });
      const silent = await createSchedule(reef.deps, { sessionId: away.id, text: "tick", timing });
      for (const skipped of [1, 2, 3]) {
        await passUntil(reef, minuteMs, async () => (await reef.store.read.schedule(silent.id))?.skipped === skipped);
      }
      await reef.until(async () => (await reef.store.read.schedule(made.id))?.skipped === 2);
      expect(await sentTo(reef, waiting.id)).toHaveLength(1);
      expect(await sentTo(reef, away.id)).toEqual([]);
      expect((await reef.store.read.session(away.id))?.archivedAt).not.toBeNull();
      await resumeBot(reef.deps, bot.id);
      const [message] = await sentTo(reef, waiting.id);
      expect((await reef.settled(message!.id)).state).toBe("answered");
    });

    it("SC3: paused it sends nothing, resumed its times are counted from then; its text and name change without a beat lost", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const session = await reef.newSession();
      const timing = { kind: "every", seconds: 60 } as const;
      const { id, nextAt } = await createSchedule(reef.deps, { sessionId: session.id, text: "tick", timing });
      reef.clock.advance(30_000);
      expect(await changeSchedule(reef.deps, id, { name: "other", text: "tock" })).toMatchObject({
        nextAt,
        name: "other",
      });
      expect(await changeSchedule(reef.deps, id, { state: "paused" })).toMatchObject({ state: "paused", nextAt: null });
      reef.clock.advance(10 * minuteMs);
      const resumed = await changeSchedule(reef.deps, id, { state: "active" });
      expect(resumed).toMatchObject({ state: "active", nextAt: msToIso(reef.clock.now() + minuteMs), skipped: 0 });
      expect(await sentTo(reef, session.id)).toEqual([]);
      expect(await runSchedule(reef.deps, id)).toMatchObject({ sent: 1, nextAt: resumed.nextAt });
      const [now] = await sentTo(reef, session.id);
      expect(now?.text).toBe("tock");
      await deleteSchedule(reef.deps, id);
      expect(await reef.store.read.schedule(id)).toBeNull();
      expect((await reef.settled(now!.id)).state).toBe("answered");
      const over = { kind: "at", at: msToIso(reef.clock.now() + 1_000) } as const;
      const once = await createSchedule(reef.deps, { sessionId: session.id, text: "once", timing: over });
      await passUntil(reef, 1_000, async () => (await reef.store.read.schedule(once.id))?.state === "done");
      const again = changeSchedule(reef.deps, once.id, { state: "active" });
      await expect(again).rejects.toMatchObject({ code: "conflict" });
      const later = { kind: "at", at: msToIso(reef.clock.now() + minuteMs) } as const;
      expect(await changeSchedule(reef.deps, once.id, { timing: later })).toMatchObject({ state: "active" });
    });

    it("SC1: one whose next time cannot be computed any more sends what is due, pauses, and says so in its session", async () => {
      await using reef = await startHarness(open, { script: () => "done" });
      const session = await reef.newSession();
      const timing = { kind: "cron", pattern: "0 9 * * *" } as const;
      const { id } = await createSchedule(reef.deps, { sessionId: session.id, text: "report", timing });
      const other = await createSchedule(reef.deps, { sessionId: session.id, text: "fine", timing });
      const gone = { ...timing, timeZone: "Atlantis/Capital" };
      await commitOps(reef.deps, { op: "schedule.change", id, fields: { timing: gone } });
      await passUntil(reef, 86_400_000, async () => (await sentTo(reef, session.id)).length === 2);
      expect(await reef.store.read.schedule(id)).toMatchObject({ state: "paused", nextAt: null, sent: 1 });
      expect(await reef.store.read.schedule(other.id)).toMatchObject({ state: "active", sent: 1 });
      const notice = (await reef.entries(session.id)).find(({ kind }) => kind === "notice");
      expect(notice).toMatchObject({ notice: { type: "schedule_paused", scheduleId: id } });
      expect(notice?.text).toMatch(/“report” was paused.*Atlantis/);
      const again = changeSchedule(reef.deps, id, { state: "active" });
      await expect(again).rejects.toMatchObject({ code: "invalid_request" });
      expect(await changeSchedule(reef.deps, id, { timing, state: "active" })).toMatchObject({ state: "active" });
    });

    it("SC3, SC4: a bot plans for itself, is told in its own words, and cancels only what it made", async () => {
      const seen: string[] = [];
      await using reef = await startHarness(open, {
        script: ({ entries, messages }) => {
          const [message] = messages;
          const last = entries.at(-1);
          if (last?.kind === "tool_result") return last.text;
          if (message?.from.kind === "schedule") return `due: ${message.text}`;
          const [name = "", input = "{}"] = (message?.text ?? "").split(/ (.*)/s);
          seen.push(name);
          return [answer("", { name, input: JSON.parse(input), callId: `call_${seen.length}` })];
        },
      });
      const session = await reef.newSession();
      const say = async (text: string) => {
        const { id } = await reef.send(session, text);
        await reef.settled(id);
        return (await reef.entries(session.id)).findLast(({ kind }) => kind === "bot")?.text ?? "";
      };
      expect(await say('schedule_create {"text":"feed the fish","inMinutes":5}')).toMatch(/^planned as sch_/);
      expect(await say('schedule_create {"text":"a","inMinutes":5,"cron":"* * * * *"}')).toMatch(/exactly one/);
      expect(await say('schedule_create {"text":"a","cron":"every day"}')).toMatch(/expected a cron pattern/);
      const mine = await createSchedule(reef.deps, {
        sessionId: session.id,
        text: "report",
        timing: { kind: "cron", pattern: "0 9 * * *" },
      });
      const list = await say("schedule_list {}");
      expect(list).toMatch(/feed the fish.*made by you.*this session/);
      expect(list).toMatch(/report.*made by the person/);
      expect(await say('schedule_cancel {"schedule":"report"}')).toMatch(/the person made this/);
      expect(await say(`schedule_cancel {"schedule":"${mine.id}"}`)).toMatch(/the person made this/);
      await passUntil(reef, 5 * minuteMs, async () =>
        (await reef.entries(session.id)).some(({ text }) => text === "due: feed the fish"),
      );
      const entry = (await reef.entries(session.id)).find(({ from }) => from?.kind === "schedule");
      expect(entry).toMatchObject({ kind: "session", text: "feed the fish", from: { by: "bot" } });
      await say('schedule_create {"text":"feed again","everyMinutes":60,"name":"fish"}');
      expect(await say('schedule_cancel {"schedule":"Fish"}')).toMatch(/^cancelled “fish”/);
      const left = await reef.store.read.schedules({ state: "active" }, { limit: 10, cursor: null });
      expect(left.items.map(({ id }) => id)).toEqual([mine.id]);
    });

    it("SC3: a session has at most 50 schedules, and a bot makes at most 20 of them", async () => {
      await using reef = await startHarness(open, {
        script: ({ entries }) =>
          entries.at(-1)?.kind === "tool_result"
            ? (entries.at(-1)?.text ?? "")
            : [
                answer(
                  "",
                  ...Array.from({ length: 21 }, (_, n) => ({
                    name: "schedule_create",
                    input: { text: `x ${n}`, everyMinutes: 60 },
                    callId: `call_${n}`,
                  })),
                ),
              ],
        settings: { chainLimits: { ...defaultSettings.chainLimits, schedules: 100 } },
      });
      const session = await reef.newSession();
      await reef.settled((await reef.send(await reef.newSession(), "plan")).id);
      const own = await reef.store.read.schedules({}, { limit: 100, cursor: null });
      expect(own.items).toHaveLength(20);
      const make = () =>
        createSchedule(reef.deps, { sessionId: session.id, text: "x", timing: { kind: "every", seconds: 3600 } });
      for (let n = 0; n < 50; n++) await make();
      await expect(make()).rejects.toMatchObject({ code: "limit_exceeded" });
    });
  });
}

/** Returns what schedules have sent to the session, newest first. */
async function sentTo(reef: Harness, sessionId: Message["sessionId"]): Promise<readonly Message[]> {
  const { items } = await reef.store.read.messages({ sessionId }, { limit: 100, cursor: null });
  return items.filter(({ from }) => from.kind === "schedule");
}

/** Lets time pass, and waits for its effects. */
async function passUntil(reef: Harness, ms: number, check: () => Promise<boolean>): Promise<void> {
  reef.clock.advance(ms);
  await reef.until(check);
}
