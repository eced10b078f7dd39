/** Bots, topics, links and chains: what people set up. */

import type { BotFields, BotSeed, TopicFields } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { BotId, TopicId } from "@reef/protocol/ids";
import type { Link } from "@reef/protocol/link";
import { botCodecs } from "../fields/bot.ts";
import { changesToColumns, fieldsToColumns } from "../fields/codec.ts";
import { topicCodecs } from "../fields/topic.ts";
import { topicRowToNoun } from "../rows/topic.ts";
import type { BotRow, TopicRow } from "../tables.ts";
import { deleteSession } from "./delete-session.ts";
import { deleteMemoryOf } from "./memories.ts";
import * as statements from "./statements.ts";
import { adopt, findBot, flushRows, getBot, missing, touchBot, type Work } from "./work.ts";

export function createBot(work: Work, { id, ...fields }: BotSeed): void {
  if (findBot(work, id) !== undefined) throw new AppError("conflict", `the bot ${id} already exists`);
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
  };
  work.connection.run(statements.insertBot, row);
  work.cache.bots.set(id, row);
  touchBot(work, row, true);
}

export function changeBot(work: Work, id: BotId, fields: Partial<BotFields>): void {
  saveBotFields(work, Object.assign(getBot(work, id), changesToColumns(botCodecs, fields)));
}

export function pauseBot(work: Work, id: BotId, paused: boolean): void {
  const bot = getBot(work, id);
  if (paused === (bot.paused_at !== null)) return;
  bot.paused_at = paused ? work.at : null;
  saveBotFields(work, bot);
  // Their status shows it, also when nothing waits.
  for (const session of work.connection.all(statements.sessionsOfBot, { bot_id: id })) {
    const row = adopt(work.cache.sessions, session);
    if (row.archived_at === null) work.changedSessions.add(row);
  }
  if (!paused) work.wake = true;
}

export function deleteBot(work: Work, id: BotId): void {
  const bot = getBot(work, id);
  if (bot.running_turns > 0) {
    throw new AppError("conflict", `${bot.name} has ${bot.running_turns} running turns; cancel them first`);
  }
  flushRows(work);
  for (const session of work.connection.all(statements.sessionsOfBot, { bot_id: id })) deleteSession(work, session.id);
  deleteMemoryOf(work, id);
  // Nobody is to hear of memories after their bot.
  work.memoryByBot.delete(id);
  work.connection.run(statements.deleteBot, { id });
  work.cache.bots.delete(id);
  work.changedBots.delete(bot);
  work.shownBots.delete(bot);
  work.events.push({ type: "bot.deleted", botId: id });
}

function saveBotFields(work: Work, row: BotRow): void {
  row.updated_at = work.at;
  work.connection.run(statements.updateBotFields, row);
  touchBot(work, row, true);
}

export function createTopic(work: Work, id: TopicId, fields: TopicFields): void {
  if (work.connection.get(statements.topicById, { id }) !== undefined) {
    throw new AppError("conflict", `the topic ${id} already exists`);
  }
  const row: TopicRow = { id, ...fieldsToColumns(topicCodecs, fields), created_at: work.at };
  work.connection.run(statements.insertTopic, row);
  work.events.push({ type: "topic.changed", topic: topicRowToNoun(row) });
}

export function changeTopic(work: Work, id: TopicId, fields: Partial<TopicFields>): void {
  const row = Object.assign(getTopic(work, id), changesToColumns(topicCodecs, fields));
  work.connection.run(statements.updateTopic, row);
  work.events.push({ type: "topic.changed", topic: topicRowToNoun(row) });
}

export function deleteTopic(work: Work, id: TopicId): void {
  getTopic(work, id);
  for (const session of work.connection.all(statements.sessionsOfTopic, { topic_id: id })) {
    const row = adopt(work.cache.sessions, session);
    row.topic_id = null;
    work.connection.run(statements.updateSessionFields, row);
    work.changedSessions.add(row);
  }
  work.connection.run(statements.deleteTopic, { id });
  work.events.push({ type: "topic.deleted", topicId: id });
}

export function getTopic(work: Work, id: TopicId): TopicRow {
  return work.connection.get(statements.topicById, { id }) ?? missing("topic", id);
}

export function putLinks(work: Work, links: readonly Link[]): void {
  work.connection.run(statements.deleteLinks, {});
  links.forEach((link, position) => {
    work.connection.run(statements.insertLink, { position, link: JSON.stringify(link) });
  });
  work.events.push({ type: "links.changed", links: { items: [...links] } });
}
