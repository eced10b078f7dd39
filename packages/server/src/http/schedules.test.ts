/** Tests the endpoints of schedules, on a whole server. */
import type { ScheduleId, SessionId } from "@reef/protocol/ids";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serve } from "../testing/serve.ts";

const hourly = { kind: "every", seconds: 3600 } as const;

describe("schedules", () => {
  let reef: Served;
  beforeAll(async () => {
    reef = await serve({ script: () => "done" });
  });
  afterAll(() => reef[Symbol.asyncDispose]());

  it("SC1: one for a time that comes soon is sent, answered and over; its message says what sent it", async () => {
    const session = await reef.newSession("soon");
    const at = new Date(Date.now() + 1_500).toISOString();
    const made = await reef.client.createSchedule({ sessionId: session.id, text: "look", timing: { kind: "at", at } });
    expect(made).toMatchObject({ state: "active", by: "person", nextAt: at, name: "look", sent: 0 });
    await expect.poll(async () => (await reef.client.schedule(made.id)).state, { timeout: 15_000 }).toBe("done");
    const { lastMessageId } = await reef.client.schedule(made.id);
    const message = async () => await reef.client.message(lastMessageId!);
    await expect.poll(async () => (await message()).state, { timeout: 15_000 }).toBe("answered");
    expect((await message()).from).toEqual({
      kind: "schedule",
      scheduleId: made.id,
      name: "look",
      by: "person",
      dueAt: at,
      missed: 0,
    });
    const [entry] = (await reef.client.entries(session.id)).items;
    expect(entry).toMatchObject({ kind: "person", text: "look", from: { kind: "schedule" } });
  });

  it("SC3: it is listed, changed, paused, run and deleted", async () => {
    const session = await reef.newSession("work");
    const made = await reef.client.createSchedule({
      sessionId: session.id,
      name: "report",
      text: "report\nat length",
      timing: { kind: "cron", pattern: "0 9 * * 1-5", timeZone: "Europe/Berlin" },
    });
    expect((await reef.client.schedules({ sessionId: session.id })).items).toEqual([made]);
    expect((await reef.client.schedules({ sessionId: session.id, state: "paused" })).items).toEqual([]);
    const paused = await reef.client.changeSchedule(made.id, { state: "paused", name: "daily" });
    expect(paused).toMatchObject({ state: "paused", nextAt: null, name: "daily", text: "report\nat length" });
    const again = await reef.client.changeSchedule(made.id, { state: "active", timing: hourly });
    expect(again).toMatchObject({ state: "active", timing: hourly });
    const run = await reef.client.runSchedule(made.id);
    expect(run).toMatchObject({ sent: 1, nextAt: again.nextAt });
    await reef.client.deleteSchedule(made.id);
    await expect(reef.client.schedule(made.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(reef.client.deleteSchedule(made.id)).rejects.toMatchObject({ code: "not_found" });
  });

  it("SE7: what cannot be is refused with what was expected, and makes nothing", async () => {
    const { id: sessionId } = await reef.newSession("bad");
    const make = (body: object) =>
      reef.client.createSchedule({ sessionId, text: "x", timing: hourly, ...body } as never);
    const refused: readonly (readonly [object, string])[] = [
      [{ timing: { kind: "every", seconds: 5 } }, "invalid_request"],
      [{ timing: { kind: "at", at: "2020-01-01T00:00:00Z" } }, "invalid_request"],
      [{ timing: { kind: "cron", pattern: "every day" } }, "invalid_request"],
      [{ timing: { kind: "cron", pattern: "0 9 * * *", timeZone: "Moon/Crater" } }, "invalid_request"],
      [{ timing: { kind: "sometimes" } }, "invalid_request"],
      [{ text: "  " }, "invalid_request"],
      [{ sessionId: "ses_1" }, "invalid_request"],
      [{ sessionId: "ses_00000000-0000-7000-8000-000000000000" as SessionId }, "not_found"],
    ];
    for (const [body, code] of refused) {
      await expect(make(body), JSON.stringify(body)).rejects.toMatchObject({ code });
    }
    expect((await reef.client.schedules({ sessionId })).items).toEqual([]);
    const unknown = "sch_00000000-0000-7000-8000-000000000000" as ScheduleId;
    await expect(reef.client.runSchedule(unknown)).rejects.toMatchObject({ code: "not_found" });
    await expect(reef.client.changeSchedule(unknown, {})).rejects.toMatchObject({ code: "not_found" });
  });
});
