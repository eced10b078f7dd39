/**
 * A runtime executes the steps of a turn. The engine owns the loop: it calls `run` for the next step with the current
 * transcript, commits the result, runs the tools the answer asked for, and calls again until an answer asks for none.
 */
import type { Bot, RuntimeName } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { FileId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { ProviderWait } from "@reef/protocol/provider-wait";
import type { Session } from "@reef/protocol/session";
import type { Turn } from "@reef/protocol/turn";
import type { CallFacts } from "./unit.ts";

/** A tool as the model sees it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface ToolCallRequest {
  readonly callId: string;
  readonly name: string;
  /** As the model gave it, not yet checked against the tool's schema. */
  readonly input: unknown;
  /** Data that the provider attached to the call. It is kept with the call and sent back unchanged (PR1). */
  readonly opaque?: unknown;
  /**
   * Why the call must not be run, in words for the model, such as that its answer was cut off inside it. Becomes the
   * call's result.
   */
  readonly refusal?: string;
}

/** Returns the bytes of a file that came with an entry; null if it is gone. */
export type ReadFile = (id: FileId) => Promise<Uint8Array | null>;

/** What a model call may use at worst, in the words of its runtime. */
export interface WorstCall {
  readonly inputTokens: number;
  /** The longest answer that it asks for, in tokens. */
  readonly maxOutputTokens: number;
  /** In US dollars for a million tokens; null if not known. */
  readonly price: { readonly input: number; readonly output: number } | null;
}

/**
 * Reserves what a model call may use (BU1), and returns the limit that its answer must have; null if it needs none.
 * Contract: a runtime that makes its own calls awaits this before each of them, and lets what it throws pass: the turn
 * then pauses. An attempt that failed without a usage needs no release.
 */
export type ReserveCall = (worst: WorstCall) => Promise<number | null>;

export interface TurnContext {
  readonly turn: Turn;
  readonly bot: Bot;
  readonly session: Session;
  /** The messages the turn took, in order. */
  readonly messages: readonly Message[];
  /** The system prompt: role, instructions, standing rules. */
  readonly instructions: string;
  /**
   * The transcript window, ascending, from the newest compaction on. Contract: every tool call in it has its result.
   */
  readonly entries: readonly Entry[];
  /**
   * What was recalled from the bot's memory for the newest message: quoted data, to be put before that message. It
   * belongs to this call only and is not part of the transcript.
   */
  readonly recalled: string | null;
  readonly tools: readonly ToolSpec[];
  /** Without it, nothing limits what calls cost. */
  readonly reserve?: ReserveCall;
  /** Reads pictures in the window. Without it, files are only named. */
  readonly readFile?: ReadFile;
  /** Aborts on cancel, interrupt, loss of the claim and shutdown. */
  readonly signal: AbortSignal;
}

/** The usage of one model call. */
export interface CallCost {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; left out if the price is not known. */
  readonly costUsd?: number;
  /** Known facts about the call beside its tokens. */
  readonly facts?: CallFacts;
}

