/**
 * Follows a piece of work to its end and yields the bot's words as they come. What was yielded is a prefix of the text
 * that the transcript has in the end, whenever the model's own stream allows it; a client that comes late gets it whole
 * (TU8). It only reads: a follower may stop, and the work goes on.
 */
import type { Queries } from "@reef/engine/port/queries";
import type { Usage } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import type { Event } from "@reef/protocol/event";
import type { TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { entriesOfTurn, textsAfter } from "./answer-text.ts";
import type { Doors } from "./door-parts.ts";
import { sayAsks } from "./say-asks.ts";
import { createSpokenText, type SpokenText } from "./spoken-text.ts";
import { findWaitingAsks } from "./waiting-asks.ts";
import type { Work } from "./work.ts";

export type Piece =
  | { readonly type: "text"; readonly text: string }
  /** Nothing new: time to show that the connection is alive. */
  | { readonly type: "idle" };

export interface Finished {
  readonly text: string;
  readonly usage: Usage;
  /** `ask`: the bot waits for a person, and the text says so. */
  readonly by: "answer" | "ask";
}

/** How often a follower that hears nothing shows that it is alive, and looks by itself, in milliseconds. */
const idleMs = 10_000;
/** After this long a follower is refused; the work goes on. */
const longestMs = 3_600_000;

/** Throws `unavailable` if the message died, `conflict` if it was cancelled. After an abort: the signal's reason. */
export async function* followWork(doors: Doors, work: Work, signal: AbortSignal): AsyncGenerator<Piece, Finished> {
  doors.waiting.count += 1;
  try {
    return yield* follow(doors, work, signal);
  } finally {
    doors.waiting.count -= 1;
  }
}

async function* follow({ edge }: Doors, work: Work, signal: AbortSignal): AsyncGenerator<Piece, Finished> {
  const { deps, feed } = edge;
  const looking: Looking = { work, spoken: createSpokenText(), turnId: null };
  // What arrives while the store is read waits, in order, so that a text is never before its live part.
  const inbox: (() => void)[] = [];
  const state = { isDirty: true, isGone: false, isReading: false };
  const arrive = (apply: () => void) => {
    if (state.isReading) inbox.push(apply);
    else apply();
  };
  let wake = Promise.withResolvers<void>();
  const leave = feed.watch(work.session.id, {
    live(frame) {
      if (frame.type !== "delta" || frame.turnId !== looking.turnId) return;
      arrive(() => looking.spoken.delta(frame));
      wake.resolve();
    },
    events(events) {
      for (const event of events) {
        state.isGone ||= event.type === "session.deleted";
        if (isSaid(event, looking.turnId)) arrive(() => looking.spoken.settle([event.entry]));
        state.isDirty ||= isProgress(event, work);
      }
      wake.resolve();
    },
  });
  const endMs = deps.clock.steady() + longestMs;
  try {
    for (;;) {
      signal.throwIfAborted();
      if (state.isGone) throw new AppError("not_found", "the session was deleted");
      wake = Promise.withResolvers<void>();
      const isDirty = state.isDirty;
      state.isDirty = false;
      state.isReading = isDirty;
      const ended = isDirty ? await lookAtWork(edge, looking) : null;
      state.isReading = false;
      for (const apply of inbox.splice(0)) apply();
      const text = looking.spoken.take();
      if (text !== "") yield { type: "text", text };
      if (ended !== null) return { ...ended, text: looking.spoken.all() };
      if (state.isDirty || looking.spoken.hasMore()) continue;
      if (await isWokenWithin(idleMs)) continue;
      if (deps.clock.steady() > endMs) {
        throw new AppError("unavailable", `no answer within an hour; the session ${work.session.id} goes on working`);
      }
      state.isDirty = true;
      yield { type: "idle" };
    }
  } finally {
    leave();
  }

  async function isWokenWithin(ms: number): Promise<boolean> {
    const pause = new AbortController();
    const slept = deps.clock.sleep(ms, AbortSignal.any([signal, pause.signal])).then(() => false);
    const isWoken = await Promise.race([wake.promise.then(() => true), slept]);
    pause.abort();
    return isWoken;
  }
}

function isSaid(event: Event, turnId: TurnId | null): event is Extract<Event, { type: "entry.created" }> {
  return event.type === "entry.created" && event.entry.kind === "bot" && event.entry.turnId === turnId;
}

/** True if the event may end the work, or make it wait: also the end or the question of a turn before it. */
function isProgress(event: Event, { message, turnId }: Work): boolean {
  if (event.type === "message.changed") return event.message.id === message?.id;
  if (event.type !== "turn.changed" || event.turn.state === "running") return false;
  return message !== null || event.turn.id === turnId;
}

interface Looking {
  readonly work: Work;
  readonly spoken: SpokenText;
  /** The turn that has taken the message. */
  turnId: TurnId | null;
}

/** Reads how far the work is; returns its end, or null while it goes on. */
async function lookAtWork({ deps, calls }: Doors["edge"], looking: Looking): Promise<Omit<Finished, "text"> | null> {
  const { read } = deps.store;
  const { work, spoken } = looking;
  const message = work.message === null ? null : await read.message(work.message.id);
  if (work.message !== null && message === null) throw new AppError("not_found", "the message was deleted");
  const turnId = message === null ? work.turnId : message.turnId;
  if (turnId === null) return endOf(message, null) ?? (await askAhead(read, looking));
  const isNew = turnId !== looking.turnId;
  looking.turnId = turnId;
  const entries = await entriesOfTurn(read, { session: work.session, turnId, answeredBy: message?.answeredBy ?? null });
  // Read after the entries: a step it counts may lack its entry here, never the other way round.
  const turn = await read.turn(turnId);
  if (turn === null) throw new AppError("not_found", "the turn was deleted");
  spoken.settle(textsAfter(entries, { message, ask: work.ask }));
  spoken.ignoreThrough(turn.steps);
  if (isNew) {
    for (const frame of calls.liveText()) if (frame.type === "delta" && frame.turnId === turnId) spoken.delta(frame);
  }
  const asks = await findWaitingAsks(read, { sessionId: work.session.id, turn });
  if (asks.length > 0) {
    spoken.append(sayAsks(asks));
    if (work.isUnsent === true) spoken.append("Your message was not sent: answer this first, then send it again.");
    return { usage: turn.usage, by: "ask" };
  }
  if (message !== null) return endOf(message, turn.usage);
  if (turn.state === "failed") throw new AppError("unavailable", sayFailure(turn.error));
  if (turn.state === "cancelled") throw cancelled(null);
  return turn.state === "done" ? { usage: turn.usage, by: "answer" } : null;
}

/** A message waits in vain behind a turn that waits for a person: the person must learn of it. */
async function askAhead(read: Queries, { work, spoken }: Looking): Promise<Omit<Finished, "text"> | null> {
  const session = await read.session(work.session.id);
  const turn = session === null || session.turnId === null ? null : await read.turn(session.turnId);
  const asks = turn === null ? [] : await findWaitingAsks(read, { sessionId: work.session.id, turn });
  if (asks.length === 0) return null;
  spoken.append(sayAsks(asks));
  spoken.append("Your message waits until this is answered.");
  return { usage: noUsage, by: "ask" };
}

/** Returns null while the message is not settled. */
function endOf(message: Message | null, usage: Usage | null): Omit<Finished, "text"> | null {
  switch (message?.state) {
    case "dead":
      throw new AppError("unavailable", sayFailure(message.reason));
    case "cancelled":
      throw cancelled(message.reason);
    case "acted":
    case "answered":
      return { usage: usage ?? noUsage, by: "answer" };
    default:
      return null;
  }
}

const noUsage: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 };

function sayFailure(reason: string | null): string {
  return `the bot could not answer: ${reason ?? "the turn failed"}`;
}

function cancelled(reason: string | null): AppError {
  return new AppError("conflict", `the message was cancelled${reason === null ? "" : `: ${reason}`}`);
}
