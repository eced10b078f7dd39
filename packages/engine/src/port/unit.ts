/**
 * A unit is one change of state, as plain data. Its operations are applied in order and commit together or not at all
 * (MB5). There are no callbacks inside transactions, which lets a store put many units into one fsync. The store keeps
 * the invariants (fences, receipts that only move forward, limits, dense sequence numbers) inside the transaction.
 */
import type { Ask, AskDelivery, HeldAnswer } from "@reef/protocol/ask";
import type { AuditActor } from "@reef/protocol/audit";
import type { Bot, NewBot } from "@reef/protocol/bot";
import type { OutOfBudget } from "@reef/protocol/budget";
import type { Entry } from "@reef/protocol/entry";
import type { StoredFile } from "@reef/protocol/file";
import type { GatewayRecord } from "@reef/protocol/gateway";
import type {
  AskId,
  BotId,
  ChainId,
  EntryId,
  GatewayId,
  MemoryId,
  MessageId,
  ScheduleId,
  SessionId,
  TopicId,
  TurnId,
  UndoToken,
} from "@reef/protocol/ids";
import type { Link } from "@reef/protocol/link";
import type { ArchiveReason, Memory, MemoryPatch, Recalled } from "@reef/protocol/memory";
import type { Message, MessageMove } from "@reef/protocol/message";
import type { Schedule, SchedulePatch } from "@reef/protocol/schedule";
import type { Session, SessionPatch } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import type { NewTopic, Topic } from "@reef/protocol/topic";
import type { CrashReceipt, Step, TurnWait } from "@reef/protocol/turn";
import type { ApprovalOp } from "./approvals.ts";
import type { AuditOp } from "./audit.ts";
import type { BudgetOp } from "./budget.ts";
import type { ConsolidationOp } from "./consolidation.ts";
import type { HoldOp } from "./holds.ts";
import type { McpOp } from "./mcp.ts";
import type { MemorySeed } from "./memory-seed.ts";
import type { ModelOp } from "./models.ts";
import type { SkillOp } from "./skills.ts";
import type { WorkerOp } from "./workers.ts";

/** The fields of a bot that people set, as `NewBot` takes them. */
export type BotFields = Pick<Bot, keyof NewBot>;
export type BotSeed = BotFields & Pick<Bot, "id">;

export type TopicFields = Pick<Topic, keyof NewTopic>;

export type SessionFields = Pick<Session, keyof SessionPatch | "archivedAt">;

/** Omitted fields default to `newSessionFields`; its memory then defaults to its parent's. */
export interface SessionSeed extends Pick<Session, "id" | "botId" | "title">, Partial<Omit<SessionFields, "title">> {
  readonly parentId: SessionId | null;
  /** The message that carries its task, sent in the same unit. */
  readonly taskMessageId: MessageId | null;
  /** What the result of that task must fulfil (SU4). */
  readonly contract?: Session["contract"];
  /** Throws `conflict` if another session mirrors the same session of the gateway. */
  readonly mirrors?: Session["mirrors"];
}

/** Checked inside the transaction against the parent's tree (SU2). A child counts until its result was acted on. */
export interface SpawnLimits {
  readonly maxDepth: number;
  readonly maxChildren: number;
  readonly maxTree: number;
}

export interface MessageSeed
  extends Pick<
    Message,
    | "id"
    | "sessionId"
    | "from"
    | "text"
    | "purpose"
    | "mode"
    | "chainId"
    | "hops"
    | "replyTo"
    | "notBefore"
    | "held"
    | "attachments"
  > {
  readonly idempotencyKey: string | null;
  /** Goes back in its session first (TU10). */
  readonly rewind?: Rewind;
}

export interface Rewind {
  /** The last entry that stays. */
  readonly toSeq: number;
  /** The newest entry the sender saw: throws `conflict` if there is a newer one. */
  readonly lastSeq: number;
  readonly notice: Pick<Entry, "id" | "text">;
}

export type EntrySeed = Pick<Entry, "id" | "sessionId" | "kind" | "text"> &
  Partial<
    Pick<
      Entry,
      | "turnId"
      | "from"
      | "tool"
      | "notice"
      | "partial"
      | "messageId"
      | "externalId"
      | "reasoning"
      | "opaque"
      | "attachments"
    >
  > & {
    /** When an entry taken over from elsewhere was written; the time of the unit otherwise. */
    readonly at?: IsoTime;
  };