export type RuntimeStep =
  /** Live text of the coming answer; shown, not stored. */
  | { readonly type: "delta"; readonly text: string }
  /**
   * The model has said nothing yet, or is reasoning; shown, not stored. `reason` says why it waits longer than usual,
   * in words for people, such as that the model does not answer.
   */
  | { readonly type: "phase"; readonly phase: "waiting" | "thinking"; readonly reason?: string }
  /**
   * A model call that gave no answer but was paid for. It is counted, and is no progress (PR3, TU4). A call stopped by
   * the signal may report such calls as its last steps: the turn does not wait for them, and counts them when they
   * arrive.
   */
  | ({ readonly type: "paid" } & CallCost)
  /** The live text so far is void, since the call is tried again. */
  | { readonly type: "retry"; readonly reason: string }
  /**
   * State to keep in case this worker dies. The engine commits it as `turn.remote` before it asks the runtime for more:
   * record, then send.
   */
  | {
      readonly type: "note";
      readonly remote: Readonly<Record<string, unknown>>;
      /**
       * True if the run elsewhere was found intact, so that the previous worker's death was not this turn's doing
       * (TU4).
       */
      readonly isProgress?: boolean;
      /**
       * Model calls that the run elsewhere made since the last note. They are counted in the same commit, so each is
       * counted once (PR3).
       */
      readonly modelCalls?: readonly CallCost[];
    }
  /** A call that the runtime ran itself, with its result. Ignored if the turn already has it. */
  | {
      readonly type: "tool";
      readonly callId: string;
      readonly name: string;
      readonly input: unknown;
      readonly text: string;
      readonly isError: boolean;
      readonly durationMs: number;
    }
  /** Text said before such a call. It is committed as an entry of the bot, and the live text starts over. */
  | { readonly type: "said"; readonly text: string; readonly externalId?: string }
  /**
   * Something people should read about the run, such as that it was sent again. `model` marks a fact about the model,
   * such as that it takes no tools.
   */
  | { readonly type: "notice"; readonly text: string; readonly about?: "run" | "model" }
  /** One whole model answer: the last step of a call of `run`. */
  | {
      readonly type: "answer";
      readonly text: string;
      readonly calls: readonly ToolCallRequest[];
      readonly inputTokens: number;
      readonly outputTokens: number;
      /** In US dollars; left out if the price is not known. */
      readonly costUsd?: number;
      /** False if no model gave the answer, such as a gateway's own reply to a command. No call is counted then. */
      readonly isByModel?: boolean;
      /** Its id where it was made elsewhere, so that it is not taken over a second time. */
      readonly externalId?: string;
      /** The model's reasoning before the answer. It is kept beside the text, never as part of it. */
      readonly reasoning?: string;
      /** Data that the provider wants back with this answer. It is kept with its entry (PR1). */
      readonly opaque?: unknown;
      /** Known facts about the call beside its tokens. */
      readonly facts?: CallFacts;
    }
  /**
   * The window was too long: from now on, `text` stands for the entries up to `throughSeq`. The engine commits it as an
   * entry and calls `run` again.
   */
  | {
      readonly type: "compaction";
      readonly text: string;
      readonly throughSeq: number;
      readonly tokensBefore: number;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly costUsd?: number;
    };

/** Work outside turns, such as a summary: one text, one answer, no tools and no transcript. */
export interface CompletionRequest {
  /** The bot whose model is asked. */
  readonly bot: Bot;
  readonly instructions: string;
  readonly text: string;
  readonly reserve?: ReserveCall;
  readonly signal: AbortSignal;
}

export interface Completion {
  readonly text: string;
  /** The model that answered, by the name people know. */
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; left out if the price is not known. */
  readonly costUsd?: number;
}

export interface Runtime {
  readonly name: RuntimeName;
  /** True if it reserves each model call itself. For others, budgets are checked before each call of `run`. */
  readonly reservesCalls?: boolean;
  /**
   * Yields steps until the next answer or compaction. Contract: throws `RuntimeFailure` if it cannot give one; after an
   * abort it may end or throw anything. Called once at a time per turn, and for many turns in parallel.
   */
  run(context: TurnContext): AsyncIterable<RuntimeStep>;
  /**
   * Returns the answer of the bot's model. Contract: throws `RuntimeFailure` if there is none, and after an abort
   * anything. Undefined for a runtime without a model of its own.
   */
  readonly complete?: ((request: CompletionRequest) => Promise<Completion>) | undefined;
  /** Tries a model that is down when the next call comes, whatever pause is left. */
  readonly retryModel?: ((name: string) => void) | undefined;
  /** What the models that it called are doing now. */
  readonly models?: (() => readonly ModelUse[]) | undefined;
}

export interface ModelUse {
  /** `provider/model`. */
  readonly name: string;
  /** Calls that wait for their place. */
  readonly waiting: number;
  readonly isDown: boolean;
  /** When calls go out again, in milliseconds since 1970; null if they do now. */
  readonly opensAtMs: number | null;
}

export type AwayModel = Pick<ProviderWait, "state"> & { readonly name: string };

export interface RuntimeFailureOptions {
  readonly retry: boolean;
  readonly retryAfterMs?: number;
  readonly isOutage?: boolean;
  /** The model that an outage is about: its provider is down, or its limits are used up. */
  readonly model?: AwayModel;
  readonly cause?: unknown;
}

/** Says why a runtime could not answer. `retry`: the same call may work later. */
export class RuntimeFailure extends Error {
  readonly retry: boolean;
  /** What the turn runs on is away. Nothing was tried, so the turn waits and no attempt is counted (MB7). */
  readonly isOutage: boolean;
  /** The model that is away; null if the outage is not one of a model. */
  readonly model: AwayModel | null;
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(message: string, options: RuntimeFailureOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "RuntimeFailure";
    this.retry = options.retry;
    this.isOutage = options.isOutage ?? false;
    this.model = options.model ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
