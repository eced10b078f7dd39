import type { BotId, MessageId, SessionId, TurnId, WorkerId } from "@reef/protocol/ids";
import type { Step, TurnWait } from "@reef/protocol/turn";
import { addUsage, noUsage } from "@reef/protocol/usage";
import { endsWithTurn } from "../ask/open-ask.ts";
import { makeId } from "../ids.ts";
import { longestChain } from "../mailbox/longest-chain.ts";
import { messageToEntry } from "../mailbox/message-entry.ts";
import { receiptAtEnd } from "../mailbox/receipts.ts";
import { isSettled } from "../mailbox/settled.ts";
import { takenByTurn } from "../mailbox/taken.ts";
import { type Claim, leaseMs } from "../port/store.ts";
import type { StepSeed } from "../port/unit.ts";
import { admitSuspects, bySuspicion, chargeDeaths, isSuspect } from "../turn/deaths.ts";
import { type Cancel, cancelEnd, cancelNotice, failuresAfter, type TurnEnd } from "../turn/end.ts";
import { dueNow, isAskOver, isMessageOver } from "../turn/ready.ts";
import { isModelCall, isProgress, usageOfStep } from "../turn/usage.ts";
import type { WaitReads } from "../turn/wait-circle.ts";
import { nextToRun } from "../turn/whose-turn.ts";
import { expireTurn, releaseTurn, spend } from "./budgets.ts";
import { appendEntry } from "./entries.ts";
import { runsElsewhere } from "./fleet.ts";
import { isSessionHeld } from "./held.ts";
import {
  change,
  dueOf,
  filterValues,
  get,
  isLeaseOver,
  isTaskOver,
  type MessageRecord,
  type ModelState,
  type ModelWork,
  openTurn,
  runningTurnsOf,
  settleAsk,
  type TurnRecord,
  touch,
} from "./state.ts";

export function addStep(work: ModelWork, id: TurnId, step: StepSeed): void {
  const { state, at } = work;
  const turn = get(state.turns, id);
  const n = turn.steps + 1;
  const added: Step = {
    ...step,
    costUsd: step.costUsd ?? null,
    model: step.model ?? null,
    cachedTokens: step.cachedTokens ?? null,
    firstTokenMs: step.firstTokenMs ?? null,
    windowTokens: step.windowTokens ?? null,
    contextTokens: step.contextTokens ?? null,
    compactsAt: step.compactsAt ?? null,
    turnId: id,
    n,
    at,
  };
  state.steps.set(id, [...(state.steps.get(id) ?? []), added]);
  const used = usageOfStep(step);
  if (isModelCall(step)) {
    spend(work, turn, used);
    if (turn.state === "running") releaseTurn(work, id);
  }
  const alive = isProgress(step) ? { attempts: 0, sharedDeaths: 0, providerWait: null } : {};
  change(state.turns, id, { steps: n, ...alive, usage: addUsage(turn.usage, used) });
  change(state.bots, turn.botId, { spend: addUsage(get(state.bots, turn.botId).spend, used) });
}

/** Asks a running turn to stop; settles a waiting one here, with the notice its worker would have written. */
export function cancelTurn(work: ModelWork, id: TurnId, request: Cancel): void {
  const { state, at } = work;
  const { by, reason } = request;
  const turn = get(state.turns, id);
  if (turn.state !== "running" && turn.state !== "waiting") return;
  change(state.turns, id, { cancelRequested: turn.cancelRequested ?? { by, reason, at } });
  if (turn.state === "running") return;
  appendEntry(work, {
    id: makeId("entry"),
    sessionId: turn.sessionId,
    kind: "notice",
    turnId: id,
    ...cancelNotice(request),
  });
  settleTurn(work, id, cancelEnd(request));
}

