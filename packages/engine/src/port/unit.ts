/**
 * A unit: one change of state, as plain data. Its operations are applied in order and commit together or not at all
 * (MB5). No callbacks inside transactions: that is what lets a store put many units into one fsync. The invariants
 * (fences, receipts that only move forward, limits, dense sequence numbers) are kept by the store, inside the transaction.
 */
import type { Ask, HeldAnswer } from "@reef/protocol/ask";
import type { Bot, NewBot } from "@reef/protocol/bot";
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
import type { ConsolidationOp } from "./consolidation.ts";
import type { MemorySeed } from "./memory-seed.ts";
import type { ModelOp } from "./models.ts";

/** What people set of a bot: what `NewBot` takes. */
export type BotFields = Pick<Bot, keyof NewBot>;
export type BotSeed = BotFields & Pick<Bot, "id">;

export type TopicFields = Pick<Topic, keyof NewTopic>;

export type SessionFields = Pick<Session, keyof SessionPatch | "archivedAt">;

/** What is left out of its fields is as `newSessionFields` has it; its memory is as its parent's then. */
export interface SessionSeed extends Pick<Session, "id" | "botId" | "title">, Partial<Omit<SessionFields, "title">> {
  readonly parentId: SessionId | null;
  /** The message that carries its task, sent in the same unit. */
  readonly taskMessageId: MessageId | null;
  /** Each session of a gateway is shown by one session: `conflict` else. */
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
  /** The newest entry, as the sender saw it: `conflict` when it is another by now. */
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
    /** When it came to be, for one that is taken over from elsewhere; else the time of the unit. */
    readonly at?: IsoTime;
  };

export type AskSeed = Omit<Ask, "state" | "answer" | "createdAt" | "settledAt">;

/** What changes in place; a text never does (ME4). */
export type MemoryFields = Pick<Memory, Exclude<keyof MemoryPatch & keyof Memory, "text" | "validFrom"> | "approvedAt">;

/** Operations on what a bot knows; from anywhere, and so in the unit of a turn's step (MB5). */
export type MemoryOp =
  /**
   * One that says what an active memory of the bot says already is not stored again: `Committed.known` names the one that is
   * there, which takes the larger importance and stays pinned when either is (ME3). Not when it is born of a tool and the one
   * there is not: that one stays as it is.
   */
  | { readonly op: "memory.save"; readonly botId: BotId; readonly memories: readonly MemorySeed[] }
  | {
      readonly op: "memory.change";
      readonly botId: BotId;
      readonly id: MemoryId;
      readonly fields: Partial<MemoryFields>;
    }
  /**
   * `by` takes the place of `id`, which ends where `by` begins and keeps its text (ME4). When `by` says what another active
   * memory says, that one takes the place. `conflict` when `id` is superseded or put away.
   */
  | { readonly op: "memory.supersede"; readonly botId: BotId; readonly id: MemoryId; readonly by: MemorySeed }
  /** Puts them away; those of another bot, and those that are away already, are left alone. A suggestion is one no more. */
  | {
      readonly op: "memory.archive";
      readonly botId: BotId;
      readonly ids: readonly MemoryId[];
      readonly reason: ArchiveReason;
    }
  /** Takes them back; one whose words are said by another memory by now stays away. */
  | { readonly op: "memory.restore"; readonly botId: BotId; readonly ids: readonly MemoryId[] }
  /** Deletes them with what was noted of their recalls (ME6). A line that was deleted is not captured again. */
  | { readonly op: "memory.delete"; readonly botId: BotId; readonly ids: readonly MemoryId[] }
  /** Makes the session's new person, bot and session entries searchable as lines (ME2), without an event. Nothing while its memory is off. */
  | { readonly op: "memory.capture"; readonly sessionId: SessionId }
  /**
   * Keeps vectors of memories of the bot, in place of those that are there, without an event and without a new version. One that
   * is put away or gone by now, or another bot's, gets none. A vector goes with its memory when that is put away or deleted.
   */
  | {
      readonly op: "memory.embed";
      readonly botId: BotId;
      /** Of another model than before: `through` begins anew. */
      readonly model: string;
      /** As `vectorToText` gives them. */
      readonly vectors: readonly { readonly id: MemoryId; readonly vector: string }[];
      /** Every memory up to this version has its vector, or can have none. Never moves back. */
      readonly through: number;
    }
  /** `conflict` when `ifVersion` is given and is not the version that is there (0 for none). Earlier versions are kept. */
  | {
      readonly op: "block.put";
      readonly botId: BotId;
      readonly label: string;
      readonly text: string;
      readonly maxChars: number;
      readonly ifVersion: number | null;
    }
  /** With its history. Nothing when it is not there. */
  | { readonly op: "block.delete"; readonly botId: BotId; readonly label: string }
  /** Exactly these bots may read the memory of `botId` from now on (ME1). */
  | { readonly op: "grants.put"; readonly botId: BotId; readonly readers: readonly BotId[] }
  | ConsolidationOp;

