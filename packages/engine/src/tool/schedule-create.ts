/** Plans a message to this very session: a bot schedules itself, never others (SC3). */
import type { NewTiming } from "@reef/protocol/schedule";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { oneLine } from "../prompt/defuse.ts";
import { newSchedule } from "../schedule/schedules.ts";
import { timingWords } from "../schedule/timing-words.ts";
import { defineTool, errorResult } from "./tool.ts";

/** Active ones that a bot may have made in one session. */
const maxOwn = 20;

const Input = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .describe("What you are to be told then. You will not remember why: say it."),
  name: z.string().trim().min(1).max(200).optional(),
  inMinutes: z.number().min(1).max(527_040).optional().describe("Once, so many minutes from now."),
  at: z.iso.datetime({ offset: true }).optional().describe("Once, at this time, such as 2026-01-31T09:00:00+01:00."),
  everyMinutes: z.int().min(1).max(527_040).optional().describe("Again and again, so many minutes apart."),
  cron: z.string().optional().describe("Again and again, by a cron pattern of five parts, such as “0 9 * * 1-5”."),
  timeZone: z.string().optional().describe("Of the cron pattern, such as Europe/Berlin; UTC when absent."),
});

export const scheduleCreate = defineTool({
  name: "schedule_create",
  description:
    "Plans a message to yourself in this session: once, at intervals, or by a cron pattern. Give exactly one of inMinutes, at, everyMinutes, cron.",
  input: Input,
  effects: { kind: "unit" },
  async run({ deps, session }, input) {
    const { text, name } = input;
    const nowMs = deps.clock.now();
    const timings = timingsOf(input, nowMs);
    const [timing] = timings;
    if (timing === undefined || timings.length > 1) {
      return errorResult("give exactly one of inMinutes, at, everyMinutes and cron");
    }
    const own = await deps.store.read.schedules(
      { sessionId: session.id, state: "active" },
      { limit: 100, cursor: null },
    );
    if (own.items.filter(({ by }) => by === "bot").length >= maxOwn) {
      return errorResult(`you have ${maxOwn} schedules in this session; cancel some first`);
    }
    const schedule = await newSchedule(
      deps,
      { sessionId: session.id, text, timing, ...(name !== undefined && { name }) },
      "bot",
    );
    const when = `${timingWords(schedule.timing)}, next ${schedule.nextAt}; now it is ${msToIso(nowMs)}`;
    return {
      type: "result",
      text: `planned as ${schedule.id} “${oneLine(schedule.name)}”: ${when}`,
      ops: [{ op: "schedule.create", schedule }],
    };
  },
});

function timingsOf(input: z.infer<typeof Input>, nowMs: number): readonly NewTiming[] {
  const { inMinutes, at, everyMinutes, cron, timeZone } = input;
  return [
    ...(inMinutes === undefined ? [] : [{ kind: "at", at: msToIso(nowMs + inMinutes * 60_000) } as const]),
    ...(at === undefined ? [] : [{ kind: "at", at } as const]),
    ...(everyMinutes === undefined ? [] : [{ kind: "every", seconds: everyMinutes * 60 } as const]),
    ...(cron === undefined
      ? []
      : [{ kind: "cron", pattern: cron, ...(timeZone !== undefined && { timeZone }) } as const]),
  ];
}
