/** Applies one unit, operation by operation, inside the caller's savepoint. An error undoes the whole unit (MB5). */

import { type Beat, type Claim, leaseMs } from "@reef/engine/port/store";
import type { MemoryOp, MessageSeed, Op, TurnOp, TurnUnit, Unit } from "@reef/engine/port/unit";
import { cancelledByInterrupt } from "@reef/engine/turn/end";
import { holdsClaim } from "@reef/engine/turn/holds-claim";
import type { AuditActor } from "@reef/protocol/audit";
import { assertNever } from "@reef/protocol/error";
import type { TurnId, WorkerId } from "@reef/protocol/ids";
import type { TurnRow } from "../tables.ts";
import { applyApprovalOp } from "./approvals.ts";
import { answerAsk, detachAsk, holdAnswer, noteDelivery, openAsk, settleAskOfGateway } from "./asks.ts";
import { noteOp } from "./audit.ts";
import { deleteBlock, putBlock, putGrants } from "./blocks.ts";
import { applyBudgetOp } from "./budgets.ts";
import { keepCall } from "./calls.ts";
import { captureSession } from "./capture.ts";
import { changeChain, takeOfChain } from "./chains.ts";
import {
  putMemoryPolicy,
  reinstateMemories,
  replaceMemories,
  rewordMemory,
  saveConsolidation,
  settleProposal,
} from "./consolidations.ts";
import { deleteSession } from "./delete-session.ts";
import { dismissMessage } from "./dismiss.ts";
import { keepVectors } from "./embeddings.ts";
import { appendEntry } from "./entries.ts";
import { createFile, sweepFiles } from "./files.ts";
import { applyWorkerOp } from "./fleet.ts";
import { deleteGateway, putGateway } from "./gateways.ts";
import { applyHoldOp } from "./holds.ts";
import { applyMcpOp } from "./mcp-servers.ts";
import {
  archiveMemories,
  changeMemory,
  deleteMemories,
  noteRecalled,
  restoreMemories,
  saveMemories,
  supersedeMemory,
} from "./memories.ts";
import {
  cancelMessage,
  cancelQueued,
  moveMessage,
  releaseChain,
  releaseMessage,
  retryMessage,
  sendMessage,
  stopChain,
} from "./messages.ts";
import { applyModelOp } from "./models.ts";
import {
  changeBot,
  changeTopic,
  createBot,
  createTopic,
  deleteBot,
  deleteTopic,
  pauseBot,
  putLinks,
} from "./registry.ts";
import { changeSchedule, createSchedule, deleteSchedule, fireSchedule } from "./schedules.ts";
import { changeSession, createSession, forkSession, readSession, reopenSession, unreadSession } from "./sessions.ts";
import { applySkillOp } from "./skills.ts";
import { nothing, run, type Write } from "./steps.ts";
import * as turnStatements from "./turn-statements.ts";
import {
  addPaid,
  addStep,
  assertOpen,
  cancelTurn,
  joinMessages,
  noteCrash,
  noteRemote,
  settleTurn,
  takeNamedMessages,
  waitTurn,
} from "./turns.ts";
import { keepUndo, takeUndo } from "./undos.ts";
import { findTurn, getSession, type Work } from "./work.ts";

export function* applyUnit(work: Work, unit: Unit): Write<void> {
  for (const op of unit.ops) {
    yield* applyOp(work, op);
    yield* noteOp(work, unit.by ?? reefItself, op);
  }
}

const reefItself: AuditActor = { kind: "system", id: null, via: null };

/** Identifies a claim: the turn and the fence under which it was given. */
export interface ClaimToken {
  readonly turnId: TurnId;
  readonly fence: number;
  readonly worker: WorkerId;
}

export function claimToToken({ turn, worker }: Claim): ClaimToken {
  return { turnId: turn.id, fence: turn.fence, worker };
}

/** Returns false, having changed nothing, if the claim is no longer the newest of its turn (TU5). */
export function* applyTurnUnit(work: Work, token: ClaimToken, unit: TurnUnit): Write<boolean> {
  const turn = yield* findTurn(work, token.turnId);
  if (turn === undefined || !holdsClaim(turn, token)) return false;
  const actor: AuditActor = { kind: "bot", id: turn.bot_id, via: null };
  for (const op of unit.ops) {
    yield* applyTurnOp(work, turn, op);
    yield* noteOp(work, actor, op);
  }
  return true;
}

