/** Answers reads across all bots. Each costs as much as the requested range holds, not as much as was ever stored. */
import { bucketsSince, type OverviewQueries, sumParts } from "@reef/engine/port/overview";
import { modelCallKinds } from "@reef/engine/turn/usage";
import type { Usage } from "@reef/protocol/bot";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Sender } from "@reef/protocol/message";
import {
  type BotPulse,
  type DaySpend,
  type SpendBy,
  type TimelineMessage,
  type Traffic,
  timelineTextLength,
} from "@reef/protocol/overview";
import type { IsoTime } from "@reef/protocol/time";
import { addUsage, withoutUsage } from "@reef/protocol/usage";
import { sql } from "kysely";
import { askColumns, messageColumns, turnColumns } from "../columns.ts";
import { askRowToNoun } from "../rows/ask.ts";
import { messageRowToNoun } from "../rows/message.ts";
import { turnRowToNoun } from "../rows/turn.ts";
import { columnsToUsage } from "../rows/usage.ts";
import { type Source, statement } from "../sql.ts";
import type { AskRow, EntryRow, MessageRow, TurnRow } from "../tables.ts";
import { type ConsolidationUse, readConsolidationUses } from "./consolidations.ts";
import { homeQueries } from "./home.ts";

/** Sums over model calls. */
interface UsageSums {
  calls: number;
  input: number;
  output: number;
  cost: number;
  unpriced: number;
}

interface MinuteRow extends UsageSums {
  id: BotId;
  all_calls: number;
  all_input: number;
  all_output: number;
  all_cost: number;
  all_unpriced: number;
  /** Null for a bot without a step since then. */
  minute: string | null;
  steps: number;
}

const modelCalls = sql.join(modelCallKinds.map((kind) => sql.lit(kind)));

/** One statement, so that the usage since then and in total are of the same moment. */
const minutes = statement<{ since: IsoTime }, MinuteRow>((db, param) =>
  db
    .with("recent", (query) =>
      query
        .selectFrom("turns")
        .innerJoin("steps", "steps.turn_id", "turns.id")
        .where((each) => each.or([each("turns.ended_at", ">=", param("since")), each("turns.ended_at", "is", null)]))
        .where("steps.at", ">=", param("since"))
        .groupBy(["turns.bot_id", sql`substr(steps.at, 1, 16)`])
        .select((each) => [
          "turns.bot_id",
          sql<string>`substr(steps.at, 1, 16)`.as("minute"),
          each.fn.countAll<number>().as("steps"),
          sql<number>`sum(case when steps.kind in (${modelCalls}) then 1 else 0 end)`.as("calls"),
          sql<number>`sum(steps.input_tokens)`.as("input"),
          sql<number>`sum(steps.output_tokens)`.as("output"),
          sql<number>`sum(coalesce(steps.cost_nanos, 0))`.as("cost"),
          sql<number>`sum(case when steps.kind in (${modelCalls}) and steps.cost_nanos is null then 1 else 0 end)`.as(
            "unpriced",
          ),
        ]),
    )
    .selectFrom("bots")
    .leftJoin("recent", "recent.bot_id", "bots.id")
    .orderBy("bots.id")
    .select([
      "bots.id",
      "bots.model_calls as all_calls",
      "bots.input_tokens as all_input",
      "bots.output_tokens as all_output",
      "bots.cost_nanos as all_cost",
      "bots.unpriced_calls as all_unpriced",
      "recent.minute",
      sql<number>`coalesce(recent.steps, 0)`.as("steps"),
      sql<number>`coalesce(recent.calls, 0)`.as("calls"),
      sql<number>`coalesce(recent.input, 0)`.as("input"),
      sql<number>`coalesce(recent.output, 0)`.as("output"),
      sql<number>`coalesce(recent.cost, 0)`.as("cost"),
      sql<number>`coalesce(recent.unpriced, 0)`.as("unpriced"),
    ]),
);

