/** Makes nouns as a server would send them, for tests: each maker fills in what the test does not care about. */
import type { Ask } from "@reef/protocol/ask";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { FileRef } from "@reef/protocol/file";
import type {
  AskId,
  BotId,
  ChainId,
  EntryId,
  FileId,
  MessageId,
  ScheduleId,
  SessionId,
  TopicId,
  TurnId,
} from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Model, ModelAbilities } from "@reef/protocol/model";
import type { Provider } from "@reef/protocol/provider";
import type { Schedule } from "@reef/protocol/schedule";
import type { Session } from "@reef/protocol/session";
import type { Topic } from "@reef/protocol/topic";
import type { Turn } from "@reef/protocol/turn";

const at = "2026-01-31T12:00:00.000Z";

export const sessionId = (name: string): SessionId => `ses_${name}` as SessionId;
export const botId = (name: string): BotId => `bot_${name}` as BotId;
export const topicId = (name: string): TopicId => `tpc_${name}` as TopicId;
export const turnId = (name: string): TurnId => `trn_${name}` as TurnId;

export function makeSession(name: string, fields: Partial<Session> = {}): Session {
  const id = sessionId(name);
  return {
    id,
    botId: botId("ada"),
    title: name,
    topicId: null,
    parentId: null,
    rootId: id,
    depth: 0,
    status: "idle",
    unread: 0,
    pinned: false,
    muted: false,
    memory: "on",
    archivedAt: null,
    queued: 0,
    openAsks: 0,
    waitsFor: null,
    turnId: null,
    turnStartedAt: null,
    lastError: null,
    lastSeq: 0,
    readSeq: 0,
    lastText: "",
    lastAt: at,
    forkedFrom: null,
    taskMessageId: null,
    contract: null,
    createdAt: at,
    updatedAt: at,
    ...fields,
  } as Session; // fields that the console does not read may be left out
}

export function makeTopic(name: string, order: number): Topic {
  return { id: topicId(name), name, color: "#0f8f87", order, createdAt: at };
}

export function makeBot(name: string): Bot {
  return { id: botId(name), name } as Bot; // the console reads no more of a bot than this in these tests
}

export function makeEntry(seq: number, fields: Partial<Entry> = {}): Entry {
  return {
    id: `ent_${seq}` as EntryId,
    sessionId: sessionId("a"),
    seq,
    kind: "bot",
    text: `text ${seq}`,
    messageId: null,
    turnId: turnId("1"),
    from: null,
    tool: null,
    notice: null,
    partial: false,
    at,
    ...fields,
  };
}

export function makeFile(name: string, fields: Partial<FileRef> = {}): FileRef {
  return { id: `fil_${name}` as FileId, name: `${name}.png`, mediaType: "image/png", sizeBytes: 2048, ...fields };
}

export function makeMessage(name: string, fields: Partial<Message> = {}): Message {
  return {
    id: `msg_${name}` as MessageId,
    sessionId: sessionId("a"),
    from: { kind: "person" },
    text: name,
    purpose: "text",
    mode: "queue",
    state: "queued",
    chainId: "chn_1" as ChainId,
    hops: 0,
    replyTo: null,
    notBefore: null,
    receipts: { acceptedAt: at, deliveredAt: null, actedAt: null, answeredAt: null },
    answeredBy: null,
    turnId: null,
    reason: null,
    rank: 1,
    held: false,
    dismissedAt: null,
    retries: 0,
    ...fields,
  };
}

export function makeAsk(name: string, fields: Partial<Ask> = {}): Ask {
  return {
    id: `ask_${name}` as AskId,
    kind: "question",
    sessionId: sessionId("a"),
    botId: botId("ada"),
    turnId: null,
    callId: null,
    messageId: null,
    question: "Which?",
    options: [],
    freeText: true,
    state: "open",
    answer: null,
    createdAt: at,
    settledAt: null,
    ...fields,
  };
}

export function makeSchedule(name: string, fields: Partial<Schedule> = {}): Schedule {
  return {
    id: `sch_${name}` as ScheduleId,
    sessionId: sessionId("a"),
    botId: botId("ada"),
    name,
    text: `text of ${name}`,
    timing: { kind: "every", seconds: 3600 },
    state: "active",
    by: "person",
    nextAt: at,
    lastAt: null,
    lastMessageId: null,
    sent: 0,
    skipped: 0,
    createdAt: at,
    updatedAt: at,
    ...fields,
  };
}

export function makeTurn(name: string, fields: Partial<Turn> = {}): Turn {
  return { id: turnId(name), sessionId: sessionId("a"), state: "running", ...fields } as Turn;
}

export function sessionChanged(seq: number, session: Session): Event {
  return { type: "session.changed", seq, at, session };
}

export function entryCreated(seq: number, entry: Entry): Event {
  return { type: "entry.created", seq, at, entry };
}

export function messageChanged(seq: number, message: Message): Event {
  return { type: "message.changed", seq, at, message };
}

export function askChanged(seq: number, ask: Ask): Event {
  return { type: "ask.changed", seq, at, ask };
}

export function turnChanged(seq: number, turn: Turn): Event {
  return { type: "turn.changed", seq, at, turn };
}

export function scheduleChanged(seq: number, schedule: Schedule): Event {
  return { type: "schedule.changed", seq, at, schedule };
}

/** Named by its whole id, `provider/model`. Abilities that are not given are unknown. */
export function makeModel(
  id: string,
  {
    abilities = {},
    ...fields
  }: Partial<Omit<Model, "abilities">> & { readonly abilities?: Partial<ModelAbilities> } = {},
): Model {
  const model = id.slice(id.indexOf("/") + 1);
  return {
    id,
    provider: id.slice(0, id.indexOf("/")),
    kind: "openai-compatible",
    model,
    name: model,
    abilities: { chat: null, tools: null, vision: null, reasoning: null, embedding: null, ...abilities },
    contextTokens: null,
    maxOutputTokens: null,
    price: null,
    priceSource: null,
    ...fields,
  };
}

export function makeProvider(name: string, fields: Partial<Provider> = {}): Provider {
  return {
    id: `prv_${name}`,
    name,
    kind: "openai",
    baseUrl: "https://api.openai.com/v1",
    secret: null,
    firstTokenMs: 600_000,
    betweenTokensMs: 60_000,
    prices: {},
    overrides: {},
    enabled: true,
    source: "stored",
    hasKey: true,
    problem: null,
    createdAt: at as Provider["createdAt"],
    updatedAt: at as Provider["updatedAt"],
    ...fields,
  };
}