export type AskSeed = Omit<Ask, "state" | "answer" | "held" | "delivery" | "note" | "createdAt" | "settledAt">;

/** The fields that change in place; a text never does (ME4). */
export type MemoryFields = Pick<Memory, Exclude<keyof MemoryPatch & keyof Memory, "text" | "validFrom"> | "approvedAt">;

/** Operations on what a bot knows. They may come from anywhere, and so also be part of a turn's step (MB5). */
export type MemoryOp =
  /**
   * Does not store a memory that says what an active memory of the bot already says: `Committed.known` names that one,
   * which takes the larger importance and stays pinned if either is (ME3). A memory born of a tool leaves an existing
   * one that is not as it is.
   */
  | { readonly op: "memory.save"; readonly botId: BotId; readonly memories: readonly MemorySeed[] }
  | {
      readonly op: "memory.change";
      readonly botId: BotId;
      readonly id: MemoryId;
      readonly fields: Partial<MemoryFields>;
    }
  /**
   * `by` replaces `id`, which ends where `by` begins and keeps its text (ME4). If another active memory says what `by`
   * says, that one replaces it. Throws `conflict` if `id` is superseded or archived.
   */
  | { readonly op: "memory.supersede"; readonly botId: BotId; readonly id: MemoryId; readonly by: MemorySeed }
  /** Archives the memories; skips another bot's and those archived already. A suggestion stops being one. */
  | {
      readonly op: "memory.archive";
      readonly botId: BotId;
      readonly ids: readonly MemoryId[];
      readonly reason: ArchiveReason;
    }
  /** Restores the memories, except where another active memory now says the same. */
  | { readonly op: "memory.restore"; readonly botId: BotId; readonly ids: readonly MemoryId[] }
  /** Deletes the memories with the notes of their recalls (ME6). A deleted line is not captured again. */
  | { readonly op: "memory.delete"; readonly botId: BotId; readonly ids: readonly MemoryId[] }
  /**
   * Makes the session's new person, bot and session entries searchable as lines (ME2), without an event. Does nothing
   * if the session's memory is off.
   */
  | { readonly op: "memory.capture"; readonly sessionId: SessionId }
  /**
   * Stores vectors of the bot's memories, replacing existing ones, without an event and without a new version. Skips
   * memories that are archived, deleted or another bot's. A vector is deleted when its memory is archived or deleted.
   */
  | {
      readonly op: "memory.embed";
      readonly botId: BotId;
      /** If the model differs from before, `through` starts over. */
      readonly model: string;
      /** In the format of `vectorToText`. */
      readonly vectors: readonly { readonly id: MemoryId; readonly vector: string }[];
      /** Every memory up to this version has its vector, or cannot have one. Never moves back. */
      readonly through: number;
    }
  /**
   * Throws `conflict` if `ifVersion` is given and is not the current version (0 for none). Earlier versions are kept.
   */
  | {
      readonly op: "block.put";
      readonly botId: BotId;
      readonly label: string;
      readonly text: string;
      readonly maxChars: number;
      readonly ifVersion: number | null;
    }
  /** Deletes the block with its history. Does nothing if there is no such block. */
  | { readonly op: "block.delete"; readonly botId: BotId; readonly label: string }
  /** Exactly these bots may read the memory of `botId` from now on (ME1). */
  | { readonly op: "grants.put"; readonly botId: BotId; readonly readers: readonly BotId[] }
  | ConsolidationOp;

export type ScheduleFields = Pick<Schedule, keyof SchedulePatch | "by" | "nextAt">;
export type ScheduleSeed = ScheduleFields & Pick<Schedule, "id" | "sessionId" | "botId">;

/** What is counted over a chain at use: sessions spawned, questions open, schedules planned. */
export type ChainUse = "spawns" | "openQuestions" | "planned";

