/** Writes bots, topics, links and chains: what people set up. */

import type { BotFields, BotSeed, TopicFields } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { BotId, TopicId } from "@reef/protocol/ids";
import type { Link } from "@reef/protocol/link";
import { botCodecs } from "../fields/bot.ts";
import { changesToColumns, fieldsToColumns } from "../fields/codec.ts";
import { topicCodecs } from "../fields/topic.ts";
import { topicRowToNoun } from "../rows/topic.ts";
import type { BotRow, TopicRow } from "../tables.ts";
import { deleteApprovalRulesOf } from "./approvals.ts";
import { deleteBudgetsOf } from "./budgets.ts";
import { deleteSession } from "./delete-session.ts";
import { dropHolds, isEverythingHeld } from "./hold-rows.ts";
import { deleteMemoryOf } from "./memories.ts";
import * as statements from "./statements.ts";
import { all, one, run, type Write } from "./steps.ts";
import { releaseTasks } from "./tasks.ts";
import { adopt, findBot, flushRows, getBot, missing, touchBot, type Work } from "./work.ts";

export function* createBot(work: Work, { id, ...fields }: BotSeed): Write<void> {
  if ((yield* findBot(work, id)) !== undefined) throw new AppError("conflict", `the bot ${id} already exists`);
  const row: BotRow = {
    id,
    ...fieldsToColumns(botCodecs, fields),
    paused_at: null,
    created_at: work.at,
    updated_at: work.at,
    last_active_at: null,
    running_turns: 0,
    queue_depth: 0,
    open_asks: 0,
    failures_in_row: 0,
    last_turn_at: null,
    last_turn_state: null,
    last_error: null,
    model_calls: 0,
    input_tokens: 0,
    output_tokens: 0,
    cost_nanos: 0,
    unpriced_calls: 0,
    claim_line: null,
    out_of_budget: null,
    held: (yield* isEverythingHeld()) ? 1 : 0,
  };
  yield* run(statements.insertBot, row);
  work.cache.bots.set(id, row);
  touchBot(work, row, true);
}

export function* changeBot(work: Work, id: BotId, fields: Partial<BotFields>): Write<void> {
  yield* saveBotFields(work, Object.assign(yield* getBot(work, id), changesToColumns(botCodecs, fields)));
}

export function* pauseBot(work: Work, id: BotId, paused: boolean): Write<void> {
  const bot = yield* getBot(work, id);
  if (paused === (bot.paused_at !== null)) return;
  bot.paused_at = paused ? work.at : null;
  yield* saveBotFields(work, bot);
  // Their status shows it, even if nothing waits.
  for (const session of yield* all(statements.sessionsOfBot, { bot_id: id })) {
    const row = adopt(work.cache.sessions, session);
    if (row.archived_at === null) work.changedSessions.add(row);
  }
  if (!paused) work.wake = true;
}

export function* deleteBot(work: Work, id: BotId): Write<void> {
  const bot = yield* getBot(work, id);
  if (bot.running_turns > 0) {
    throw new AppError("conflict", `${bot.name} has ${bot.running_turns} running turns; cancel them first`);
  }
  yield* flushRows(work);
  for (const session of yield* all(statements.sessionsOfBot, { bot_id: id })) yield* deleteSession(work, session.id);
  yield* deleteBudgetsOf(work, { kind: "bot", id });
  yield* deleteMemoryOf(id);
  yield* deleteApprovalRulesOf(id);
  if (bot.held === 1) yield* dropHolds(work, id);
  // No event of memories may follow that of their bot.
  work.memoryByBot.delete(id);
  yield* run(statements.deleteBot, { id });
  work.cache.bots.delete(id);
  work.changedBots.delete(bot);
  work.shownBots.delete(bot);
  yield* releaseTasks(work, "botId", id);
  work.events.push({ type: "bot.deleted", botId: id });
}

function* saveBotFields(work: Work, row: BotRow): Write<void> {
  row.updated_at = work.at;
  yield* run(statements.updateBotFields, row);
  touchBot(work, row, true);
}

export function* createTopic(work: Work, id: TopicId, fields: TopicFields): Write<void> {
  if ((yield* one(statements.topicById, { id })) !== undefined) {
    throw new AppError("conflict", `the topic ${id} already exists`);
  }
  const row: TopicRow = { id, ...fieldsToColumns(topicCodecs, fields), created_at: work.at };
  yield* run(statements.insertTopic, row);
  work.events.push({ type: "topic.changed", topic: topicRowToNoun(row) });
}

export function* changeTopic(work: Work, id: TopicId, fields: Partial<TopicFields>): Write<void> {
  const row = Object.assign(yield* getTopic(id), changesToColumns(topicCodecs, fields));
  yield* run(statements.updateTopic, row);
  work.events.push({ type: "topic.changed", topic: topicRowToNoun(row) });
}

export function* deleteTopic(work: Work, id: TopicId): Write<void> {
  yield* getTopic(id);
  for (const session of yield* all(statements.sessionsOfTopic, { topic_id: id })) {
    const row = adopt(work.cache.sessions, session);
    row.topic_id = null;
    yield* run(statements.updateSessionFields, row);
    work.changedSessions.add(row);
  }
  yield* deleteBudgetsOf(work, { kind: "topic", id });
  yield* run(statements.deleteTopic, { id });
  yield* releaseTasks(work, "topicId", id);
  work.events.push({ type: "topic.deleted", topicId: id });
}

export function* getTopic(id: TopicId): Write<TopicRow> {
  return (yield* one(statements.topicById, { id })) ?? missing("topic", id);
}

export function* putLinks(work: Work, links: readonly Link[]): Write<void> {
  yield* run(statements.deleteLinks, {});
  for (const [position, link] of links.entries()) {
    yield* run(statements.insertLink, { position, link: JSON.stringify(link) });
  }
  work.events.push({ type: "links.changed", links: { items: [...links] } });
}
