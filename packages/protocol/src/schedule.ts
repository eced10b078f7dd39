/**
 * A schedule sends messages into one session at a given time, at intervals, or by a cron pattern, and survives crashes
 * (SC1).
 */
import { z } from "zod";
import { BotId, MessageId, ScheduleId, SessionId } from "./ids.ts";
import { maxMessageLength } from "./message.ts";
import { GivenTime, IsoTime } from "./time.ts";

/** The shortest interval, in seconds. */
const minScheduleSeconds = 60;

const atTiming = { kind: z.literal("at") };
const everyTiming = {
  kind: z.literal("every"),
  /** Counted from the creation of the schedule. */
  seconds: z
    .int()
    .min(minScheduleSeconds)
    .max(366 * 86_400),
};
const cronTiming = {
  kind: z.literal("cron"),
  /** Minute, hour, day of the month, month, day of the week. */
  pattern: z.string().trim().min(1).max(200),
};
const timeZone = z.string().min(1).max(100);

export const ScheduleTiming = z
  .discriminatedUnion("kind", [
    z.object({ ...atTiming, at: IsoTime }),
    z.object(everyTiming),
    z.object({ ...cronTiming, timeZone }),
  ])
  .meta({ id: "ScheduleTiming" });
export type ScheduleTiming = z.infer<typeof ScheduleTiming>;

/** `done`: its only time has passed. */
export const ScheduleState = z.enum(["active", "paused", "done"]).meta({ id: "ScheduleState" });
export type ScheduleState = z.infer<typeof ScheduleState>;

/** Says whose words it sends: a bot's are never shown or trusted as a person's (SC4). */
export const ScheduleMaker = z.enum(["person", "bot"]).meta({ id: "ScheduleMaker" });
export type ScheduleMaker = z.infer<typeof ScheduleMaker>;

export const Schedule = z
  .object({
    id: ScheduleId,
    sessionId: SessionId,
    botId: BotId,
    name: z.string(),
    text: z.string(),
    timing: ScheduleTiming,
    state: ScheduleState,
    by: ScheduleMaker,
    /** Null unless it is active. */
    nextAt: IsoTime.nullable(),
    /** When it last sent a message, or skipped a time. */
    lastAt: IsoTime.nullable(),
    /** The message it sent last. */
    lastMessageId: MessageId.nullable(),
    sent: z.int(),
    /**
     * Times that passed without a message: Reef was down, the message before still waited, or the session was archived
     * (SC2).
     */
    skipped: z.int(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Schedule" });
export type Schedule = z.infer<typeof Schedule>;

const NewTiming = z
  .discriminatedUnion("kind", [
    z.strictObject({ ...atTiming, at: GivenTime }),
    z.strictObject(everyTiming),
    z.strictObject({ ...cronTiming, timeZone: timeZone.optional() }),
  ])
  .meta({ id: "NewScheduleTiming" });
export type NewTiming = z.infer<typeof NewTiming>;

const name = z.string().trim().min(1).max(200);
const text = z.string().trim().min(1).max(maxMessageLength);

export const NewSchedule = z
  .strictObject({
    sessionId: SessionId,
    /** The first words of its text if left out. */
    name: name.optional(),
    text,
    timing: NewTiming,
  })
  .meta({ id: "NewSchedule" });
export type NewSchedule = z.infer<typeof NewSchedule>;

export const SchedulePatch = z
  .strictObject({
    name: name.optional(),
    text: text.optional(),
    timing: NewTiming.optional(),
    state: z.enum(["active", "paused"]).optional(),
  })
  .meta({ id: "SchedulePatch" });
export type SchedulePatch = z.infer<typeof SchedulePatch>;

export const ScheduleFilter = z.object({
  sessionId: SessionId.optional(),
  botId: BotId.optional(),
  state: ScheduleState.optional(),
});
export type ScheduleFilter = z.infer<typeof ScheduleFilter>;