/** Indexes into the list of claims. */
export interface BeatPlaces {
  readonly lost: readonly number[];
  readonly cancelled: readonly number[];
}

/** Returns the claims at these places. */
export function toBeat(claims: readonly Claim[], { lost, cancelled }: BeatPlaces): Beat {
  const at = (places: readonly number[]) => claims.filter((_, place) => places.includes(place));
  return { lost: at(lost), cancelled: at(cancelled) };
}

/** Returns which claims are lost, and which are asked to stop; the others hold for another lease (TU7). */
export function* applyBeat(work: Work, tokens: readonly ClaimToken[]): Write<BeatPlaces> {
  const lost: number[] = [];
  const cancelled: number[] = [];
  for (const [place, token] of tokens.entries()) {
    const turn = yield* findTurn(work, token.turnId);
    if (turn === undefined || !holdsClaim(turn, token)) {
      lost.push(place);
      continue;
    }
    turn.lease_until_ms = work.steadyMs + leaseMs;
    yield* run(turnStatements.renewLease, { id: turn.id, lease_until_ms: turn.lease_until_ms });
    if (turn.cancel_requested !== null) cancelled.push(place);
  }
  return { lost, cancelled };
}

function applyTurnOp(work: Work, turn: TurnRow, op: Op | TurnOp): Write<void> {
  switch (op.op) {
    case "turn.step":
      assertOpen(turn, op.op);
      return addStep(work, turn, op);
    case "turn.join":
      assertOpen(turn, op.op);
      return joinMessages(work, turn);
    case "turn.take":
      assertOpen(turn, op.op);
      return takeNamedMessages(work, turn, op.messageIds);
    case "turn.crashed":
      return noteCrash(work, turn, op);
    case "turn.remote":
      assertOpen(turn, op.op);
      return noteRemote(work, turn, op);
    case "turn.recalled":
      return noteRecalled(turn.id, op.recalled);
    case "turn.wait":
      assertOpen(turn, op.op);
      return waitTurn(work, turn, op);
    case "turn.settle":
      assertOpen(turn, op.op);
      return settleTurn(work, turn, op);
    default:
      return applyOp(work, op);
  }
}