export type ScheduleFields = Pick<Schedule, keyof SchedulePatch | "by" | "nextAt">;
export type ScheduleSeed = ScheduleFields & Pick<Schedule, "id" | "sessionId" | "botId">;

/** What is counted over a chain when it is used: sessions spawned, questions that are open, schedules planned. */
export type ChainUse = "spawns" | "openQuestions" | "planned";

/** Operations that may come from anywhere. */
export type Op =
  | { readonly op: "bot.create"; readonly bot: BotSeed }
  | { readonly op: "bot.change"; readonly id: BotId; readonly fields: Partial<BotFields> }
  /** A paused bot's messages wait; a turn that runs goes on. */
  | { readonly op: "bot.pause"; readonly id: BotId; readonly paused: boolean }
  /** Deletes the bot with its sessions, each as `session.delete` does. `conflict` while one of their turns is running. */
  | { readonly op: "bot.delete"; readonly id: BotId }
  | { readonly op: "topic.create"; readonly id: TopicId; readonly topic: TopicFields }
  | { readonly op: "topic.change"; readonly id: TopicId; readonly fields: Partial<TopicFields> }
  /** Its sessions stay, without a topic. */
  | { readonly op: "topic.delete"; readonly id: TopicId }
  | { readonly op: "session.create"; readonly session: SessionSeed; readonly limits?: SpawnLimits }
  | { readonly op: "session.change"; readonly id: SessionId; readonly fields: Partial<SessionFields> }
  /** Everything up to `seq` is read. Never moves back. */
  | { readonly op: "session.read"; readonly id: SessionId; readonly seq: number }
  /** What comes after `seq` is unread again. Never moves forward. */
  | { readonly op: "session.unread"; readonly id: SessionId; readonly seq: number }
  /**
   * Deletes the session with its asks, waiting turn, messages and entries, and the files that nothing else names. The sessions it
   * spawned stay, each as the root of its own tree. `conflict` while its turn is running.
   */
  | { readonly op: "session.delete"; readonly id: SessionId }
  /** Copies the entries 1…`throughSeq` of `from` into the session `to`, which was created in the same unit. */
  | { readonly op: "session.fork"; readonly from: SessionId; readonly to: SessionId; readonly throughSeq: number }
  /**
   * The same key and body again changes nothing (MB2); another body throws `idempotency_mismatch`. `invalid_request` when a file
   * that comes with it is not there (MB11). With `replyTo`, that
   * message is answered by this one. A message of mode `interrupt` also asks the session's open turn to be cancelled, as
   * `turn.cancel` with `by: "interrupt"` does; a repeated one does not.
   * With `rewind`, what came after `toSeq` is replaced: a notice says so, the lines of memory made of it are deleted, and its dead
   * messages are dismissed. `conflict` while a turn is open or messages wait, and unless `toSeq` still counts (TU10).
   */
  | { readonly op: "message.send"; readonly message: MessageSeed }
  /** Only while it is queued, else `conflict`. */
  | { readonly op: "message.cancel"; readonly id: MessageId; readonly reason: string }
  /** Every queued message of the session. */
  | { readonly op: "message.cancelQueued"; readonly sessionId: SessionId; readonly reason: string }
  /**
   * Moves a queued message next to another of the same session; what lies between moves up. `conflict` unless both are queued
   * in one session. Nothing when it stands there already.
   */
  | { readonly op: "message.move"; readonly id: MessageId; readonly to: MessageMove }
  /** Dead to queued again, by a person; else `conflict`, as when its entry was replaced (TU10). */
  | { readonly op: "message.retry"; readonly id: MessageId }
  | { readonly op: "message.dismiss"; readonly id: MessageId }
  | { readonly op: "message.release"; readonly id: MessageId }
  /** One with an `externalId` that its session has already changes nothing. `invalid_request` when a file that comes with it is not there. */
  | { readonly op: "entry.append"; readonly entry: EntrySeed }
  | {
      readonly op: "message.refused";
      readonly fromSessionId: SessionId;
      /** Null when the bot has no session yet. */
      readonly toSessionId: SessionId | null;
      readonly toBotId: BotId;
      readonly chainId: ChainId;
      readonly reason: string;
      readonly entryId: EntryId;
    }
  /**
   * A running turn's worker is told by the event's `cancelRequested` and by beat. A waiting turn is settled as cancelled at once,
   * with a notice in the transcript (`interrupted` when `by` is "interrupt", else `cancelled`): its messages are acted when `by` is
   * "interrupt", else cancelled. Nothing happens when the turn has ended.
   */
  | { readonly op: "turn.cancel"; readonly turnId: TurnId; readonly by: string; readonly reason: string }
  /** What a model call of it cost that was told when the turn had stopped: a step `retry`, whatever state the turn is in (PR3). */
  | {
      readonly op: "turn.paid";
      readonly turnId: TurnId;
      readonly paid: Pick<StepSeed, "inputTokens" | "outputTokens" | "costUsd" | "model">;
    }
  /** A chain's ask that holds no message and is there already changes nothing: turns of one chain may meet its bound at once (BO1). */
  | { readonly op: "ask.open"; readonly ask: AskSeed }
  /**
   * `conflict` when it is not open (AS1). Makes a turn that waits for it ready; a question that belongs to no turn sends
   * `elsewhere` in place of that.
   */
  | {
      readonly op: "ask.answer";
      readonly id: AskId;
      readonly answer: string;
      readonly elsewhere?: MessageSeed;
      /** It was held until then: `conflict` when it is no longer, or another answer is. */
      readonly heldUntil?: IsoTime;
    }
  /** Keeps an answer that takes effect later, in place of one that was kept before; null takes it back, `conflict` when there is none. */
  | { readonly op: "ask.hold"; readonly id: AskId; readonly held: HeldAnswer | null }
  /** The question belongs to no turn from now on: it outlives the one that asked it. `conflict` when it is not open. */
  | { readonly op: "ask.detach"; readonly id: AskId }
  /** Keeps the result of a call that a bot made from outside the loop; `conflict` when there is one: nothing is done twice. */
  | {
      readonly op: "call.keep";
      readonly sessionId: SessionId;
      readonly callId: string;
      readonly text: string;
      readonly isError: boolean;
    }
  /** With `chainId`, it counts among what that chain planned, and what it sends belongs to that chain's bound (BO1). */
  | { readonly op: "schedule.create"; readonly schedule: ScheduleSeed; readonly chainId?: ChainId }
  /** What is left out stays: a change of its name beside a `schedule.fire` takes no time back. */
  | { readonly op: "schedule.change"; readonly id: ScheduleId; readonly fields: Partial<ScheduleFields> }
  | { readonly op: "schedule.delete"; readonly id: ScheduleId }
  /**
   * Sends what is due and moves the schedule on, in one unit (SC1). `conflict` when its next time is not `dueAt` any more: somebody
   * else sent it, or it was changed. Nothing is sent while the message before still waits, or without a message to send: the
   * time counts as skipped (SC2). Without a next time an active schedule is done.
   */
  | {
      readonly op: "schedule.fire";
      readonly id: ScheduleId;
      readonly dueAt: IsoTime | null;
      readonly nextAt: IsoTime | null;
      /** Due times that passed before the one the message is for. */
      readonly missed: number;
      readonly message: MessageSeed | null;
    }
  /** Every message of the chain that is held enters its mailbox; it is cancelled instead. */
  | { readonly op: "chain.release"; readonly chainId: ChainId }
  | { readonly op: "chain.drop"; readonly chainId: ChainId; readonly reason: string }
  | { readonly op: "chain.extend"; readonly chainId: ChainId; readonly hops: number }
  /** What the chain may cause is allowed once more (BO1). */
  | { readonly op: "chain.goOn"; readonly chainId: ChainId }
  /**
   * `limit_exceeded`, with the field `chain`, when the chain has used so much of it already: decided where it is written, for its
   * sessions may ask in the same moment (BO1). Stands before what uses it.
   */
  | { readonly op: "chain.use"; readonly chainId: ChainId; readonly of: ChainUse; readonly max: number }
  /** Whatever still runs of the chain is to end (BO1). */
  | { readonly op: "chain.stop"; readonly chainId: ChainId }
  | { readonly op: "links.put"; readonly links: readonly Link[] }
  /** Keeps what takes the rest of the unit back, until then. */
  | {
      readonly op: "undo.keep";
      readonly token: UndoToken;
      readonly ops: readonly Op[];
      readonly expiresAt: IsoTime;
    }
  /** Uses it up: `not_found` when it is not there, so that nothing is taken back twice. */
  | { readonly op: "undo.take"; readonly token: UndoToken }
  /** A file whose bytes are kept by now. */
  | { readonly op: "file.create"; readonly file: Omit<StoredFile, "createdAt"> }
  /** Forgets the files made before this time that no message and no entry names. */
  | { readonly op: "file.sweep"; readonly before: IsoTime }
  /** Makes it or replaces it. */
  /** With a token that is a secret, the same holds of it as for a provider: `conflict` when it belongs to another origin (SE8). */
  | { readonly op: "gateway.put"; readonly gateway: Omit<GatewayRecord, "createdAt" | "updatedAt"> }
  | { readonly op: "gateway.delete"; readonly id: GatewayId }
  | ModelOp
  | MemoryOp;

