/** Builds plain operations for tests of stores; omitted fields have the most ordinary value. */
import type { BotId, EntryId, MessageId, SessionId, WorkerId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { type IsoTime, msToIso } from "@reef/protocol/time";
import { makeId } from "../ids.ts";
import { newMemoryFields } from "../memory/new-memory.ts";
import type { MemorySeed } from "../port/memory-seed.ts";
import type { Claim, Committed, Store } from "../port/store.ts";
import type { BotSeed, EntrySeed, MessageSeed, Op, SessionSeed, TurnOp } from "../port/unit.ts";
import { newBotFields } from "../registry/new-bot.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";

export function botSeed(rest?: Partial<BotSeed>): BotSeed {
  return {
    id: makeId("bot"),
    ...newBotFields,
    name: "dev",
    runtime: "demo",
    ...rest,
  };
}

export function sessionSeed(botId: BotId, rest?: Partial<SessionSeed>): SessionSeed {
  return {
    id: makeId("session"),
    botId,
    title: "Work",
    parentId: null,
    taskMessageId: null,
    ...rest,
  };
}

export function messageSeed(sessionId: SessionId, rest?: Partial<MessageSeed>): MessageSeed {
  return {
    id: makeId("message"),
    sessionId,
    from: { kind: "person" },
    text: "hello",
    purpose: "text",
    mode: "queue",
    chainId: makeId("chain"),
    hops: 0,
    replyTo: null,
    notBefore: null,
    held: false,
    idempotencyKey: null,
    ...rest,
  };
}

export function entrySeed(sessionId: SessionId, text: string, rest?: Partial<EntrySeed>): EntrySeed {
  return { id: makeId("entry"), sessionId, kind: "bot", text, ...rest };
}

export function memorySeed(rest?: Partial<MemorySeed>): MemorySeed {
  return {
    id: makeId("memory"),
    ...newMemoryFields,
    text: "tea at five",
    source: { kind: "person" },
    trust: "person",
    ...rest,
  };
}

export function settleOp(rest?: Partial<Extract<TurnOp, { op: "turn.settle" }>>): TurnOp {
  return { op: "turn.settle", state: "done", messages: "acted", answeredBy: null, error: null, ...rest };
}

export function stepOp(kind: "model" | "retry" = "model"): TurnOp {
  const none = { callId: null, tool: null, entryId: null };
  return { op: "turn.step", step: { ...none, kind, inputTokens: 10, outputTokens: 5, durationMs: 2 } };
}

/** A store at work, with short verbs on the manual clock's time. */
export interface StoreKit extends AsyncDisposable {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly worker: WorkerId;
  now(): IsoTime;
  commit(...ops: readonly Op[]): Promise<Committed>;
  bot(rest?: Partial<BotSeed>): Promise<BotId>;
  session(botId?: BotId, rest?: Partial<SessionSeed>): Promise<SessionId>;
  send(sessionId: SessionId, rest?: Partial<MessageSeed>): Promise<MessageId>;
  claim(max?: number): Promise<readonly Claim[]>;
  /** Claims the only turn there is. */
  claimOne(): Promise<Claim>;
  /** Claims as a worker that was never seen before. */
  claimElsewhere(max?: number): Promise<readonly Claim[]>;
  /** Applies operations of the turn; throws if the claim is lost. */
  turn(claim: Claim, ...ops: readonly (Op | TurnOp)[]): Promise<Committed>;
  say(claim: Claim, text: string): Promise<EntryId>;
  message(id: MessageId): Promise<Message>;
  texts(sessionId: SessionId): Promise<readonly string[]>;
}

export async function openKit(open: (clock: ManualClock) => Promise<Store>): Promise<StoreKit> {
  const clock = createManualClock();
  const store = await open(clock);
  const worker = makeId("worker");
  const now = () => msToIso(clock.now());
  const commit: StoreKit["commit"] = (...ops) => store.commit({ at: now(), ops });
  const claim = (max = 100) => store.claim(worker, max, now());
  const turn: StoreKit["turn"] = async (claim, ...ops) => {
    const done = await store.commitTurn(claim, { at: now(), ops });
    if (done.state === "fenced") throw new Error("the claim is lost");
    return done.committed;
  };
  const bot: StoreKit["bot"] = async (rest) => {
    const seed = botSeed(rest);
    await commit({ op: "bot.create", bot: seed });
    return seed.id;
  };
  return {
    store,
    clock,
    worker,
    now,
    commit,
    bot,
    session: async (botId, rest) => {
      const seed = sessionSeed(botId ?? (await bot()), rest);
      await commit({ op: "session.create", session: seed });
      return seed.id;
    },
    send: async (sessionId, rest) => {
      const message = messageSeed(sessionId, rest);
      await commit({ op: "message.send", message });
      return message.id;
    },
    claim,
    claimElsewhere: (max = 100) => store.claim(makeId("worker"), max, now()),
    claimOne: async () => {
      const [first, ...others] = await claim();
      if (first === undefined || others.length > 0) throw new Error("expected exactly one claimable turn");
      return first;
    },
    turn,
    say: async (sessionId, text) => {
      const entry = entrySeed(sessionId.session.id, text, { turnId: sessionId.turn.id });
      await turn(sessionId, { op: "entry.append", entry });
      return entry.id;
    },
    message: async (id) => {
      const message = await store.read.message(id);
      if (message === null) throw new Error(`there is no message ${id}`);
      return message;
    },
    texts: async (sessionId) => (await store.read.entries(sessionId, { limit: 1000 })).map(({ text }) => text),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