const days = statement<{ since: IsoTime; before: IsoTime }, UsageSums & { day: string; bot_id: BotId }>((db, param) =>
  db
    .selectFrom("turns")
    .innerJoin("steps", "steps.turn_id", "turns.id")
    // Uses the index on the end of turns; otherwise every step ever stored is read.
    .where((each) => each.or([each("turns.ended_at", ">=", param("since")), each("turns.ended_at", "is", null)]))
    .where("steps.at", ">=", param("since"))
    .where("steps.at", "<", param("before"))
    .where(
      "steps.kind",
      "in",
      modelCallKinds.map((kind) => sql.lit(kind)),
    )
    .groupBy([sql`substr(steps.at, 1, 10)`, "turns.bot_id"])
    .orderBy(sql`substr(steps.at, 1, 10)`, "desc")
    .orderBy("turns.bot_id")
    .select((each) => [
      "turns.bot_id",
      sql<string>`substr(steps.at, 1, 10)`.as("day"),
      each.fn.countAll<number>().as("calls"),
      sql<number>`sum(steps.input_tokens)`.as("input"),
      sql<number>`sum(steps.output_tokens)`.as("output"),
      sql<number>`sum(coalesce(steps.cost_nanos, 0))`.as("cost"),
      sql<number>`sum(case when steps.cost_nanos is null then 1 else 0 end)`.as("unpriced"),
    ]),
);

const daysBy = statement<
  { since: IsoTime; before: IsoTime; by: SpendBy },
  UsageSums & { day: string; part: string | null }
>((db, param) =>
  db
    .selectFrom(
      db
        .selectFrom("turns")
        .innerJoin("steps", "steps.turn_id", "turns.id")
        .innerJoin("sessions", "sessions.id", "turns.session_id")
        // Uses the index on the end of turns.
        .where((each) => each.or([each("turns.ended_at", ">=", param("since")), each("turns.ended_at", "is", null)]))
        .where("steps.at", ">=", param("since"))
        .where("steps.at", "<", param("before"))
        .where(
          "steps.kind",
          "in",
          modelCallKinds.map((kind) => sql.lit(kind)),
        )
        .select([
          "steps.input_tokens",
          "steps.output_tokens",
          "steps.cost_nanos",
          sql<string>`substr(steps.at, 1, 10)`.as("day"),
          sql<
            string | null
          >`case cast(${param("by")} as text) when 'bot' then turns.bot_id when 'model' then steps.model
            when 'topic' then sessions.topic_id when 'tree' then sessions.root_id else turns.chain_id end`.as("part"),
        ])
        .as("used"),
    )
    .groupBy(["day", "part"])
    .select((each) => [
      "day",
      "part",
      each.fn.countAll<number>().as("calls"),
      sql<number>`sum(input_tokens)`.as("input"),
      sql<number>`sum(output_tokens)`.as("output"),
      sql<number>`sum(coalesce(cost_nanos, 0))`.as("cost"),
      sql<number>`sum(case when cost_nanos is null then 1 else 0 end)`.as("unpriced"),
    ]),
);

const openTurns = statement<{ before: IsoTime }, TurnRow>((db, param) =>
  db
    .selectFrom("turns")
    .select(turnColumns)
    .where(sql<boolean>`state in ('running', 'waiting')`)
    .where("started_at", "<", param("before")),
);
const endedTurns = statement<{ since: IsoTime; before: IsoTime; limit: number }, TurnRow>((db, param) =>
  db
    .selectFrom("turns")
    .select(turnColumns)
    .where("ended_at", ">=", param("since"))
    .where("started_at", "<", param("before"))
    .orderBy("ended_at", "desc")
    .limit(param("limit")),
);

const otherColumns = messageColumns.filter((column) => column !== "text");
type MessageBetween = MessageRow & { to_bot_id: BotId };
/** Positions rise with the time of acceptance: walking back from the newest can stop at the range's start. */
const messagesBetween = statement<{ since: IsoTime; before: IsoTime; limit: number }, MessageBetween>((db, param) =>
  db
    .selectFrom("messages")
    .innerJoin("sessions", "sessions.id", "messages.session_id")
    .select(otherColumns.map((column) => `messages.${column}` as const))
    // A text may be a megabyte; only its beginning is shown.
    .select(sql<string>`substr(messages.text, 1, ${sql.lit(timelineTextLength)})`.as("text"))
    .select("sessions.bot_id as to_bot_id")
    .where("messages.from_session_id", "is not", null)
    .where("messages.line", ">", (build) =>
      build
        .selectFrom("messages as older")
        .select((each) => sql<number>`coalesce(${each.fn.max("older.line")}, 0)`.as("line"))
        .where("older.accepted_at", "<", param("since")),
    )
    .where("messages.accepted_at", ">=", param("since"))
    .where("messages.accepted_at", "<", param("before"))
    .orderBy("messages.line", "desc")
    .limit(param("limit")),
);
const asksIn = statement<{ since: IsoTime; before: IsoTime; limit: number }, AskRow>((db, param) =>
  db
    .selectFrom("asks")
    .select(askColumns)
    .where("created_at", "<", param("before"))
    .where((build) =>
      build.or([build("state", "=", sql.lit("open" as const)), build("created_at", ">=", param("since"))]),
    )
    .orderBy("n", "desc")
    .limit(param("limit")),
);

