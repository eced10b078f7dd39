/**
 * Defines a tool as the engine runs it. A tool returns its changes as operations, which commit in one unit with its
 * result (MB5, TU1), so that a crash can never separate the two. A tool that acts outside the store says what to do if
 * the server died while it ran (TU3).
 */
import type { FileRef } from "@reef/protocol/file";
import type { MemorySource } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";
import type { AfterCrash, ToolOrigin, ToolTraits } from "@reef/protocol/tool";
import type { TurnWait } from "@reef/protocol/turn";
import type { z } from "zod";
import type { Deps } from "../deps.ts";
import type { Sending } from "../mailbox/sending.ts";
import type { Op, TurnOp } from "../port/unit.ts";

/** One call, by one turn. */
export interface ToolRun extends Sending {
  readonly deps: Deps;
  readonly callId: string;
  /** When the call was first made. A call that waited keeps it when it is run again. */
  readonly startedAt: IsoTime;
  /** How the answer to a message it sends reaches the bot: the turn can wait for it, or it arrives as a message. */
  readonly answers: "wait" | "message";
  /** True if others may have spoken to the bot before this call without a trace in its transcript (ME5). */
  readonly hasHeardOthers?: boolean;
  /** True if the caller has no session here yet; `session` is then another of the bot's, lent for reading. */
  readonly isLent?: boolean;
  readonly signal: AbortSignal;
  /** Shows people what the call is doing, such as the newest lines it printed. It is not stored. */
  readonly report?: (text: string) => void;
}

/** Returns a name for the call that is unique among all calls: a message sent under this key is sent once (MB2). */
export function keyOfCall({ turn, session, callId }: ToolRun): string {
  return `${turn.id ?? session.id}:${callId}`;
}

/** Returns the source of what the call saved (ME2). */
export function sourceOfCall({ turn, session }: ToolRun): Extract<MemorySource, { kind: "turn" | "session" }> {
  return turn.id === null
    ? { kind: "session", sessionId: session.id }
    : { kind: "turn", turnId: turn.id, sessionId: session.id };
}

export type ToolOutcome =
  | {
      readonly type: "result";
      readonly text: string;
      readonly isError?: boolean;
      /** Files kept earlier (MB11), which come with the result. */
      readonly files?: readonly FileRef[];
      readonly ops?: readonly (Op | TurnOp)[];
    }
  /** The turn gives its lane back; the call is run again when every wait is settled, or at `until`. */
  | {
      readonly type: "wait";
      readonly waits: readonly TurnWait[];
      readonly until: IsoTime | null;
      readonly ops?: readonly Op[];
    };

export type ToolEffects =
  /** All its effects are in the operations it returns, so running it again is harmless. */
  | { readonly kind: "unit" }
  /** It acts on the world. After a crash, it is run again with the same call id, a person is asked, or left unknown. */
  | {
      readonly kind: "outside";
      readonly afterCrash: AfterCrash;
      /** True if it can run beside other such calls of the same answer. */
      readonly isIndependent?: boolean;
      /** The longest time of one call, in milliseconds; that of the settings if left out (TO3). */
      readonly timeoutMs?: number;
    };

/** Declares everything about a tool: omitting a property does not compile. */
export interface Tool<Input = unknown> extends Omit<ToolTraits, "afterCrash"> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** Goes into the system prompt of the bots that have it: providers cut a description after 1,024 characters. */
  readonly instructions?: string;
  /** Where it comes from; Reef itself if left out. */
  readonly origin?: ToolOrigin;
  /** True if it may be left out of a prompt that has many tools, and found by words (TO6). */
  readonly isSearchable?: boolean;
  /** What models see in place of the schema of `input`: the JSON Schema of a tool that was defined elsewhere. */
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  /** Also says what becomes of a call that a crash cut off. */
  readonly effects: ToolEffects;
  /**
   * `input` has passed the schema. Expected outcomes are results, including failures; a thrown error becomes an error
   * result.
   */
  run(run: ToolRun, input: Input): Promise<ToolOutcome>;
  /**
   * Returns what the call will do, in words for a person who must allow it first; null if it may run. Left out, every
   * call may run.
   */
  asksFirst?(input: Input): string | null;
}

/** Keeps the input's type inside the definition; from outside, a tool accepts what its schema parsed. */
export function defineTool<Input>(tool: Tool<Input>): Tool {
  const { asksFirst } = tool;
  return {
    ...tool,
    run: (run, input) => tool.run(run, input as Input),
    ...(asksFirst === undefined ? {} : { asksFirst: (input) => asksFirst.call(tool, input as Input) }),
  };
}

export function toTraits({ changes, words, tells, folds, effects }: Tool): ToolTraits {
  const afterCrash = effects.kind === "unit" ? "replay" : effects.afterCrash;
  return { changes, words, tells, folds, afterCrash };
}

export function errorResult(text: string): ToolOutcome {
  return { type: "result", text, isError: true };
}
