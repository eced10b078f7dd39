/**
 * What executes a turn. The engine owns the loop: it calls `run` for the next step with the transcript as it stands,
 * commits what comes out, runs the tools the answer asked for, and calls again until an answer asks for nothing.
 */
import type { Bot, RuntimeName } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { FileId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { Turn } from "@reef/protocol/turn";
import type { CallFacts } from "./unit.ts";

/** A tool as a model sees it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface ToolCallRequest {
  readonly callId: string;
  readonly name: string;
  /** As the model gave it: not yet checked against the tool's schema. */
  readonly input: unknown;
  /** What the provider put beside the call: it is kept with it and goes back as it came (PR1). */
  readonly opaque?: unknown;
  /** Why the call must not be run, in words for the model, such as that its answer was cut in the middle of it. It is the call's result. */
  readonly refusal?: string;
}

/** Bytes of a file that came with an entry; null when it is gone. */
export type ReadFile = (id: FileId) => Promise<Uint8Array | null>;

export interface TurnContext {
  readonly turn: Turn;
  readonly bot: Bot;
  readonly session: Session;
  /** Those the turn took, in order. */
  readonly messages: readonly Message[];
  /** The system prompt: role, instructions, standing rules. */
  readonly instructions: string;
  /** The transcript window, ascending, from the newest compaction on. Every tool call in it has its result. */
  readonly entries: readonly Entry[];
  /**
   * What was recalled of the bot's memory for the newest message: quoted data, to be put before that message. It belongs
   * to this call only and is not part of the transcript.
   */
  readonly recalled: string | null;
  readonly tools: readonly ToolSpec[];
  /** For pictures in the window; without it, files are only named. */
  readonly readFile?: ReadFile;
  /** Aborts on cancel, interrupt, loss of the claim and shutdown. */
  readonly signal: AbortSignal;
}

/** What one model call took. */
export interface CallCost {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; left out when nobody knows its price. */
  readonly costUsd?: number;
  /** What is known of the call beside its tokens. */
  readonly facts?: CallFacts;
}

export type RuntimeStep =
  /** Live text of the coming answer; shown, not stored. */
  | { readonly type: "delta"; readonly text: string }
  /**
   * The model was asked and has said nothing yet, or reasons; shown, not stored. `reason`: why it waits longer than usual,
   * in words for people, such as that the model does not answer.
   */
  | { readonly type: "phase"; readonly phase: "waiting" | "thinking"; readonly reason?: string }
  /**
   * A model call that gave no answer and was paid all the same: counted, and no progress (PR3, TU4). A call that is stopped
   * by the signal may tell such calls as its last steps: the turn does not wait for them, and they are counted when they come.
   */
  | ({ readonly type: "paid" } & CallCost)
  /** The live text so far is void: the call is tried again. */
  | { readonly type: "retry"; readonly reason: string }
  /** To be known should this worker die: committed as `turn.remote` before the runtime is asked for more. Record, then send. */
  | {
      readonly type: "note";
      readonly remote: Readonly<Record<string, unknown>>;
      /** The run elsewhere was found as it should be: that the worker before died was not this turn's doing (TU4). */
      readonly isProgress?: boolean;
      /** Model calls that the run elsewhere has made since the last note: counted in the same commit, so each once (PR3). */
      readonly modelCalls?: readonly CallCost[];
    }
  /** A call that the runtime ran by itself, with its result. One that the turn has already is left out. */
  | {
      readonly type: "tool";
      readonly callId: string;
      readonly name: string;
      readonly input: unknown;
      readonly text: string;
      readonly isError: boolean;
      readonly durationMs: number;
    }
  /** Words said before such a call: committed as an entry of the bot, and the live text starts anew. */
  | { readonly type: "said"; readonly text: string; readonly externalId?: string }
  /** Something people should read of the run, such as that it was sent again. `model`: of the model, such as that it takes no tools. */
  | { readonly type: "notice"; readonly text: string; readonly about?: "run" | "model" }
  /** One whole model answer. The last step of a call of `run`. */
  | {
      readonly type: "answer";
      readonly text: string;
      readonly calls: readonly ToolCallRequest[];
      readonly inputTokens: number;
      readonly outputTokens: number;
      /** In US dollars; left out when nobody knows its price. */
      readonly costUsd?: number;
      /** False when no model gave it, such as a gateway's own answer to a command: no call is counted. */
      readonly isByModel?: boolean;
      /** Its id where it was made, when that was elsewhere: it is not taken over a second time. */
      readonly externalId?: string;
      /** What the model thought before: kept beside the text, never a part of it. */
      readonly reasoning?: string;
      /** What the provider wants back with this answer: kept with its entry (PR1). */
      readonly opaque?: unknown;
      /** What is known of the call beside its tokens. */
      readonly facts?: CallFacts;
    }
  /** The window was too long: `text` stands for the entries up to `throughSeq` from now on. The engine commits it as an entry and calls `run` again. */
  | {
      readonly type: "compaction";
      readonly text: string;
      readonly throughSeq: number;
      readonly tokensBefore: number;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly costUsd?: number;
    };

/** Work beside turns, such as summing up: one text, one answer, no tools and no transcript. */
export interface CompletionRequest {
  /** Whose model is asked. */
  readonly bot: Bot;
  readonly instructions: string;
  readonly text: string;
  readonly signal: AbortSignal;
}

export interface Completion {
  readonly text: string;
  /** The model that answered, as people know it. */
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; left out when nobody knows its price. */
  readonly costUsd?: number;
}

export interface Runtime {
  readonly name: RuntimeName;
  /**
   * Steps until the next answer or compaction. Throws `RuntimeFailure` when it cannot give one; after an abort it may
   * end or throw anything. One call at a time per turn; many turns at once.
   */
  run(context: TurnContext): AsyncIterable<RuntimeStep>;
  /**
   * The answer of the bot's model. Throws `RuntimeFailure` when there is none to be had, and after an abort anything. A
   * runtime without a model of its own has no such verb.
   */
  readonly complete?: ((request: CompletionRequest) => Promise<Completion>) | undefined;
}

export interface RuntimeFailureOptions {
  readonly retry: boolean;
  readonly retryAfterMs?: number;
  readonly isOutage?: boolean;
  readonly cause?: unknown;
}

/** Why a runtime could not answer. `retry`: the same call may work later. */
export class RuntimeFailure extends Error {
  readonly retry: boolean;
  /** What the turn runs on is away: nothing was tried, so the turn waits and no attempt is counted (MB7). */
  readonly isOutage: boolean;
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: RuntimeFailureOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "RuntimeFailure";
    this.retry = options.retry;
    this.isOutage = options.isOutage ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
