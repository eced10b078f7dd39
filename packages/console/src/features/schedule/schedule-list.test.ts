import type { Schedule } from "@reef/protocol/schedule";
import { expect, test } from "vitest";
import { makeSchedule, makeSession, scheduleChanged, sessionId } from "../../testing/nouns.ts";
import { dayMarks } from "./day-marks.ts";
import {
  countByState,
  filterSchedules,
  foldSchedules,
  groupByBot,
  scheduleRows,
  sortSchedules,
} from "./schedule-list.ts";

const at = (time: string) => `2026-02-01T${time}:00.000Z`;
const mapOf = (schedules: readonly Schedule[]) => new Map(schedules.map((each) => [each.id, each]));
const inList = new Map([
  [sessionId("a"), makeSession("a")],
  [sessionId("b"), makeSession("b", { title: "Reports" })],
  [sessionId("looked at"), makeSession("looked at", { archivedAt: at("07:00") })],
]);
const sessionOf = (id: Schedule["sessionId"]) => inList.get(id);
const rowsOf = (...schedules: readonly Schedule[]) => scheduleRows(mapOf(schedules), { bots: new Map(), sessionOf });
const names = (rows: ReturnType<typeof rowsOf>) => rows.map(({ schedule }) => schedule.name);

test("events keep the list true in any order, and a session's list holds its own alone", () => {
  const old = makeSchedule("tea", { updatedAt: at("08:00") });
  const paused = { ...old, state: "paused", nextAt: null, updatedAt: at("09:00") } as const;
  const other = makeSchedule("other", { sessionId: sessionId("b") });
  const known = mapOf([old]);
  expect(foldSchedules(known, [])).toBe(known);
  const next = foldSchedules(known, [scheduleChanged(1, paused), scheduleChanged(2, other), scheduleChanged(1, old)]);
  expect([...next.values()].map(({ name, state }) => `${name} ${state}`)).toEqual(["tea paused", "other active"]);
  expect([...foldSchedules(known, [scheduleChanged(2, other)], sessionId("a")).values()]).toEqual([old]);
  const gone = { type: "schedule.deleted", seq: 3, at: at("10:00"), scheduleId: old.id } as const;
  expect(foldSchedules(known, [gone]).size).toBe(0);
});

test("what is due next stands first, then what is paused, then what is done; groups follow that order", () => {
  const rows = rowsOf(
    makeSchedule("done", { state: "done", nextAt: null, lastAt: at("08:00") }),
    makeSchedule("done later", { state: "done", nextAt: null, lastAt: at("09:00") }),
    makeSchedule("paused", { state: "paused", nextAt: null }),
    makeSchedule("late", { nextAt: at("18:00"), botId: "bot_ben" as Schedule["botId"] }),
    makeSchedule("soon", { nextAt: at("12:00"), sessionId: sessionId("b") }),
  );
  const sorted = sortSchedules(rows);
  expect(names(sorted)).toEqual(["soon", "late", "paused", "done later", "done"]);
  expect(groupByBot(sorted).map(({ botId, rows: own }) => [botId, own.length])).toEqual([
    ["bot_ada", 4],
    ["bot_ben", 1],
  ]);
  expect(countByState(rows)).toEqual(
    new Map([
      ["done", 2],
      ["paused", 1],
      ["active", 2],
    ]),
  );
  expect(names(filterSchedules(rows, { words: " REPORTS text", state: null }))).toEqual(["soon"]);
  expect(names(filterSchedules(rows, { words: "", state: "paused" }))).toEqual(["paused"]);
});

test("the schedule of an archived session is silent: it stands behind what will be sent, whoever looks at the session", () => {
  const rows = rowsOf(
    makeSchedule("paused", { state: "paused", nextAt: null }),
    makeSchedule("archived", { nextAt: at("12:00"), sessionId: sessionId("gone") }),
    makeSchedule("archived, looked at", { nextAt: at("12:01"), sessionId: sessionId("looked at") }),
    makeSchedule("due", { nextAt: at("18:00") }),
  );
  expect(names(sortSchedules(rows))).toEqual(["due", "archived", "archived, looked at", "paused"]);
  expect(rows.filter(({ isSilent }) => isSilent).map(({ schedule }) => schedule.name)).toEqual([
    "archived",
    "archived, looked at",
  ]);
});

test("marks of the next day: one a quarter of an hour, apart from what is due often, nothing of what rests", () => {
  const fromMs = Date.parse(at("08:05"));
  const { marks, ticks } = dayMarks(
    [
      makeSchedule("daily", { timing: { kind: "cron", pattern: "0 9 * * *", timeZone: "UTC" }, nextAt: at("09:00") }),
      makeSchedule("hourly", { nextAt: at("09:05") }),
      makeSchedule("overdue", { timing: { kind: "at", at: at("08:00") }, nextAt: at("08:00") }),
      makeSchedule("far", {
        timing: { kind: "at", at: "2026-02-03T08:00:00.000Z" },
        nextAt: "2026-02-03T08:00:00.000Z",
      }),
      makeSchedule("paused", { state: "paused", nextAt: null }),
    ],
    fromMs,
  );
  expect([marks.length, ticks.length]).toEqual([2, 23]);
  const [overdue, daily] = marks;
  expect([overdue?.atMs, overdue?.schedules.map(({ name }) => name)]).toEqual([fromMs, ["overdue"]]);
  expect([daily?.atMs, daily?.schedules.map(({ name }) => name)]).toEqual([Date.parse(at("09:00")), ["daily"]]);
  expect(ticks[0]?.atMs).toBe(Date.parse(at("09:05")));
});

test("a schedule of every minute is a mark in each quarter, through a change of clocks as well", () => {
  const nextAt = "2026-03-28T12:00:00.000Z";
  const timing = { kind: "cron", pattern: "* * * * *", timeZone: "Europe/Berlin" } as const;
  const { ticks } = dayMarks([makeSchedule("busy", { timing, nextAt })], Date.parse(nextAt));
  expect(ticks).toHaveLength(96);
});
