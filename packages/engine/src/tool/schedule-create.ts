/** Plans a message to this very session: a bot schedules itself, never others (SC3). */
import type { NewTiming, ScheduleTiming } from "@reef/protocol/schedule";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { allowedIn, askAboutChain, boundRefusal, rootOfChain } from "../mailbox/chain-bounds.ts";
import { oneLine } from "../prompt/defuse.ts";
import { newSchedule } from "../schedule/schedules.ts";
import { readTiming } from "../schedule/timing.ts";
import { timingWords } from "../schedule/timing-words.ts";
import { defineTool, errorResult } from "./tool.ts";

/** The most active schedules that a bot may have created in one session. */
const maxOwn = 20;

const Input = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(20_000)
    .describe("The message you will get then. You will not remember the reason, so include it."),
  name: z.string().trim().min(1).max(200).optional(),
  inMinutes: z.number().min(1).max(527_040).optional().describe("Once, this many minutes from now."),
  at: z.iso.datetime({ offset: true }).optional().describe("Once, at this time, such as 2026-01-31T09:00:00+01:00."),
  everyMinutes: z.int().min(1).max(527_040).optional().describe("Repeatedly, this many minutes apart."),
  cron: z.string().optional().describe("Repeatedly, by a cron pattern of five parts, such as “0 9 * * 1-5”."),
  timeZone: z.string().optional().describe("The time zone of the cron pattern, such as Europe/Berlin; UTC by default."),
});

export const scheduleCreate = defineTool({
  name: "schedule_create",
  description:
    "Plans a message to yourself in this session: once, at intervals, or by a cron pattern. Give exactly one of inMinutes, at, everyMinutes, cron.",
  input: Input,
  effects: { kind: "unit" },
  changes: "lasting",
  words: "own",
  tells: "nobody",
  folds: true,
  async run({ deps, session, turn }, input) {
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
    const known = own.items.find(
      (schedule) => schedule.text === text && isSameTiming(schedule.timing, readTiming(timing, nowMs)),
    );
    if (known !== undefined) {
      const found = `${known.id} “${oneLine(known.name)}”: ${timingWords(known.timing)}, next ${known.nextAt}`;
      return { type: "result", text: `this schedule already exists as ${found}; nothing new was planned` };
    }
    if (own.items.filter(({ by }) => by === "bot").length >= maxOwn) {
      return errorResult(`you have ${maxOwn} schedules in this session; cancel some first`);
    }
    const root = await rootOfChain(deps, turn.chainId);
    const max = allowedIn(root.counts, deps.settings.chainLimits.schedules);
    if (root.counts.planned >= max) {
      const done = `planned ${root.counts.planned} schedules`;
      const { ops } = await askAboutChain(deps, {
        session,
        turnId: turn.id,
        chainId: root.id,
        counts: root.counts,
        done,
      });
      const why = `${boundRefusal} ${done}; a person was asked whether it may plan more`;
      return { type: "result", isError: true, text: why, ops };
    }
    const schedule = await newSchedule(
      deps,
      { sessionId: session.id, text, timing, ...(name !== undefined && { name }) },
      "bot",
    );
    const when = `${timingWords(schedule.timing)}, next ${schedule.nextAt}; it is now ${msToIso(nowMs)}`;
    return {
      type: "result",
      text: `planned as ${schedule.id} “${oneLine(schedule.name)}”: ${when}`,
      ops: [
        { op: "chain.use", chainId: root.id, of: "planned", max },
        { op: "schedule.create", schedule, chainId: turn.chainId },
      ],
    };
  },
});

/** One-time schedules within a minute count as the same: “in 5 minutes” is repeated a moment later. */
function isSameTiming(a: ScheduleTiming, b: ScheduleTiming): boolean {
  if (a.kind === "at" && b.kind === "at") return Math.abs(isoToMs(a.at) - isoToMs(b.at)) < 60_000;
  if (a.kind === "every" && b.kind === "every") return a.seconds === b.seconds;
  return a.kind === "cron" && b.kind === "cron" && a.pattern === b.pattern && a.timeZone === b.timeZone;
}

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
