/** Applies one unit, operation by operation, inside the caller's savepoint. What throws here undoes the whole unit (MB5). */

import { type Claim, leaseMs } from "@reef/engine/port/store";
import type { MemoryOp, Op, TurnOp, TurnUnit, Unit } from "@reef/engine/port/unit";
import { cancelledByInterrupt } from "@reef/engine/turn/end";
import { holdsClaim } from "@reef/engine/turn/holds-claim";
import { assertNever } from "@reef/protocol/error";
import type { SessionId, TurnId, WorkerId } from "@reef/protocol/ids";
import type { TurnRow } from "../tables.ts";
import { answerAsk, detachAsk, holdAnswer, openAsk } from "./asks.ts";
import { deleteBlock, putBlock, putGrants } from "./blocks.ts";
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
import { keepVectors } from "./embeddings.ts";
import { appendEntry } from "./entries.ts";
import { createFile, sweepFiles } from "./files.ts";
import { deleteGateway, putGateway } from "./gateways.ts";
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
  dismissMessage,
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
import { changeSession, createSession, forkSession, readSession, unreadSession } from "./sessions.ts";
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

export function applyUnit(work: Work, unit: Unit): void {
  for (const op of unit.ops) applyOp(work, op);
}

/** What identifies a claim: the turn and the fence under which it was given. */
export interface ClaimToken {
  readonly turnId: TurnId;
  readonly fence: number;
  readonly worker: WorkerId;
}

export function claimToToken({ turn, worker }: Claim): ClaimToken {
  return { turnId: turn.id, fence: turn.fence, worker };
}

/** False, with nothing changed, when the claim is no longer the newest of its turn (TU5). */
export function applyTurnUnit(work: Work, token: ClaimToken, unit: TurnUnit): boolean {
  const turn = findTurn(work, token.turnId);
  if (turn === undefined || !holdsClaim(turn, token)) return false;
  for (const op of unit.ops) applyTurnOp(work, turn, op);
  return true;
}

/** Places in the list of claims. */
export interface BeatPlaces {
  readonly lost: readonly number[];
  readonly cancelled: readonly number[];
}

/** Which of the claims are lost, and which are asked to stop; those that are not lost hold for another lease (TU7). */
export function applyBeat(work: Work, tokens: readonly ClaimToken[]): BeatPlaces {
  const lost: number[] = [];
  const cancelled: number[] = [];
  for (const [place, token] of tokens.entries()) {
    const turn = findTurn(work, token.turnId);
    if (turn === undefined || !holdsClaim(turn, token)) {
      lost.push(place);
      continue;
    }
    turn.lease_until_ms = work.steadyMs + leaseMs;
    work.connection.run(turnStatements.renewLease, { id: turn.id, lease_until_ms: turn.lease_until_ms });
    if (turn.cancel_requested !== null) cancelled.push(place);
  }
  return { lost, cancelled };
}

function applyTurnOp(work: Work, turn: TurnRow, op: Op | TurnOp): void {
  switch (op.op) {
    case "turn.step":
      assertOpen(turn, op.op);
      addStep(work, turn, op);
      return;
    case "turn.join":
      assertOpen(turn, op.op);
      joinMessages(work, turn);
      return;
    case "turn.take":
      assertOpen(turn, op.op);
      takeNamedMessages(work, turn, op.messageIds);
      return;
    case "turn.crashed":
      noteCrash(work, turn, op);
      return;
    case "turn.remote":
      assertOpen(turn, op.op);
      noteRemote(work, turn, op);
      return;
    case "turn.recalled":
      noteRecalled(work, turn.id, op.recalled);
      return;
    case "turn.wait":
      assertOpen(turn, op.op);
      waitTurn(work, turn, op);
      return;
    case "turn.settle":
      assertOpen(turn, op.op);
      settleTurn(work, turn, op);
      return;
    default:
      applyOp(work, op);
      return;
  }
}

