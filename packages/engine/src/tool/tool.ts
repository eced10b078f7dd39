/**
 * A tool as the engine runs it. What a tool changes, it returns as operations: they commit in one unit with its result
 * (MB5, TU1), so that a crash can never part the two. A tool that acts outside the store says what to do when the server
 * died while it ran (TU3).
 */
import type { FileRef } from "@reef/protocol/file";
import type { MemorySource } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";
import type { ToolTraits } from "@reef/protocol/tool";
import type { TurnWait } from "@reef/protocol/turn";
import type { z } from "zod";
import type { Deps } from "../deps.ts";
import type { Sending } from "../mailbox/sending.ts";
import type { Op, TurnOp } from "../port/unit.ts";

/** One call, by one turn. */
export interface ToolRun extends Sending {
  readonly deps: Deps;
  readonly callId: string;
  /** When the call was first made: a call that waited is run again and keeps it. */
  readonly startedAt: IsoTime;
  /** How the answer to what it sends reaches the bot: the turn can wait for it, or it comes as a message. */
  readonly answers: "wait" | "message";
  /** Others may have spoken to the bot before this call where its transcript does not tell (ME5). */
  readonly hasHeardOthers?: boolean;
  /** The caller has no session here yet; `session` is another one of the bot, lent to look from. */
  readonly isLent?: boolean;
  readonly signal: AbortSignal;
}

/** Names the call within everything that was ever called: what it sends under this key is sent once (MB2). */
export function keyOfCall({ turn, session, callId }: ToolRun): string {
  return `${turn.id ?? session.id}:${callId}`;
}

/** Where what the call saved comes from (ME2). */
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
      /** Kept before (MB11); they come with the result. */
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
  /** Everything it does is in the operations it returns: running it again is harmless. */
  | { readonly kind: "unit" }
  /** It acts on the world. After a crash: run again with the same call id, or leave it as unknown. */
  | { readonly kind: "outside"; readonly afterCrash: "replay" | "skip" };

/** Everything that anybody has to know of a tool: a property left out does not compile. */
export interface Tool<Input = unknown> extends Omit<ToolTraits, "afterCrash"> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** Says what becomes of a call that a crash cut off, too. */
  readonly effects: ToolEffects;
  /** `input` has passed the schema. Expected outcomes are results, also bad ones; what it throws becomes an error result. */
  run(run: ToolRun, input: Input): Promise<ToolOutcome>;
}

/** Keeps the input's type inside the definition; outside, a tool takes what came out of its schema. */
export function defineTool<Input>(tool: Tool<Input>): Tool {
  return { ...tool, run: (run, input) => tool.run(run, input as Input) };
}

export function toTraits({ changes, words, tells, folds, effects }: Tool): ToolTraits {
  const afterCrash = effects.kind === "unit" ? "replay" : effects.afterCrash;
  return { changes, words, tells, folds, afterCrash };
}

export function errorResult(text: string): ToolOutcome {
  return { type: "result", text, isError: true };
}
