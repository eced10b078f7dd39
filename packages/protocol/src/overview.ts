/** Defines reads for the screens across all bots: how busy each was, who writes to whom, and a timeline. */
import { z } from "zod";
import { Ask } from "./ask.ts";
import { Usage } from "./bot.ts";
import { BotId, EntryId, SessionId } from "./ids.ts";
import { Message } from "./message.ts";
import { IsoTime } from "./time.ts";
import { Turn } from "./turn.ts";

/** The activity of one bot since a time. */
export const BotPulse = z
  .object({
    botId: BotId,
    /** Its usage before that time. Subtract it from the total at any later time to get the usage since. */
    spentBefore: Usage,
    /** Steps in each bucket of `bucketMs`, oldest first; the last bucket is still growing. */
    steps: z.array(z.int()),
  })
  .meta({ id: "BotPulse" });
export type BotPulse = z.infer<typeof BotPulse>;

export const Pulse = z.object({ since: IsoTime, bucketMs: z.int(), items: z.array(BotPulse) }).meta({ id: "Pulse" });
export type Pulse = z.infer<typeof Pulse>;

/** Messages from one bot's sessions to another's, including a bot's messages to its own other sessions. */
export const Traffic = z
  .object({
    fromBotId: BotId,
    toBotId: BotId,
    count: z.int(),
    /** Those that are dead letters which no one has dismissed. */
    dead: z.int(),
    lastAt: IsoTime,
  })
  .meta({ id: "Traffic" });
export type Traffic = z.infer<typeof Traffic>;

export const TrafficList = z.object({ items: z.array(Traffic) }).meta({ id: "TrafficList" });
export type TrafficList = z.infer<typeof TrafficList>;

export const TimelineTurn = Turn.pick({
  id: true,
  sessionId: true,
  botId: true,
  state: true,
  steps: true,
  usage: true,
  error: true,
  startedAt: true,
  endedAt: true,
}).meta({ id: "TimelineTurn" });
export type TimelineTurn = z.infer<typeof TimelineTurn>;

/** A message between sessions. */
export const TimelineMessage = Message.pick({
  id: true,
  sessionId: true,
  /** Its first words. */
  text: true,
  purpose: true,
  state: true,
  receipts: true,
})
  .extend({ botId: BotId, fromSessionId: SessionId, fromBotId: BotId })
  .meta({ id: "TimelineMessage" });
export type TimelineMessage = z.infer<typeof TimelineMessage>;

export const TimelineAsk = Ask.pick({
  id: true,
  kind: true,
  sessionId: true,
  botId: true,
  state: true,
  question: true,
  createdAt: true,
  settledAt: true,
}).meta({ id: "TimelineAsk" });
export type TimelineAsk = z.infer<typeof TimelineAsk>;

/** A message that a link forbade: nothing was accepted, and the sender's transcript has a notice (MB8). */
export const TimelineRefusal = z
  .object({
    /** The notice. */
    id: EntryId,
    sessionId: SessionId,
    botId: BotId,
    text: z.string(),
    at: IsoTime,
  })
  .meta({ id: "TimelineRefusal" });
export type TimelineRefusal = z.infer<typeof TimelineRefusal>;

export const Timeline = z
  .object({
    since: IsoTime,
    before: IsoTime,
    /** Turns open at any moment of the range, newest first. */
    turns: z.array(TimelineTurn),
    /** Messages accepted in the range, newest first. */
    messages: z.array(TimelineMessage),
    /** Asks opened in the range, or still open, newest first. */
    asks: z.array(TimelineAsk),
    /** Refusals in the range, newest first. */
    refusals: z.array(TimelineRefusal),
    /** True if there was more than fits into one answer: the oldest is left out. */
    isCut: z.boolean(),
  })
  .meta({ id: "Timeline" });
export type Timeline = z.infer<typeof Timeline>;

/** What one bot used on one day, in UTC. */
export const DaySpend = z.object({ day: z.iso.date(), botId: BotId, usage: Usage }).meta({ id: "DaySpend" });
export type DaySpend = z.infer<typeof DaySpend>;

/** What use can be summed by. */
export const SpendBy = z.enum(["bot", "model", "topic", "tree", "chain"]).meta({ id: "SpendBy" });
export type SpendBy = z.infer<typeof SpendBy>;

/** What one model, topic, tree of sessions or chain of messages used on one day, in UTC. */
export const PartSpend = z
  .object({
    day: z.iso.date(),
    /** The model; or the id of the topic, of the tree's first session or of the chain. Null for what has none, and for all others together. */
    id: z.string().nullable(),
    name: z.string(),
    usage: Usage,
  })
  .meta({ id: "PartSpend" });
export type PartSpend = z.infer<typeof PartSpend>;

export const Spend = z
  .object({
    /** Newest day first; by bot, without bots that made no model call that day. */
    items: z.array(z.union([DaySpend, PartSpend])),
  })
  .meta({ id: "Spend" });
export type Spend = z.infer<typeof Spend>;

/** The longest text of a message in a timeline, in UTF-16 units. */
export const timelineTextLength = 160;