function applyOp(work: Work, op: Op): Write<void> {
  switch (op.op) {
    case "bot.create":
      return createBot(work, op.bot);
    case "bot.change":
      return changeBot(work, op.id, op.fields);
    case "bot.pause":
      return pauseBot(work, op.id, op.paused);
    case "bot.delete":
      return deleteBot(work, op.id);
    case "topic.create":
      return createTopic(work, op.id, op.topic);
    case "topic.change":
      return changeTopic(work, op.id, op.fields);
    case "topic.delete":
      return deleteTopic(work, op.id);
    case "session.create":
      return createSession(work, op.session, op.limits);
    case "session.change":
      return changeSession(work, op.id, op.fields);
    case "session.reopen":
      return reopenSession(work, op.id);
    case "session.read":
      return readSession(work, op.id, op.seq);
    case "session.unread":
      return unreadSession(work, op.id, op.seq);
    case "session.delete":
      return deleteSession(work, op.id);
    case "session.fork":
      return forkSession(work, op.from, op);
    case "message.send":
      return acceptMessage(work, op.message);
    case "message.cancel":
      return cancelMessage(work, op.id, op.reason);
    case "message.cancelQueued":
      return cancelQueued(work, op.sessionId, op.reason);
    case "message.move":
      return moveMessage(work, op);
    case "message.retry":
      return retryMessage(work, op.id);
    case "message.dismiss":
      return dismissMessage(work, op.id);
    case "message.release":
      return releaseMessage(work, op.id);
    case "entry.append":
      return appendEntry(work, op.entry);
    case "message.refused": {
      const { op: _, ...body } = op;
      work.events.push({ type: "message.refused", ...body });
      return nothing;
    }
    case "turn.cancel":
      return cancelTurn(work, op.turnId, op);
    case "turn.paid":
      return addPaid(work, op);
    case "ask.open":
      return openAsk(work, op.ask);
    case "ask.answer":
      return answerAsk(work, op);
    case "ask.settle":
      return settleAskOfGateway(work, op);
    case "ask.deliver":
      return noteDelivery(work, op);
    case "ask.hold":
      return holdAnswer(work, op);
    case "ask.detach":
      return detachAsk(work, op.id);
    case "call.keep":
      return keepCall(work, op);
    case "schedule.create":
      return createSchedule(work, op);
    case "schedule.change":
      return changeSchedule(work, op);
    case "schedule.fire":
      return fireSchedule(work, op);
    case "schedule.delete":
      return deleteSchedule(work, op.id);
    case "undo.keep":
      return keepUndo(work, op);
    case "undo.take":
      return takeUndo(op.token);
    case "chain.release":
      return releaseChain(work, op.chainId);
    case "chain.drop":
      return stopChain(work, op.chainId, op.reason);
    case "chain.goOn":
      return changeChain(op.chainId, ({ times_extended }) => ({ times_extended: times_extended + 1 }));
    case "chain.use":
      return takeOfChain(op);
    case "chain.stop":
      return changeChain(op.chainId, () => ({ stopped: 1 }));
    case "chain.extend":
      return changeChain(op.chainId, ({ extra_hops }) => ({ extra_hops: extra_hops + op.hops }));
    case "links.put":
      return putLinks(work, op.links);
    case "file.create":
      return createFile(work, op);
    case "file.sweep":
      return sweepFiles(op);
    case "gateway.put":
      return putGateway(work, op);
    case "gateway.delete":
      return deleteGateway(work, op.id);
    case "worker.beat":
    case "worker.end":
    case "worker.drain":
    case "lease.check":
    case "shared.put":
      return applyWorkerOp(work, op);
    case "secret.put":
    case "secret.used":
    case "secret.delete":
    case "provider.put":
    case "provider.delete":
    case "models.put":
      return applyModelOp(work, op);
    // Their lines are added where the actor is known.
    case "audit.add":
    case "audit.prune":
      return nothing;
    case "approval.put":
    case "approval.delete":
      return applyApprovalOp(work, op);
    case "budget.create":
    case "budget.change":
    case "budget.allow":
    case "budget.delete":
    case "budget.reserve":
    case "budget.release":
    case "budget.out":
      return applyBudgetOp(work, op);
    case "hold.put":
    case "hold.end":
      return applyHoldOp(work, op);
    case "mcp.put":
    case "mcp.delete":
      return applyMcpOp(work, op);
    case "skill.put":
    case "skill.delete":
      return applySkillOp(work, op);
    default:
      return applyMemoryOp(work, op);
  }
}

function applyMemoryOp(work: Work, op: MemoryOp): Write<void> {
  switch (op.op) {
    case "memory.save":
      return saveMemories(work, op.botId, op.memories);
    case "memory.change":
      return changeMemory(work, op.botId, op);
    case "memory.supersede":
      return supersedeMemory(work, op.botId, op);
    case "memory.archive":
      return archiveMemories(work, op.botId, op);
    case "memory.restore":
      return restoreMemories(work, op.botId, op.ids);
    case "memory.delete":
      return deleteMemories(work, op.botId, op.ids);
    case "memory.capture":
      return captureSession(work, op.sessionId);
    case "memory.embed":
      return keepVectors(work, op.botId, op);
    case "block.put":
      return putBlock(work, op);
    case "block.delete":
      return deleteBlock(work, op);
    case "grants.put":
      return putGrants(work, op.botId, op.readers);
    case "consolidation.save":
      return saveConsolidation(work, op);
    case "proposal.settle":
      return settleProposal(work, op);
    case "memory.reword":
      return rewordMemory(work, op);
    case "memory.replace":
      return replaceMemories(work, op);
    case "memory.reinstate":
      return reinstateMemories(work, op);
    case "memory.policy":
      return putMemoryPolicy(work, op);
    default:
      return assertNever(op);
  }
}

function* acceptMessage(work: Work, message: MessageSeed): Write<void> {
  const isNew = yield* sendMessage(work, message);
  if (!isNew || message.mode !== "interrupt") return;
  // In the unit that accepts the message: later, it could stop the very turn that took it (MB4).
  const { turn_id: turnId } = yield* getSession(work, message.sessionId);
  if (turnId === null) return;
  yield* cancelTurn(work, turnId, { by: cancelledByInterrupt, reason: "interrupted by a new message" });
}