type RefusalRow = Pick<EntryRow, "id" | "session_id" | "text" | "at"> & { bot_id: BotId };
/** The condition must equal that of its index, letter for letter. */
const refusalsIn = statement<{ since: IsoTime; before: IsoTime; limit: number }, RefusalRow>((db, param) =>
  db
    .selectFrom("entries")
    .innerJoin("sessions", "sessions.id", "entries.session_id")
    .select(["entries.id", "entries.session_id", "entries.text", "entries.at", "sessions.bot_id"])
    .where(sql<boolean>`substr(notice, 1, 17) = '{"type":"refused"'`)
    .where("entries.at", ">=", param("since"))
    .where("entries.at", "<", param("before"))
    .orderBy("entries.at", "desc")
    .orderBy("entries.id", "desc")
    .limit(param("limit")),
);

interface PairRow {
  from_session_id: SessionId;
  to_bot_id: BotId;
  sender: string;
  count: number;
  dead: number;
  last_at: IsoTime;
}
const pairs = statement<{ since: IsoTime }, PairRow>((db, param) =>
  db
    .selectFrom("messages")
    .innerJoin("sessions", "sessions.id", "messages.session_id")
    .where("messages.from_session_id", "is not", null)
    .where("messages.accepted_at", ">=", param("since"))
    .groupBy(["messages.from_session_id", "sessions.bot_id"])
    .select((build) => [
      sql<SessionId>`messages.from_session_id`.as("from_session_id"),
      "sessions.bot_id as to_bot_id",
      build.fn.min("messages.sender").as("sender"),
      build.fn.countAll<number>().as("count"),
      sql<number>`sum(case when messages.state = 'dead' and messages.dismissed_at is null then 1 else 0 end)`.as(
        "dead",
      ),
      build.fn.max("messages.accepted_at").as("last_at"),
    ]),
);

export function overviewQueries(source: Source): OverviewQueries {
  return {
    ...homeQueries(source),
    pulse: async (since, bucketMs) => {
      const rows = await source.all(minutes, { since });
      const uses = await readConsolidationUses(source, { since, before: endOfTime });
      const pulses = rowsToPulse(rows, bucketsSince(since, { bucketMs, nowMs: source.nowMs() }));
      return pulses.map((pulse) => {
        const own = uses.filter(({ botId }) => botId === pulse.botId);
        return { ...pulse, spentBefore: own.reduce((left, { usage }) => withoutUsage(left, usage), pulse.spentBefore) };
      });
    },
    spend: async (range) => {
      const steps = await source.all(days, range);
      const uses = await readConsolidationUses(source, range);
      return sumByDay([
        ...steps.map((row) => ({ day: row.day, botId: row.bot_id, usage: sumsToUsage(row) })),
        ...uses.map(({ at, botId, usage }) => ({ day: at.slice(0, 10), botId, usage })),
      ]);
    },
    spendBy: async (range, by) => {
      const steps = await source.all(daysBy, { ...range, by });
      const uses = await readConsolidationUses(source, range);
      return sumParts([
        ...steps.map((row) => ({ day: row.day, id: row.part, usage: sumsToUsage(row) })),
        ...uses.map((use) => ({ day: use.at.slice(0, 10), id: partOfUse(use, by), usage: use.usage })),
      ]);
    },
    traffic: async (since) => rowsToTraffic(await source.all(pairs, { since: since ?? "" })),
    timeline: async ({ since, before, limit }) => {
      const range = { since, before, limit: limit + 1 };
      // Open ones first: a turn that ends between the two reads is then in both, not in neither.
      const open = await source.all(openTurns, { before });
      const ended = await source.all(endedTurns, range);
      const byId = new Map([...open, ...ended].map((row) => [row.id, row]));
      const turns = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
      const messages = await source.all(messagesBetween, range);
      const asks = await source.all(asksIn, range);
      const refusals = await source.all(refusalsIn, range);
      return {
        since,
        before,
        turns: turns.slice(0, limit).map((row) => {
          const { id, sessionId, botId, state, steps, usage, error, startedAt, endedAt } = turnRowToNoun(row);
          return { id, sessionId, botId, state, steps, usage, error, startedAt, endedAt };
        }),
        messages: messages.slice(0, limit).flatMap(rowToTimelineMessage),
        asks: asks.slice(0, limit).map((row) => {
          const { id, kind, sessionId, botId, state, question, createdAt, settledAt } = askRowToNoun(row);
          return { id, kind, sessionId, botId, state, question, createdAt, settledAt };
        }),
        refusals: refusals.slice(0, limit).map(({ id, session_id, bot_id, text, at }) => {
          return { id, sessionId: session_id, botId: bot_id, text: text.slice(0, timelineTextLength), at };
        }),
        isCut: [turns, messages, asks, refusals].some(({ length }) => length > limit),
      };
    },
  };
}