/** Operations that may come from anywhere. */
export type Op =
  | { readonly op: "bot.create"; readonly bot: BotSeed }
  | { readonly op: "bot.change"; readonly id: BotId; readonly fields: Partial<BotFields> }
  /** A paused bot's messages wait; a running turn goes on. */
  | { readonly op: "bot.pause"; readonly id: BotId; readonly paused: boolean }
  /**
   * Deletes the bot with its sessions, each as `session.delete` does. Throws `conflict` while one of their turns is
   * running.
   */
  | { readonly op: "bot.delete"; readonly id: BotId }
  | { readonly op: "topic.create"; readonly id: TopicId; readonly topic: TopicFields }
  | { readonly op: "topic.change"; readonly id: TopicId; readonly fields: Partial<TopicFields> }
  /** Its sessions stay, without a topic. */
  | { readonly op: "topic.delete"; readonly id: TopicId }
  | { readonly op: "session.create"; readonly session: SessionSeed; readonly limits?: SpawnLimits }
  | { readonly op: "session.change"; readonly id: SessionId; readonly fields: Partial<SessionFields> }
  /** Restores the session if it is archived. */
  | { readonly op: "session.reopen"; readonly id: SessionId }
  /** Marks everything up to `seq` as read. Never moves back. */
  | { readonly op: "session.read"; readonly id: SessionId; readonly seq: number }
  /** Marks everything after `seq` as unread. Never moves forward. */
  | { readonly op: "session.unread"; readonly id: SessionId; readonly seq: number }
  /**
   * Deletes the session with its asks, waiting turn, messages and entries, and the files that nothing else names. The
   * sessions it spawned stay, each as the root of its own tree. Throws `conflict` while its turn is running.
   */
  | { readonly op: "session.delete"; readonly id: SessionId }
  /** Copies the entries 1…`throughSeq` of `from` into the session `to`, which was created in the same unit. */
  | { readonly op: "session.fork"; readonly from: SessionId; readonly to: SessionId; readonly throughSeq: number }
  /**
   * Does nothing for the same key and body again (MB2); throws `idempotency_mismatch` for another body, and
   * `invalid_request` if an attached file does not exist (MB11). With `replyTo`, this message answers that one. A
   * message of mode `interrupt` also asks the session's open turn to be cancelled, as `turn.cancel` with `by:
   * "interrupt"` does; a repeated one does not.
   * With `rewind`, everything after `toSeq` is replaced: a notice says so, the lines of memory made of it are deleted,
   * and its dead messages are dismissed. Throws `conflict` while a turn is open or messages wait, and unless `toSeq`
   * still counts (TU10).
   */
  | { readonly op: "message.send"; readonly message: MessageSeed }
  /** Throws `conflict` unless the message is queued. */
  | { readonly op: "message.cancel"; readonly id: MessageId; readonly reason: string }
  /** Cancels every queued message of the session. */
  | { readonly op: "message.cancelQueued"; readonly sessionId: SessionId; readonly reason: string }
  /**
   * Moves a queued message next to another of the same session; the messages between them move up. Throws `conflict`
   * unless both are queued in one session. Does nothing if it is already there.
   */
  | { readonly op: "message.move"; readonly id: MessageId; readonly to: MessageMove }
  /**
   * A person puts a dead message back into the queue. Throws `conflict` unless it is dead, and if its entry was
   * replaced (TU10).
   */
  | { readonly op: "message.retry"; readonly id: MessageId }
  | { readonly op: "message.dismiss"; readonly id: MessageId }
  | { readonly op: "message.release"; readonly id: MessageId }
  /**
   * Does nothing if the session already has an entry with this `externalId`. Throws `invalid_request` if an attached
   * file does not exist.
   */
  | { readonly op: "entry.append"; readonly entry: EntrySeed }
  | {
      readonly op: "message.refused";
      readonly fromSessionId: SessionId;
      /** Null if the bot has no session yet. */
      readonly toSessionId: SessionId | null;
      readonly toBotId: BotId;
      readonly chainId: ChainId;
      readonly reason: string;
      readonly entryId: EntryId;
    }
  /**
   * Asks a turn to end. A running turn's worker learns of it by the event's `cancelRequested` and by beat. A waiting
   * turn is settled as cancelled immediately, with a notice in the transcript (`interrupted` if `by` is "interrupt",
   * else `cancelled`); its messages are acted if `by` is "interrupt", else cancelled. Does nothing if the turn has
   * ended.
   */
  | { readonly op: "turn.cancel"; readonly turnId: TurnId; readonly by: string; readonly reason: string }
  /**
   * Records the cost of a model call that arrives after the turn stopped, as a step `retry`, whatever the turn's state
   * (PR3).
   */
  | {
      readonly op: "turn.paid";
      readonly turnId: TurnId;
      readonly paid: Pick<StepSeed, "inputTokens" | "outputTokens" | "costUsd" | "model">;
    }
  /**
   * Does nothing for a chain's ask that holds no message and is open already, since turns of one chain may reach its
   * bound at the same time (BO1), and for an ask of a gateway that is known already (AS3).
   */
  | { readonly op: "ask.open"; readonly ask: AskSeed }
  /**
   * Throws `conflict` unless the ask is open (AS1). Makes a turn that waits for it ready; for a question without a
   * turn, sends `elsewhere` instead. The answer to an ask of a gateway has still to be carried there (AS3).
   */
  | {
      readonly op: "ask.answer";
      readonly id: AskId;
      readonly answer: string;
      readonly elsewhere?: MessageSeed;
      /** When the held answer takes effect. Throws `conflict` if that answer is no longer held. */
      readonly heldUntil?: IsoTime;
    }
  /**
   * Keeps an answer that takes effect later, replacing an earlier one. Null takes it back, and throws `conflict` if
   * none is held.
   */
  | { readonly op: "ask.hold"; readonly id: AskId; readonly held: HeldAnswer | null }
  /** Settles an ask as its gateway did (AS3). Does nothing unless it is open. */
  | {
      readonly op: "ask.settle";
      readonly id: AskId;
      /** Null withdraws it. */
      readonly answer: string | null;
      readonly note: string;
    }
  /** Records what became of an answer at its gateway (AS3). Does nothing unless it has still to be carried. */
  | {
      readonly op: "ask.deliver";
      readonly id: AskId;
      readonly delivery: Exclude<AskDelivery, "waiting">;
      readonly note: string | null;
    }
  /**
   * Detaches the question from its turn, so that it outlives the call that asked it. Throws `conflict` unless it is
   * open.
   */
  | { readonly op: "ask.detach"; readonly id: AskId }
  /**
   * Keeps the result of a call that a bot made from outside the loop. Throws `conflict` if there is one, so that
   * nothing is done twice.
   */
  | {
      readonly op: "call.keep";
      readonly sessionId: SessionId;
      readonly callId: string;
      readonly text: string;
      readonly isError: boolean;
    }
  /**
   * With `chainId`, the schedule counts as planned by that chain, and what it sends belongs to that chain's bound
   * (BO1).
   */
  | { readonly op: "schedule.create"; readonly schedule: ScheduleSeed; readonly chainId?: ChainId }
  /** Omitted fields stay: a new name beside a `schedule.fire` does not reset a time. */
  | { readonly op: "schedule.change"; readonly id: ScheduleId; readonly fields: Partial<ScheduleFields> }
  | { readonly op: "schedule.delete"; readonly id: ScheduleId }
  /**
   * Sends the due message and moves the schedule on, in one unit (SC1). Throws `conflict` if its next time is no longer
   * `dueAt`, since someone else sent it or changed the schedule. Sends nothing, and counts the time as skipped, while
   * the message before still waits or if there is no message (SC2). An active schedule without a next time is done.
   */
  | {
      readonly op: "schedule.fire";
      readonly id: ScheduleId;
      readonly dueAt: IsoTime | null;
      readonly nextAt: IsoTime | null;
      /** Due times that passed before the one of this message. */
      readonly missed: number;
      readonly message: MessageSeed | null;
    }
  /** Delivers every held message of the chain to its mailbox; `chain.drop` cancels them instead. */
  | { readonly op: "chain.release"; readonly chainId: ChainId }
  | { readonly op: "chain.drop"; readonly chainId: ChainId; readonly reason: string }
  | { readonly op: "chain.extend"; readonly chainId: ChainId; readonly hops: number }
  /** Allows the chain its bounds once more (BO1). */
  | { readonly op: "chain.goOn"; readonly chainId: ChainId }
  /**
   * Throws `limit_exceeded`, with the field `chain`, if the chain has used up this bound. Decided in the transaction,
   * since its sessions may ask at the same time (BO1). Must precede the operation that uses it.
   */
  | { readonly op: "chain.use"; readonly chainId: ChainId; readonly of: ChainUse; readonly max: number }
  /** Marks everything that still runs of the chain to end (BO1). */
  | { readonly op: "chain.stop"; readonly chainId: ChainId }
  | { readonly op: "links.put"; readonly links: readonly Link[] }
  /** Keeps the operations that undo the rest of the unit, until `expiresAt`. */
  | {
      readonly op: "undo.keep";
      readonly token: UndoToken;
      readonly ops: readonly Op[];
      readonly expiresAt: IsoTime;
    }
  /** Uses up the undo. Throws `not_found` if it does not exist, so that nothing is undone twice. */
  | { readonly op: "undo.take"; readonly token: UndoToken }
  /** Creates the row of a file whose bytes are already kept. */
  | { readonly op: "file.create"; readonly file: Omit<StoredFile, "createdAt"> }
  /** Forgets files created before this time that no message and no entry names. */
  | { readonly op: "file.sweep"; readonly before: IsoTime }
  /**
   * Creates or replaces the gateway. A token that is a secret follows the rule for providers: throws `conflict` if it
   * belongs to another origin (SE8).
   */
  | { readonly op: "gateway.put"; readonly gateway: Omit<GatewayRecord, "createdAt" | "updatedAt"> }
  | { readonly op: "gateway.delete"; readonly id: GatewayId }
  | ApprovalOp
  | AuditOp
  | HoldOp
  | ModelOp
  | McpOp
  | BudgetOp
  | SkillOp
  | WorkerOp
  | MemoryOp;