/** What a runtime tells of a model call beside its tokens; what it leaves out is not known. */
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
  /** Progress, unless it is a `retry`: sets the turn's `attempts` back to 0. */
  | { readonly op: "turn.step"; readonly step: StepSeed }
  /** Takes the queued steer and interrupt messages, and every message accepted before the last of them (MB3, MB4); appends their entries. Nothing when there are none. */
  | { readonly op: "turn.join" }
  /** Takes exactly these messages if they are queued in this session; appends their entries. */
  | { readonly op: "turn.take"; readonly messageIds: readonly MessageId[] }
  | { readonly op: "turn.crashed"; readonly receipt: CrashReceipt }
  /** Notes what its runtime has to know of a run elsewhere, should this worker die; what was noted before is replaced. */
  | {
      readonly op: "turn.remote";
      readonly remote: Readonly<Record<string, unknown>>;
      /** Sets the turn's `attempts` back to 0, as a step does (TU4). */
      readonly isProgress?: boolean;
    }
  /** Notes what the turn was given of its bot's memory; what was noted before is replaced (ME8). */
  | { readonly op: "turn.recalled"; readonly recalled: readonly Recalled[] }
  /**
   * Gives the lane back. The turn is ready when every wait is settled, or at `readyAt`; at once when they already are, or when a
   * cancel was asked for meanwhile. `failed` counts as an attempt (MB7). `conflict` when a session that is waited for itself
   * waits for this one, through whatever chain; the error's fields name the call.
   */
  | {
      readonly op: "turn.wait";
      readonly waits: readonly TurnWait[];
      readonly readyAt: IsoTime | null;
      readonly failed?: string;
    }
  /**
   * Ends the turn; open asks and waits of the turn are cancelled. `messages` says what becomes of those it took: acted (and
   * answered by `answeredBy`, when that is given and they have no reply of their own; a task is answered by its result alone), dead or cancelled with `error` as the reason.
   */
  | {
      readonly op: "turn.settle";
      readonly state: "done" | "failed" | "cancelled";
      readonly messages: "acted" | "dead" | "cancelled";
      readonly answeredBy: EntryId | null;
      readonly error: string | null;
    };

export interface Unit {
  /** Time of the change: every row and event of the unit carries it. */
  readonly at: IsoTime;
  readonly ops: readonly Op[];
}

export interface TurnUnit {
  readonly at: IsoTime;
  readonly ops: readonly (Op | TurnOp)[];
}
