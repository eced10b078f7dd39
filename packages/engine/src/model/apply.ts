/**
 * Applies the operations of a unit to the in-memory state, each exactly as port/unit.ts describes it and in the
 * simplest way.
 */
import type { Ask } from "@reef/protocol/ask";
import { AppError } from "@reef/protocol/error";
import type { AskId, ChainId, MessageId, SessionId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import { withColour } from "@reef/protocol/topic";
import { noUsage } from "@reef/protocol/usage";
import { isAnsweredElsewhere, isShared, requireAnyHeld, requireHeld, requireOpen } from "../ask/open-ask.ts";
import { previewText } from "../file/preview.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import { boundMet } from "../mailbox/chain-bounds.ts";
import { ranksAfterMove } from "../mailbox/move.ts";
import { receiptAtReply, requireDead, requireQueued } from "../mailbox/receipts.ts";
import { assertSameBody } from "../mailbox/same-body.ts";
import type { AskSeed, MessageSeed, Op, SessionSeed, SpawnLimits } from "../port/unit.ts";
import { secretUsers } from "../provider/origin.ts";
import { newSessionFields } from "../session/new-session.ts";
import { assertMaySpawn } from "../session/spawn-limits.ts";
import { cancelledByInterrupt } from "../turn/end.ts";
import { applyApprovalOp } from "./approvals.ts";
import { applyBudgetOp, deleteBudgetsOf, releaseTurn } from "./budgets.ts";
import { appendEntry, entriesOf } from "./entries.ts";
import { applyWorkerOp } from "./fleet.ts";
import { applyHoldOp, dropHolds, passHolds } from "./holds.ts";
import { applyMcpOp } from "./mcp-servers.ts";
import { applyMemoryOp, forgetBot, forgetLines, setSessionMemory } from "./memories.ts";
import { applyModelOp, bindSecret } from "./provider-records.ts";
import { assertNotReplaced, rewindSession } from "./rewind.ts";
import { changeSchedule, createSchedule, deleteSchedule, fireSchedule } from "./schedules.ts";
import { applySkillOp } from "./skills.ts";
import {
  assertNew,
  chainOf,
  change,
  changeChain,
  filterValues,
  get,
  type MessageRecord,
  type ModelState,
  type ModelWork,
  openTurn,
  queuedOf,
  type SessionRecord,
  settleAsk,
  touch,
  usedOfChain,
} from "./state.ts";
import { assertFiles, createFile, sweepFiles, withoutOrphans } from "./stored-files.ts";
import { addStep, cancelTurn } from "./turns.ts";

export function applyOp(work: ModelWork, op: Op): void {
  const { state, at, events } = work;
  switch (op.op) {
    case "bot.create":
      assertNew(state.bots.has(op.bot.id), op.bot.id);
      state.bots.set(op.bot.id, {
        ...op.bot,
        spend: noUsage,
        lastActiveAt: null,
        pausedAt: null,
        createdAt: at,
        updatedAt: at,
        failuresInRow: 0,
        lastTurnAt: null,
        lastTurnState: null,
        lastError: null,
      });
      return;
    case "bot.change":
      change(state.bots, op.id, { ...givenFields(op.fields), updatedAt: at });
      return;
    case "bot.pause":
      if ((get(state.bots, op.id).pausedAt !== null) === op.paused) return;
      change(state.bots, op.id, { pausedAt: op.paused ? at : null, updatedAt: at });
      return;
    case "bot.delete": {
      get(state.bots, op.id);
      const isRunning =
        filterValues(state.turns, ({ botId, state: turnState }) => botId === op.id && turnState === "running").length >
        0;
      if (isRunning) throw new AppError("conflict", "one of its turns is running");
      for (const { id } of filterValues(state.sessions, ({ botId }) => botId === op.id))
        withoutOrphans(work, () => deleteSession(work, id));
      deleteBudgetsOf(work, { kind: "bot", id: op.id });
      forgetBot(work, op.id);
      dropHolds(work, op.id);
      for (const [key, rule] of state.approvals) if (rule.botId === op.id) state.approvals.delete(key);
      state.bots.delete(op.id);
      events.push({ type: "bot.deleted", botId: op.id });
      return;
    }
    case "topic.create":
      assertNew(state.topics.has(op.id), op.id);
      state.topics.set(op.id, withColour({ id: op.id, ...op.topic, createdAt: at }));
      events.push({ type: "topic.changed", topic: get(state.topics, op.id) });
      return;
    case "topic.change":
      events.push({
        type: "topic.changed",
        topic: change(state.topics, op.id, withColour({ ...get(state.topics, op.id), ...givenFields(op.fields) })),
      });
      return;
    case "topic.delete":
      get(state.topics, op.id);
      state.topics.delete(op.id);
      for (const { id } of filterValues(state.sessions, ({ topicId }) => topicId === op.id)) {
        touch(work, id, { topicId: null });
      }
      deleteBudgetsOf(work, { kind: "topic", id: op.id });
      events.push({ type: "topic.deleted", topicId: op.id });
      return;
    case "session.create":
      createSession(work, op.session, op.limits);
      return;
    case "session.change":
      get(state.sessions, op.id);
      if (op.fields.topicId) get(state.topics, op.fields.topicId);
      if (op.fields.memory !== undefined) setSessionMemory(work, op.id, op.fields.memory);
      touch(work, op.id, { ...givenFields(op.fields), ...pinOf(work, op) });
      return;
    case "session.reopen":
      if (get(state.sessions, op.id).archivedAt !== null) touch(work, op.id, { archivedAt: null });
      return;
    case "session.read": {
      const session = get(state.sessions, op.id);
      const readSeq = Math.min(op.seq, entriesOf(state, op.id).length);
      if (readSeq > session.readSeq) touch(work, op.id, { readSeq });
      return;
    }
    case "session.unread": {
      const { readSeq } = get(state.sessions, op.id);
      if (op.seq < readSeq) touch(work, op.id, { readSeq: Math.max(0, op.seq) });
      return;
    }
    case "session.delete":
      withoutOrphans(work, () => deleteSession(work, op.id));
      return;
    case "session.fork":
      forkSession(work, op);
      return;
    case "message.send":
      if (sendMessage(work, op.message) && op.message.mode === "interrupt") {
        const open = openTurn(state, op.message.sessionId);
        const reason = "interrupted by a new message";
        if (open !== undefined) cancelTurn(work, open.id, { by: cancelledByInterrupt, reason });
      }
      return;
    case "message.cancel":
      cancelMessage(work, op.id, op.reason);
      return;
    case "message.cancelQueued":
      get(state.sessions, op.sessionId);
      for (const { id } of queuedOf(state, op.sessionId)) cancelMessage(work, id, op.reason);
      return;
    case "message.move": {
      const line = queuedOf(state, get(state.messages, op.id).sessionId);
      for (const [id, rank] of ranksAfterMove(line, op)) change(state.messages, id, { rank });
      return;
    }
    case "message.retry": {
      const dead = get(state.messages, op.id);
      requireDead(dead, "retried");
      const { receipts, retries } = dead;
      assertNotReplaced(state, op.id);
      state.lastPosition += 1;
      change(state.messages, op.id, {
        state: "queued",
        position: state.lastPosition,
        rank: state.lastPosition,
        receipts: { ...receipts, acceptedAt: at, deliveredAt: null, actedAt: null, answeredAt: null },
        answeredBy: null,
        turnId: null,
        reason: null,
        dismissedAt: null,
        retries: retries + 1,
      });
      return;
    }
    case "message.dismiss": {
      const dead = get(state.messages, op.id);
      requireDead(dead, "dismissed");
      change(state.messages, op.id, { dismissedAt: dead.dismissedAt ?? at });
      return;
    }
    case "message.release":
      if (state.messages.get(op.id)?.state === "queued") change(state.messages, op.id, { held: false });
      return;
    case "entry.append":
      appendEntry(work, op.entry);
      return;
    case "message.refused": {
      const { op: _op, ...body } = op;
      events.push({ type: "message.refused", ...body });
      return;
    }
    case "turn.cancel":
      cancelTurn(work, op.turnId, op);
      return;
    case "turn.paid": {
      const none = { kind: "retry" as const, callId: null, tool: null, entryId: null, durationMs: 0 };
      if (get(state.turns, op.turnId).state !== "running") releaseTurn(work, op.turnId);
      addStep(work, op.turnId, { ...none, ...op.paid });
      return;
    }
    case "ask.open":
      get(state.sessions, op.ask.sessionId);
      get(state.bots, op.ask.botId);
      if (isShared(op.ask) && state.asks.has(op.ask.id)) return;
      if (isKnownOfGateway(state, op.ask)) return;
      assertNew(state.asks.has(op.ask.id), op.ask.id);
      if (isAskedAlready(state, op.ask)) return;
      state.asks.set(op.ask.id, { ...op.ask, state: "open", answer: null, createdAt: at, settledAt: null });
      return;
    case "ask.answer": {
      const ask = getOpenAsk(state, op.id);
      requireHeld(ask.held, op);
      settleAsk(state, op.id, {
        state: "answered",
        answer: op.answer,
        settledAt: at,
        ...(ask.origin !== undefined && { delivery: "waiting" }),
      });
      if (isAnsweredElsewhere(ask) && op.elsewhere !== undefined) {
        applyOp(work, { op: "message.send", message: op.elsewhere });
      }
      return;
    }
    case "ask.settle": {
      const { answer, note } = op;
      if (get(state.asks, op.id).state !== "open") return;
      settleAsk(state, op.id, { state: answer === null ? "cancelled" : "answered", answer, note, settledAt: at });
      return;
    }
    case "ask.deliver":
      if (get(state.asks, op.id).delivery !== "waiting") return;
      change(state.asks, op.id, { delivery: op.delivery, ...(op.note !== null && { note: op.note }) });
      return;
    case "ask.hold": {
      const { held: before, ...ask } = getOpenAsk(state, op.id);
      if (op.held === null) requireAnyHeld(before);
      state.asks.set(op.id, op.held === null ? ask : { ...ask, held: op.held });
      return;
    }
    case "ask.detach":
      getOpenAsk(state, op.id);
      change(state.asks, op.id, { turnId: null });
      return;
    case "call.keep": {
      get(state.sessions, op.sessionId);
      assertNew(state.calls.has(`${op.sessionId} ${op.callId}`), op.callId);
      state.calls.set(`${op.sessionId} ${op.callId}`, { text: op.text, isError: op.isError });
      return;
    }
    case "undo.keep":
      for (const [token, { expiresAt }] of state.undos) if (expiresAt <= at) state.undos.delete(token);
      state.undos.set(op.token, { ops: op.ops, expiresAt: op.expiresAt });
      return;
    case "undo.take":
      get(state.undos, op.token);
      state.undos.delete(op.token);
      return;
    case "chain.release":
      for (const { id } of heldOf(state, op.chainId)) change(state.messages, id, { held: false });
      return;
    case "chain.drop":
      for (const { id } of heldOf(state, op.chainId)) cancelMessage(work, id, op.reason);
      return;
    case "chain.extend":
      changeChain(state, op.chainId, { extraHops: chainOf(state, op.chainId).extraHops + op.hops });
      return;
    case "chain.goOn":
      changeChain(state, op.chainId, { timesExtended: chainOf(state, op.chainId).timesExtended + 1 });
      return;
    case "chain.use":
      if (usedOfChain(state, op.chainId)[op.of] >= op.max) throw boundMet(op.of, op.max);
      return;
    case "chain.stop":
      changeChain(state, op.chainId, { isStopped: true });
      return;
    case "links.put":
      state.links = op.links;
      events.push({ type: "links.changed", links: { items: [...op.links] } });
      return;
    case "schedule.create":
      createSchedule(work, op);
      return;
    case "schedule.change":
      changeSchedule(work, op);
      return;
    case "schedule.fire":
      fireSchedule(work, op, (message) => sendMessage(work, message));
      return;
    case "schedule.delete":
      deleteSchedule(work, op.id);
      return;
    case "file.create":
      createFile(work, op);
      return;
    case "file.sweep":
      sweepFiles(work, op);
      return;
    case "gateway.put": {
      for (const user of secretUsers({ gateways: [op.gateway] })) bindSecret(work, user);
      const createdAt = state.gateways.get(op.gateway.id)?.createdAt ?? at;
      state.gateways.set(op.gateway.id, { ...op.gateway, createdAt, updatedAt: at });
      events.push({ type: "gateway.changed", gateway: get(state.gateways, op.gateway.id) });
      return;
    }
    case "gateway.delete":
      get(state.gateways, op.id);
      state.gateways.delete(op.id);
      events.push({ type: "gateway.deleted", gatewayId: op.id });
      return;
    case "worker.beat":
    case "worker.end":
    case "worker.drain":
    case "lease.check":
    case "shared.put":
      applyWorkerOp(work, op);
      return;
    case "secret.put":
    case "secret.used":
    case "secret.delete":
    case "provider.put":
    case "provider.delete":
    case "models.put":
      applyModelOp(work, op);
      return;
    case "audit.add":
    case "audit.prune":
      // Applied where the actor is known.
      return;
    case "approval.put":
    case "approval.delete":
      applyApprovalOp(work, op);
      return;
    case "budget.create":
    case "budget.change":
    case "budget.allow":
    case "budget.delete":
    case "budget.reserve":
    case "budget.release":
    case "budget.out":
      applyBudgetOp(work, op);
      return;
    case "hold.put":
    case "hold.end":
      applyHoldOp(work, op);
      return;
    case "mcp.put":
    case "mcp.delete":
      applyMcpOp(work, op);
      return;
    case "skill.put":
    case "skill.delete":
      applySkillOp(work, op);
      return;
    default:
      applyMemoryOp(work, op);
  }
}

function createSession({ state, at }: ModelWork, seed: SessionSeed, limits: SpawnLimits | undefined): void {
  assertNew(state.sessions.has(seed.id), seed.id);
  get(state.bots, seed.botId);
  if (seed.topicId != null) get(state.topics, seed.topicId);
  const mirrors = seed.mirrors ?? null;
  const isShown =
    filterValues(state.sessions, (session) => mirrors !== null && isSame(session.mirrors, mirrors)).length > 0;
  if (isShown) throw new AppError("conflict", "it is already shown by a session");
  const parent = seed.parentId === null ? null : get(state.sessions, seed.parentId);
  const depth = parent === null ? 0 : parent.depth + 1;
  if (parent !== null && limits !== undefined) {
    const open = filterValues(state.sessions, ({ isOpenChild }) => isOpenChild);
    const children = open.filter(({ parentId }) => parentId === parent.id).length;
    const inTree = open.filter(({ rootId }) => rootId === parent.rootId).length;
    assertMaySpawn({ depth: parent.depth, children, inTree }, limits);
  }
  state.sessions.set(seed.id, {
    ...newSessionFields,
    ...(parent !== null && { memory: parent.memory }),
    ...givenFields(seed),
    pinnedAt: seed.pinned ? at : null,
    contract: seed.contract ?? null,
    mirrors,
    rootId: parent?.rootId ?? seed.id,
    depth,
    lastError: null,
    lastTurnState: null,
    isOpenChild: parent !== null && seed.taskMessageId !== null,
    readSeq: 0,
    lastText: "",
    lastAt: at,
    forkedFrom: null,
    createdAt: at,
    updatedAt: at,
  });
}

function pinOf(work: ModelWork, { id, fields }: Extract<Op, { op: "session.change" }>): { pinnedAt?: IsoTime | null } {
  if (fields.pinned === undefined) return {};
  return { pinnedAt: fields.pinned ? (get(work.state.sessions, id).pinnedAt ?? work.at) : null };
}

function forkSession(work: ModelWork, { from, to, throughSeq }: Extract<Op, { op: "session.fork" }>): void {
  const { state } = work;
  get(state.sessions, from);
  get(state.sessions, to);
  if (entriesOf(state, to).length > 0) throw new AppError("conflict", "a fork goes into a new session");
  const copies = entriesOf(state, from)
    .filter(({ seq }) => seq <= throughSeq)
    .map((entry) => ({ ...entry, id: makeId("entry"), sessionId: to, messageId: null, turnId: null }))
    .map(({ externalId: _, ...entry }) => entry);
  state.entries.set(to, copies);
  state.known.captured.set(to, copies.length);
  touch(work, to, {
    readSeq: copies.length,
    lastText: copies.map(previewText).findLast((text) => text !== "") ?? "",
    forkedFrom: { sessionId: from, seq: copies.length },
  });
}

function getOpenAsk(state: ModelState, id: AskId): Ask {
  const ask = get(state.asks, id);
  requireOpen(ask);
  return ask;
}

function deleteSession(work: ModelWork, id: SessionId): void {
  const { state, at, events } = work;
  const session = get(state.sessions, id);
  if (openTurn(state, id)?.state === "running") throw new AppError("conflict", "its turn is running");
  orphanChildren(work, session);
  forgetLines(work, id);
  for (const ask of filterValues(state.asks, (ask) => ask.state === "open" && ask.sessionId !== id)) {
    const isAbout = ask.messageId !== null && state.messages.get(ask.messageId)?.sessionId === id;
    if (isAbout) settleAsk(state, ask.id, { state: "cancelled", settledAt: at });
  }
  for (const { id: each } of filterValues(state.turns, ({ sessionId }) => sessionId === id)) {
    state.turns.delete(each);
    releaseTurn(work, each);
    state.steps.delete(each);
    state.recalled.delete(each);
  }
  for (const { id: each } of filterValues(state.asks, ({ sessionId }) => sessionId === id)) state.asks.delete(each);
  for (const { id: each } of filterValues(state.messages, ({ sessionId }) => sessionId === id)) {
    state.messages.delete(each);
  }
  for (const key of [...state.calls.keys()]) if (key.startsWith(`${id} `)) state.calls.delete(key);
  for (const { id: each } of filterValues(state.schedules, ({ sessionId }) => sessionId === id)) {
    deleteSchedule(work, each);
  }
  deleteBudgetsOf(work, { kind: "session", id });
  deleteBudgetsOf(work, { kind: "tree", id });
  state.entries.delete(id);
  state.sessions.delete(id);
  events.push({ type: "session.deleted", sessionId: id });
}

/** Spawned sessions stay, each as the root of its own tree. */
function orphanChildren(work: ModelWork, session: SessionRecord): void {
  const { state } = work;
  const children = filterValues(state.sessions, ({ parentId }) => parentId === session.id);
  passHolds(work, session, children);
  for (const child of children) {
    const below = filterValues(
      state.sessions,
      (session) => session.id === child.id || isBelow(state, session, child.id),
    );
    for (const { id, depth } of below) touch(work, id, { rootId: child.id, depth: depth - session.depth - 1 });
    touch(work, child.id, { parentId: null, isOpenChild: false });
  }
}

function isBelow(state: ModelState, { parentId }: SessionRecord, top: SessionId): boolean {
  if (parentId === null) return false;
  const parent = state.sessions.get(parentId);
  return parentId === top || (parent !== undefined && isBelow(state, parent, top));
}

/** Returns false if its key was used before. */
function sendMessage(work: ModelWork, { idempotencyKey, rewind, ...given }: MessageSeed): boolean {
  const { state, at, existing } = work;
  const seed = { ...given, ...(rewind !== undefined && { rewoundTo: rewind.toSeq }) };
  get(state.sessions, seed.sessionId);
  const earlier =
    idempotencyKey === null
      ? undefined
      : filterValues(state.messages, (message) => message.sessionId === seed.sessionId).find(
          (message) => message.idempotencyKey === idempotencyKey,
        );
  if (earlier !== undefined) {
    assertSameBody(earlier, seed, String(idempotencyKey));
    existing.push(earlier);
    return false;
  }
  assertNew(state.messages.has(seed.id), seed.id);
  assertFiles(work, seed.attachments);
  if (rewind !== undefined) rewindSession(work, seed.sessionId, rewind);
  state.lastPosition += 1;
  state.messages.set(seed.id, {
    ...seed,
    idempotencyKey,
    position: state.lastPosition,
    rank: state.lastPosition,
    state: "queued",
    receipts: { acceptedAt: at, deliveredAt: null, actedAt: null, answeredAt: null },
    answeredBy: null,
    turnId: null,
    reason: null,
    dismissedAt: null,
    retries: 0,
  });
  const target = seed.replyTo === null ? undefined : state.messages.get(seed.replyTo);
  const receipt = target && receiptAtReply(target, seed.id);
  if (target === undefined || !receipt) return true;
  const answeredAt = receipt.state === "answered" ? at : target.receipts.answeredAt;
  change(state.messages, target.id, { ...receipt, receipts: { ...target.receipts, answeredAt } });
  return true;
}

function cancelMessage({ state }: ModelWork, id: MessageId, reason: string): void {
  requireQueued(get(state.messages, id));
  change(state.messages, id, { state: "cancelled", reason });
}

function isSame(a: SessionRecord["mirrors"], b: SessionRecord["mirrors"]): boolean {
  return a?.gatewayId === b?.gatewayId && a?.key === b?.key;
}

function heldOf(state: ModelState, chainId: ChainId): readonly MessageRecord[] {
  return filterValues(
    state.messages,
    (message) => message.held && message.state === "queued" && message.chainId === chainId,
  );
}

/** True if the gateway's ask was opened before, whatever became of it (AS3). */
function isKnownOfGateway(state: ModelState, { origin }: AskSeed): boolean {
  const isSame = ({ origin: other }: Ask) => other?.key === origin?.key && other?.gatewayId === origin?.gatewayId;
  return origin !== undefined && filterValues(state.asks, isSame).length > 0;
}

/** True if the chain has asked already: it asks once, however many of its messages are held (MB10). */
function isAskedAlready(state: ModelState, { kind, messageId }: Pick<Ask, "kind" | "messageId">): boolean {
  const chainOf = (id: MessageId | null) => (id === null ? undefined : state.messages.get(id)?.chainId);
  const chainId = chainOf(messageId);
  if (kind !== "chain" || chainId === undefined) return false;
  return filterValues(state.asks, (ask) => ask.kind === "chain" && ask.state === "open").some(
    (ask) => chainOf(ask.messageId) === chainId,
  );
}