/** What a runtime reports of a model call beside its tokens. Omitted facts are unknown. */
export type CallFacts = {
  readonly [Name in "model" | "cachedTokens" | "firstTokenMs" | "windowTokens" | "contextTokens" | "compactsAt"]?:
    | NonNullable<Step[Name]>
    | undefined;
};

/** A model call without a cost is one whose price is not known. */
export type StepSeed = Omit<Step, "turnId" | "n" | "at" | "costUsd" | keyof CallFacts> & {
  readonly costUsd?: number | undefined;
} & CallFacts;

/** Operations of a turn, allowed only under its fence. */
export type TurnOp =
  /** Counts as progress, unless it is a `retry`: resets the turn's `attempts` to 0. */
  | { readonly op: "turn.step"; readonly step: StepSeed }
  /**
   * Takes the queued steer and interrupt messages, and every message accepted before the last of them (MB3, MB4);
   * appends their entries. Does nothing if none are queued.
   */
  | { readonly op: "turn.join" }
  /** Takes exactly these messages if they are queued in this session; appends their entries. */
  | { readonly op: "turn.take"; readonly messageIds: readonly MessageId[] }
  | { readonly op: "turn.crashed"; readonly receipt: CrashReceipt }
  /** Stores what the runtime must know of a run elsewhere if this worker dies, replacing the earlier note. */
  | {
      readonly op: "turn.remote";
      readonly remote: Readonly<Record<string, unknown>>;
      /** Resets the turn's `attempts` to 0, as a step does (TU4). */
      readonly isProgress?: boolean;
    }
  /** Stores what the turn was given of its bot's memory, replacing the earlier note (ME8). */
  | { readonly op: "turn.recalled"; readonly recalled: readonly Recalled[] }
  /**
   * Gives the lane back. The turn is ready when every wait is settled, or at `readyAt`; immediately if they already
   * are, or if a cancel was asked for. `failed` counts as an attempt (MB7). Throws `conflict` if a session that is
   * waited for itself waits for this one, through any chain; the error's fields name the call.
   */
  | {
      readonly op: "turn.wait";
      readonly waits: readonly TurnWait[];
      readonly readyAt: IsoTime | null;
      readonly failed?: string;
      /** The used-up budget that it waits for, shown until it goes on (BU3). */
      readonly outOfBudget?: OutOfBudget;
    }
  /**
   * Ends the turn, and cancels its open asks and waits. `messages` says what becomes of those it took: acted (and
   * answered by `answeredBy`, if given and they have no reply of their own; a task is answered by its result alone),
   * dead or cancelled with `error` as the reason.
   */
  | {
      readonly op: "turn.settle";
      readonly state: "done" | "failed" | "cancelled";
      readonly messages: "acted" | "dead" | "cancelled";
      readonly answeredBy: EntryId | null;
      readonly error: string | null;
    };

export interface Unit {
  /** The time of the change, carried by every row and event of the unit. */
  readonly at: IsoTime;
  readonly ops: readonly Op[];
  /** Who wants it, for the audit (AU1); Reef itself if left out. The bot of a turn stands for the turn's units. */
  readonly by?: AuditActor;
}

export interface TurnUnit {
  readonly at: IsoTime;
  readonly ops: readonly (Op | TurnOp)[];
}