/** Newest day first, then by bot. */
function sumByDay(spends: readonly DaySpend[]): readonly DaySpend[] {
  const byKey = Map.groupBy(spends, ({ day, botId }) => `${day} ${botId}`);
  return [...byKey.values()]
    .flatMap(([first, ...rest]): DaySpend[] =>
      first === undefined
        ? []
        : [{ ...first, usage: rest.reduce((sum, { usage }) => addUsage(sum, usage), first.usage) }],
    )
    .sort((a, b) => (`${b.day}${a.botId}` < `${a.day}${b.botId}` ? -1 : 1));
}

function partOfUse({ botId, model, topicId, rootId }: ConsolidationUse, by: SpendBy): string | null {
  return { bot: botId, model, topic: topicId, tree: rootId, chain: null }[by];
}

/** Later than any time there is. */
const endOfTime = "9999" as IsoTime;

function rowsToPulse(
  rows: readonly MinuteRow[],
  { count, bucketOf }: ReturnType<typeof bucketsSince>,
): readonly BotPulse[] {
  const byId = new Map<BotId, { botId: BotId; spentBefore: Usage; steps: number[] }>();
  for (const row of rows) {
    let pulse = byId.get(row.id);
    if (pulse === undefined) {
      pulse = {
        botId: row.id,
        spentBefore: columnsToUsage({
          model_calls: row.all_calls,
          input_tokens: row.all_input,
          output_tokens: row.all_output,
          cost_nanos: row.all_cost,
          unpriced_calls: row.all_unpriced,
        }),
        steps: new Array<number>(count).fill(0),
      };
      byId.set(row.id, pulse);
    }
    if (row.minute === null) continue;
    const bucket = bucketOf(row.minute);
    pulse.steps[bucket] = (pulse.steps[bucket] ?? 0) + row.steps;
    pulse.spentBefore = withoutUsage(pulse.spentBefore, sumsToUsage(row));
  }
  return [...byId.values()];
}

function sumsToUsage(row: UsageSums): Usage {
  return columnsToUsage({
    model_calls: row.calls,
    input_tokens: row.input,
    output_tokens: row.output,
    cost_nanos: row.cost,
    unpriced_calls: row.unpriced,
  });
}

/** The message names its sender: the session may have been deleted. */
function rowsToTraffic(rows: readonly PairRow[]): readonly Traffic[] {
  const byPair = new Map<string, Traffic>();
  for (const row of rows) {
    const from: Sender = JSON.parse(row.sender);
    if (from.kind !== "session") continue;
    const key = `${from.botId} ${row.to_bot_id}`;
    const known = byPair.get(key);
    byPair.set(key, {
      fromBotId: from.botId,
      toBotId: row.to_bot_id,
      count: (known?.count ?? 0) + row.count,
      dead: (known?.dead ?? 0) + row.dead,
      lastAt: known !== undefined && known.lastAt > row.last_at ? known.lastAt : row.last_at,
    });
  }
  return [...byPair.values()].sort(
    (a, b) => b.count - a.count || (`${a.fromBotId}${a.toBotId}` < `${b.fromBotId}${b.toBotId}` ? -1 : 1),
  );
}

function rowToTimelineMessage(row: MessageBetween): readonly TimelineMessage[] {
  const { id, sessionId, from, text, purpose, state, receipts } = messageRowToNoun(row);
  if (from.kind !== "session") return [];
  const ends = { sessionId, botId: row.to_bot_id, fromSessionId: from.sessionId, fromBotId: from.botId };
  return [{ id, ...ends, text: text.slice(0, timelineTextLength), purpose, state, receipts }];
}