export function settleTurn(work: ModelWork, id: TurnId, settlement: TurnEnd): void {
  const { state: end, error } = settlement;
  const { state, at } = work;
  if (end === "cancelled" && get(state.turns, id).state === "running") expireTurn(work, id);
  else releaseTurn(work, id);
  const ended = {
    worker: null,
    leaseUntilMs: null,
    dueAt: null,
    readyAt: null,
    waits: [],
    providerWait: null,
    endedAt: at,
  };
  const { messageIds, sessionId, botId } = change(state.turns, id, { ...ended, state: end, error });
  for (const messageId of messageIds) {
    const message = state.messages.get(messageId);
    if (message?.state === "delivered") settleMessage(work, message, settlement);
  }
  for (const ask of filterValues(state.asks, (of) => of.turnId === id && of.state === "open" && endsWithTurn(of))) {
    settleAsk(state, ask.id, { state: "cancelled", settledAt: at });
  }
  touch(work, sessionId, { lastTurnState: end, lastError: end === "failed" ? error : null });
  const bot = get(state.bots, botId);
  const { failuresInRow, lastError } = failuresAfter(bot, settlement);
  change(state.bots, botId, { lastTurnAt: at, lastActiveAt: at, lastTurnState: end, failuresInRow, lastError });
}

function settleMessage({ state, at }: ModelWork, message: MessageRecord, settlement: TurnEnd): void {
  const receipt = receiptAtEnd(message, settlement);
  change(state.messages, message.id, {
    ...receipt,
    receipts: {
      ...message.receipts,
      ...(settlement.messages === "acted" && { actedAt: at }),
      ...(receipt.state === "answered" && { answeredAt: at }),
    },
  });
}

/**
 * Applies what follows from a unit: turns whose last wait is over are due, and children whose task is over no longer
 * count.
 */
export function noteSettled({ state, at }: ModelWork): void {
  for (const session of filterValues(state.sessions, ({ isOpenChild }) => isOpenChild)) {
    if (isTaskOver(state, session)) change(state.sessions, session.id, { isOpenChild: false, updatedAt: at });
  }
  for (const { id, waits, dueAt } of filterValues(state.turns, (turn) => turn.state === "waiting")) {
    const isOver = waits.length > 0 && waits.every((wait) => isWaitOver(state, wait));
    if (isOver && dueAt !== dueNow) change(state.turns, id, { dueAt: dueNow });
  }
}

export function waitReads(state: ModelState): WaitReads {
  return {
    targetOf: (id) => {
      const message = state.messages.get(id);
      return message === undefined || isSettled(message) ? null : message.sessionId;
    },
    waitingIn: (id) => {
      const turn = openTurn(state, id);
      return turn?.state === "waiting" ? { title: state.sessions.get(id)?.title ?? "", waits: turn.waits } : null;
    },
  };
}

export function isWaitOver(state: ModelState, wait: TurnWait): boolean {
  return wait.for === "ask" ? isAskOver(state.asks.get(wait.askId)) : isMessageOver(state.messages.get(wait.messageId));
}

export function takeMessages(work: ModelWork, id: TurnId, messages: readonly MessageRecord[]): void {
  const { state, at } = work;
  for (const message of messages) {
    const turn = get(state.turns, id);
    appendMessageEntry(work, turn, message);
    change(state.messages, message.id, {
      state: "delivered",
      turnId: id,
      receipts: { ...message.receipts, deliveredAt: at },
    });
    change(state.turns, id, { ...longestChain(turn, [message]), messageIds: [...turn.messageIds, message.id] });
  }
}

function appendMessageEntry(work: ModelWork, { id: turnId, sessionId }: TurnRecord, message: MessageRecord): void {
  const head = { id: makeId("entry"), sessionId, turnId };
  const isRepeat = (work.state.entries.get(sessionId) ?? []).some(({ messageId }) => messageId === message.id);
  appendEntry(work, messageToEntry(message, head, isRepeat));
}

export interface ModelClaim {
  readonly turnId: TurnId;
  readonly reason: Claim["reason"];
}

