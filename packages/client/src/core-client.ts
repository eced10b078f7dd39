/**
 * Holds the calls that a session on screen needs; `completeClient` adds the others. Every send carries an idempotency
 * key that its own retries keep, so that a lost connection never makes two messages of one (MB2).
 */
import type { Ask, AskAnswer, AskFilter } from "@reef/protocol/ask";
import type { Bot, BotPatch, NewBot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import { AppError } from "@reef/protocol/error";
import type { ExportFormat } from "@reef/protocol/export";
import type { AskId, BotId, MessageId, SessionId, TopicId, TurnId, UndoToken } from "@reef/protocol/ids";
import type { LinkList } from "@reef/protocol/link";
import type { DeadCause, Message, MessageFilter, MessageMove, NewMessage } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import type {
  Accepted,
  Activity,
  ActivityFilter,
  CancelReport,
  CancelRequest,
  ForkRequest,
  LoginRequest,
  ReadRequest,
  RewindRequest,
  ServerStatus,
} from "@reef/protocol/request";
import type { NewSession, Session, SessionCounts, SessionFilter, SessionPatch, TreeNode } from "@reef/protocol/session";
import type { NewTopic, Topic, TopicPatch } from "@reef/protocol/topic";
import type { SessionUsage, Turn, TurnSums, TurnWithSteps } from "@reef/protocol/turn";
import { bulkCalls } from "./bulk-calls.ts";
import { type ApiCall, type CallOptions, createSend, type Send } from "./call.ts";
import { backoffMs, type ClientClock, systemClock } from "./clock.ts";
import { fileCalls } from "./file-calls.ts";
import { makeIdempotencyKey } from "./ids.ts";

export interface ClientOptions {
  /** Such as `http://127.0.0.1:18900`; the console passes `location.origin`. */
  readonly baseUrl: string;
  /** Left out in a browser, where the session cookie signs in. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
  readonly clock?: ClientClock;
}

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string | null;
}

export interface EntryQuery {
  readonly before?: number;
  readonly after?: number;
  readonly limit?: number;
}

export interface MessageQuery extends Omit<MessageFilter, "dismissed"> {
  readonly dismissed?: boolean | "any";
}

export interface SendOptions extends CallOptions {
  /** Pass the same key again to repeat an earlier send; without one, a new key is created. */
  readonly idempotencyKey?: string;
}

export type CoreClient = ReturnType<typeof createCoreClient>;

/** How often a send whose outcome is unknown is repeated before it fails. */
const sendRetries = 4;

/** Creates the first part of what `createClient` returns. */
export function createCoreClient(options: ClientOptions) {
  const send = createSend({
    baseUrl: options.baseUrl,
    token: options.token,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  });
  const clock = options.clock ?? systemClock;
  return {
    /** Sends any call; every function below goes through it. */
    send,
    ...systemCalls(send),
    ...registryCalls(send),
    ...sessionCalls(send, options.baseUrl),
    ...bulkCalls(send),
    ...mailboxCalls(send, clock),
    ...turnCalls(send),
    ...askCalls(send),
    ...fileCalls(send, options.baseUrl),
  };
}

function systemCalls(send: Send) {
  return {
    status: (options?: CallOptions) => send<ServerStatus>({ method: "GET", path: "/v1/status", ...options }),
    /** Turns a one-time code or the token into the session cookie. `unauthorized` when it is wrong or used, `rate_limited` after many failures. */
    login: (login: LoginRequest) => send<void>({ method: "POST", path: "/v1/login", body: login }),
    links: (options?: CallOptions) => send<LinkList>({ method: "GET", path: "/v1/links", ...options }),
    putLinks: (links: LinkList) => send<LinkList>({ method: "PUT", path: "/v1/links", body: links }),
  };
}

function registryCalls(send: Send) {
  return {
    /** By name. */
    bots: (query: PageQuery = {}, options?: CallOptions) =>
      send<Page<Bot>>({ method: "GET", path: "/v1/bots", query: { ...query }, ...options }),
    bot: (id: BotId, options?: CallOptions) => send<Bot>({ method: "GET", path: `/v1/bots/${id}`, ...options }),
    createBot: (bot: NewBot) => send<Bot>({ method: "POST", path: "/v1/bots", body: bot }),
    changeBot: (id: BotId, patch: BotPatch) => send<Bot>({ method: "PATCH", path: `/v1/bots/${id}`, body: patch }),
    /** Deletes the bot with its sessions. `conflict` while one of its turns runs. */
    deleteBot: (id: BotId) => send<void>({ method: "DELETE", path: `/v1/bots/${id}` }),
    pauseBot: (id: BotId) => send<Bot>({ method: "POST", path: `/v1/bots/${id}/pause` }),
    resumeBot: (id: BotId) => send<Bot>({ method: "POST", path: `/v1/bots/${id}/resume` }),

    /** By order, then name. */
    topics: (query: PageQuery = {}, options?: CallOptions) =>
      send<Page<Topic>>({ method: "GET", path: "/v1/topics", query: { ...query }, ...options }),
    createTopic: (topic: NewTopic) => send<Topic>({ method: "POST", path: "/v1/topics", body: topic }),
    changeTopic: (id: TopicId, patch: TopicPatch) =>
      send<Topic>({ method: "PATCH", path: `/v1/topics/${id}`, body: patch }),
    /** Deletes the topic and keeps its sessions. The token it returns restores both through `undo`. */
    deleteTopic: (id: TopicId) =>
      send<UndoToken | null>({ method: "DELETE", path: `/v1/topics/${id}`, answerHeader: "reef-undo" }),
  };
}

function sessionCalls(send: Send, baseUrl: string) {
  return {
    /** Newest activity first; archived ones only when asked for. */
    sessions: (query: SessionFilter & PageQuery = {}, options?: CallOptions) =>
      send<Page<Session>>({ method: "GET", path: "/v1/sessions", query: { ...query }, ...options }),
    sessionCounts: () => send<SessionCounts>({ method: "GET", path: "/v1/sessions/counts" }),
    session: (id: SessionId, options?: CallOptions) =>
      send<Session>({ method: "GET", path: `/v1/sessions/${id}`, ...options }),
    createSession: (session: NewSession) => send<Session>({ method: "POST", path: "/v1/sessions", body: session }),
    changeSession: (id: SessionId, patch: SessionPatch) =>
      send<Session>({ method: "PATCH", path: `/v1/sessions/${id}`, body: patch }),
    /** `conflict` while its turn runs. */
    deleteSession: (id: SessionId) => send<void>({ method: "DELETE", path: `/v1/sessions/${id}` }),
    archiveSession: (id: SessionId) => send<Session>({ method: "POST", path: `/v1/sessions/${id}/archive` }),
    restoreSession: (id: SessionId) => send<Session>({ method: "POST", path: `/v1/sessions/${id}/restore` }),
    /** Marks the newest entry by the session's bot or another session as unread. */
    unreadSession: (id: SessionId) => send<Session>({ method: "POST", path: `/v1/sessions/${id}/unread` }),
    /** Marks everything up to `seq` as read, or everything without it. Never moves back. */
    readSession: (id: SessionId, request: ReadRequest = {}) =>
      send<Session>({ method: "POST", path: `/v1/sessions/${id}/read`, body: request }),
    /** Creates a session with a copy of the transcript. */
    forkSession: (id: SessionId, request: ForkRequest = {}) =>
      send<Session>({ method: "POST", path: `/v1/sessions/${id}/fork`, body: request }),
    /** Returns the conversation as a file, held in memory: for a very long one, use `exportUrl`. */
    exportSession: (id: SessionId, format: ExportFormat, options?: CallOptions) =>
      send<Blob>({ method: "GET", path: `/v1/sessions/${id}/export`, query: { format }, answer: "blob", ...options }),
    /** The address of the file. A browser that is logged in can save it from there, whatever its size. */
    exportUrl: (id: SessionId, format: ExportFormat) =>
      `${baseUrl.replace(/\/+$/, "")}/v1/sessions/${id}/export?format=${format}`,
    /** Stops the session's turn and those of the sessions it spawned; answers within about a second (TU6). */
    cancelSession: (id: SessionId, request: CancelRequest = {}) =>
      send<CancelReport>({ method: "POST", path: `/v1/sessions/${id}/cancel`, body: request }),
    /** Ascending by `seq`. Without `before` and `after`, the newest. `next` continues in the same direction. */
    entries: (id: SessionId, query: EntryQuery = {}, options?: CallOptions) =>
      send<Page<Entry>>({ method: "GET", path: `/v1/sessions/${id}/entries`, query: { ...query }, ...options }),
    /** The whole spawn tree that contains the session, parents before children. */
    tree: (id: SessionId, options?: CallOptions) =>
      send<Page<TreeNode>>({ method: "GET", path: `/v1/sessions/${id}/tree`, ...options }),
  };
}

function mailboxCalls(send: Send, clock: ClientClock) {
  return {
    /**
     * Resolves when the message is durable (MB1). While the outcome is unknown it retries under one key, so the message
     * is accepted once however often the connection breaks (MB2).
     */
    sendMessage: async (
      sessionId: SessionId,
      message: NewMessage,
      { idempotencyKey = makeIdempotencyKey(), ...options }: SendOptions = {},
    ): Promise<Message> => {
      const call: ApiCall = {
        method: "POST",
        path: `/v1/sessions/${sessionId}/messages`,
        body: message,
        headers: { "idempotency-key": idempotencyKey },
        ...options,
      };
      return (await sendUntilKnown(send, call, clock)).message;
    },
    /**
     * Rewinds the session and sends a message in place of the later entries: durable like a send, and once per key (TU10). `conflict`
     * while a turn runs, unless `mode` is `interrupt`; when that message was replaced already; where OpenClaw keeps the conversation.
     */
    rewindSession: async (
      sessionId: SessionId,
      request: RewindRequest,
      { idempotencyKey = makeIdempotencyKey(), ...options }: SendOptions = {},
    ): Promise<Message> => {
      const call: ApiCall = {
        method: "POST",
        path: `/v1/sessions/${sessionId}/rewind`,
        body: request,
        headers: { "idempotency-key": idempotencyKey },
        ...options,
      };
      return (await sendUntilKnown(send, call, clock)).message;
    },
    message: (id: MessageId, options?: CallOptions) =>
      send<Message>({ method: "GET", path: `/v1/messages/${id}`, ...options }),
    /** Newest first. Includes dismissed dead letters only with `dismissed`. */
    messages: (query: MessageQuery & PageQuery = {}, options?: CallOptions) =>
      send<Page<Message>>({ method: "GET", path: "/v1/messages", query: { ...query }, ...options }),
    /** The causes of the dead letters that are neither retried nor dismissed, the newest cause first. */
    deadCauses: (options?: CallOptions) =>
      send<{ readonly items: readonly DeadCause[] }>({ method: "GET", path: "/v1/dead-causes", ...options }),
    retryMessage: (id: MessageId) => send<Message>({ method: "POST", path: `/v1/messages/${id}/retry` }),
    dismissMessage: (id: MessageId) => send<Message>({ method: "POST", path: `/v1/messages/${id}/dismiss` }),
    /** Moves a waiting message before or after another of its session. `conflict` once a turn has taken either. */
    moveMessage: (id: MessageId, to: MessageMove) =>
      send<Message>({ method: "POST", path: `/v1/messages/${id}/move`, body: to }),
    /** Withdraws a queued message: it becomes `cancelled`. `conflict` once a turn has taken it. */
    withdrawMessage: (id: MessageId) => send<Message>({ method: "DELETE", path: `/v1/messages/${id}` }),
  };
}

function turnCalls(send: Send) {
  return {
    /** Newest first. */
    turnsOfSession: (id: SessionId, query: PageQuery = {}, options?: CallOptions) =>
      send<Page<Turn>>({ method: "GET", path: `/v1/sessions/${id}/turns`, query: { ...query }, ...options }),
    /** Sums over all turns of the session, however many there are. */
    turnSums: (id: SessionId, options?: CallOptions) =>
      send<TurnSums>({ method: "GET", path: `/v1/sessions/${id}/turn-sums`, ...options }),
    /** Returns what the session has used, and how full its model's context is. */
    sessionUsage: (id: SessionId, options?: CallOptions) =>
      send<SessionUsage>({ method: "GET", path: `/v1/sessions/${id}/usage`, ...options }),
    turn: (id: TurnId, options?: CallOptions) =>
      send<TurnWithSteps>({ method: "GET", path: `/v1/turns/${id}`, ...options }),
    /** Turns of all bots, newest first. */
    activity: (query: ActivityFilter & PageQuery = {}, options?: CallOptions) =>
      send<Page<Activity>>({ method: "GET", path: "/v1/activity", query: { ...query }, ...options }),
  };
}

function askCalls(send: Send) {
  return {
    /** Open ones first, oldest waiting first. */
    asks: (query: AskFilter & PageQuery = {}, options?: CallOptions) =>
      send<Page<Ask>>({ method: "GET", path: "/v1/asks", query: { ...query }, ...options }),
    ask: (id: AskId, options?: CallOptions) => send<Ask>({ method: "GET", path: `/v1/asks/${id}`, ...options }),
    /** `conflict` when the ask was settled already (AS1). */
    answerAsk: (id: AskId, answer: AskAnswer, options?: CallOptions) =>
      send<Ask>({ method: "POST", path: `/v1/asks/${id}/answer`, body: answer, ...options }),
    /** Takes back an answer given with `graceMs` that has not taken effect yet; after that, `conflict`. */
    undoAnswer: (id: AskId) => send<Ask>({ method: "POST", path: `/v1/asks/${id}/undo` }),
  };
}

/**
 * Repeats the send until the outcome is known. Only `unavailable` leaves open whether the server took the message;
 * everything else is an answer.
 */
async function sendUntilKnown(send: Send, call: ApiCall, clock: ClientClock): Promise<Accepted> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send<Accepted>(call);
    } catch (error) {
      const isOpen = error instanceof AppError && error.code === "unavailable";
      if (!isOpen || attempt >= sendRetries) throw error;
      await clock.sleep(backoffMs(attempt, { baseMs: 250, maxMs: 4000, random: clock.random() }), call.signal);
      call.signal?.throwIfAborted();
    }
  }
}