function applyOp(work: Work, op: Op): void {
  switch (op.op) {
    case "bot.create":
      createBot(work, op.bot);
      return;
    case "bot.change":
      changeBot(work, op.id, op.fields);
      return;
    case "bot.pause":
      pauseBot(work, op.id, op.paused);
      return;
    case "bot.delete":
      deleteBot(work, op.id);
      return;
    case "topic.create":
      createTopic(work, op.id, op.topic);
      return;
    case "topic.change":
      changeTopic(work, op.id, op.fields);
      return;
    case "topic.delete":
      deleteTopic(work, op.id);
      return;
    case "session.create":
      createSession(work, op.session, op.limits);
      return;
    case "session.change":
      changeSession(work, op.id, op.fields);
      return;
    case "session.read":
      readSession(work, op.id, op.seq);
      return;
    case "session.unread":
      unreadSession(work, op.id, op.seq);
      return;
    case "session.delete":
      deleteSession(work, op.id);
      return;
    case "session.fork":
      forkSession(work, op.from, op);
      return;
    case "message.send":
      if (sendMessage(work, op.message) && op.message.mode === "interrupt") interruptTurn(work, op.message.sessionId);
      return;
    case "message.cancel":
      cancelMessage(work, op.id, op.reason);
      return;
    case "message.cancelQueued":
      cancelQueued(work, op.sessionId, op.reason);
      return;
    case "message.move":
      moveMessage(work, op);
      return;
    case "message.retry":
      retryMessage(work, op.id);
      return;
    case "message.dismiss":
      dismissMessage(work, op.id);
      return;
    case "message.release":
      releaseMessage(work, op.id);
      return;
    case "entry.append":
      appendEntry(work, op.entry);
      return;
    case "message.refused": {
      const { op: _, ...body } = op;
      work.events.push({ type: "message.refused", ...body });
      return;
    }
    case "turn.cancel":
      cancelTurn(work, op.turnId, op);
      return;
    case "turn.paid":
      addPaid(work, op);
      return;
    case "ask.open":
      openAsk(work, op.ask);
      return;
    case "ask.answer":
      answerAsk(work, op);
      return;
    case "ask.hold":
      holdAnswer(work, op);
      return;
    case "ask.detach":
      detachAsk(work, op.id);
      return;
    case "call.keep":
      keepCall(work, op);
      return;
    case "schedule.create":
      createSchedule(work, op);
      return;
    case "schedule.change":
      changeSchedule(work, op);
      return;
    case "schedule.fire":
      fireSchedule(work, op);
      return;
    case "schedule.delete":
      deleteSchedule(work, op.id);
      return;
    case "undo.keep":
      keepUndo(work, op);
      return;
    case "undo.take":
      takeUndo(work, op.token);
      return;
    case "chain.release":
      releaseChain(work, op.chainId);
      return;
    case "chain.drop":
      stopChain(work, op.chainId, op.reason);
      return;
    case "chain.goOn":
      changeChain(work, op.chainId, ({ times_extended }) => ({ times_extended: times_extended + 1 }));
      return;
    case "chain.use":
      takeOfChain(work, op);
      return;
    case "chain.stop":
      changeChain(work, op.chainId, () => ({ stopped: 1 }));
      return;
    case "chain.extend":
      changeChain(work, op.chainId, ({ extra_hops }) => ({ extra_hops: extra_hops + op.hops }));
      return;
    case "links.put":
      putLinks(work, op.links);
      return;
    case "file.create":
      createFile(work, op);
      return;
    case "file.sweep":
      sweepFiles(work, op);
      return;
    case "gateway.put":
      putGateway(work, op);
      return;
    case "gateway.delete":
      deleteGateway(work, op.id);
      return;
    case "secret.put":
    case "secret.used":
    case "secret.delete":
    case "provider.put":
    case "provider.delete":
    case "models.put":
      applyModelOp(work, op);
      return;
    default:
      applyMemoryOp(work, op);
      return;
  }
}

function applyMemoryOp(work: Work, op: MemoryOp): void {
  switch (op.op) {
    case "memory.save":
      saveMemories(work, op.botId, op.memories);
      return;
    case "memory.change":
      changeMemory(work, op.botId, op);
      return;
    case "memory.supersede":
      supersedeMemory(work, op.botId, op);
      return;
    case "memory.archive":
      archiveMemories(work, op.botId, op);
      return;
    case "memory.restore":
      restoreMemories(work, op.botId, op.ids);
      return;
    case "memory.delete":
      deleteMemories(work, op.botId, op.ids);
      return;
    case "memory.capture":
      captureSession(work, op.sessionId);
      return;
    case "memory.embed":
      keepVectors(work, op.botId, op);
      return;
    case "block.put":
      putBlock(work, op);
      return;
    case "block.delete":
      deleteBlock(work, op);
      return;
    case "grants.put":
      putGrants(work, op.botId, op.readers);
      return;
    case "consolidation.save":
      saveConsolidation(work, op);
      return;
    case "proposal.settle":
      settleProposal(work, op);
      return;
    case "memory.reword":
      rewordMemory(work, op);
      return;
    case "memory.replace":
      replaceMemories(work, op);
      return;
    case "memory.reinstate":
      reinstateMemories(work, op);
      return;
    case "memory.policy":
      putMemoryPolicy(work, op);
      return;
    default:
      assertNever(op);
      return;
  }
}

/** In the unit that accepts the message: later, it could stop the very turn that took it (MB4). */
function interruptTurn(work: Work, sessionId: SessionId): void {
  const { turn_id: turnId } = getSession(work, sessionId);
  if (turnId !== null) cancelTurn(work, turnId, { by: cancelledByInterrupt, reason: "interrupted by a new message" });
}