/** Claims dead turns, ready turns, then new ones, each time the oldest of the bot with the fewest running turns. */
export function claimTurns(work: ModelWork, worker: WorkerId, max: number): ModelClaim[] {
  const { state, at } = work;
  const isPaused = (botId: BotId) => get(state.bots, botId).pausedAt !== null;
  if (max > 0) noteDeaths(work, worker);
  const isHeld = ({ sessionId, cancelRequested }: TurnRecord) =>
    cancelRequested === null && isSessionHeld(state, get(state.sessions, sessionId));
  const turns = filterValues(
    state.turns,
    (turn) => !isPaused(turn.botId) && !isHeld(turn) && !runsElsewhere(work, turn.botId, worker),
  );
  const dead = turns.filter((turn) => turn.state === "running" && turn.worker === null);
  const ready = turns.filter((turn) => turn.state === "waiting" && turn.dueAt !== null && turn.dueAt <= at);
  const gate = admitSuspects(
    filterValues(state.turns, isSuspect).some((turn) => turn.state === "running" && turn.worker !== null),
  );
  const claims: ModelClaim[] = [];
  for (const turn of [...dead.sort(bySuspicion), ...ready]) {
    if (claims.length >= max) break;
    const isCancelled = turn.cancelRequested !== null;
    if (gate.admits({ ...turn, isCancelled }))
      claims.push({ turnId: turn.id, reason: turn.state === "running" ? "died" : "ready" });
  }
  const lease = { worker, leaseUntilMs: work.steadyMs + leaseMs };
  for (const { turnId } of claims) {
    const { fence, botId, sessionId } = get(state.turns, turnId);
    change(state.turns, turnId, {
      ...lease,
      state: "running",
      fence: fence + 1,
      readyAt: null,
      dueAt: null,
    });
    change(state.bots, botId, { lastActiveAt: at });
    touch(work, sessionId, {});
  }
  while (claims.length < max) {
    const sessionId = nextSession(work, worker);
    if (sessionId === null) break;
    claims.push({ turnId: startTurn(work, sessionId, lease), reason: "new" });
  }
  return claims;
}

/** Counts each death once. Of turns that died together, only a suspect is charged with its own (TU4). */
function noteDeaths({ state, steadyMs }: ModelWork, asking: WorkerId): void {
  const fresh = filterValues(state.turns, (turn) => {
    return isLeaseOver(turn, steadyMs) && turn.worker !== null && turn.worker !== asking;
  });
  const waiting = filterValues(state.turns, (turn) => turn.state === "running" && turn.worker === null);
  for (const { turn, counts } of chargeDeaths(fresh, waiting)) {
    change(state.turns, turn.id, { ...counts, worker: null, leaseUntilMs: 0 });
  }
}

function nextSession(work: ModelWork, worker: WorkerId): SessionId | null {
  const { state, at } = work;
  const candidates = filterValues(state.sessions, (session) => {
    const { id, botId } = session;
    if (isSessionHeld(state, session)) return false;
    if (openTurn(state, id) !== undefined || get(state.bots, botId).pausedAt !== null) return false;
    return !runsElsewhere(work, botId, worker);
  }).map(({ id, botId }) => ({
    id,
    rank: dueOf(state, id, at)[0]?.rank ?? null,
    running: runningTurnsOf(state, botId),
  }));
  return nextToRun(candidates)?.id ?? null;
}

function startTurn(
  work: ModelWork,
  sessionId: SessionId,
  lease: { readonly worker: WorkerId; readonly leaseUntilMs: number },
): TurnId {
  const { state, at } = work;
  const { botId } = get(state.sessions, sessionId);
  const taken = takenByTurn(dueOf(state, sessionId, at));
  const [first] = taken as readonly [MessageRecord];
  const id = makeId("turn");
  state.turns.set(id, {
    ...lease,
    id,
    sessionId,
    botId,
    state: "running",
    fence: 1,
    attempts: 0,
    sharedDeaths: 0,
    chainId: first.chainId,
    hops: first.hops,
    messageIds: [] as MessageId[],
    steps: 0,
    usage: noUsage,
    waits: [],
    remote: null,
    readyAt: null,
    dueAt: null,
    cancelRequested: null,
    crashReceipt: null,
    providerWait: null,
    error: null,
    startedAt: at,
    endedAt: null,
  });
  change(state.bots, botId, { lastActiveAt: at });
  touch(work, sessionId, { lastError: null });
  takeMessages(work, id, taken);
  return id;
}
