/** Describes a call from outside the loop and its result, which is the same within a turn and without one. */
import { AppError } from "@reef/protocol/error";
import { textWithFiles } from "../file/say-files.ts";
import { errorResult, type Tool, type ToolOutcome } from "../tool/tool.ts";
import type { TurnDeps } from "../turn/open-turn.ts";
import type { SessionRef } from "./call-session.ts";

export interface CallRequest {
  readonly session: SessionRef;
  readonly name: string;
  readonly input: unknown;
  /** As its runtime names it; models may start from 1 in every answer. */
  readonly callId: string;
  /** Names the call in its session for good, so that a repeated call is not done again. */
  readonly key: string;
  /** How long the caller waits for an answer that takes time, in milliseconds. */
  readonly waitMs: number;
  /**
   * True if its runtime says that others have spoken in the run. A claim that would raise the trust is not believed
   * (ME5).
   */
  readonly hasHeardOthers: boolean;
  /** True if the caller is not the session's runtime, such as another program: the call joins no turn. */
  readonly isApart?: boolean;
}

export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
}

/** A call that is ready to run. */
export interface PreparedCall {
  readonly tool: Tool;
  readonly input: unknown;
  readonly request: CallRequest;
  readonly signal: AbortSignal;
}

/** Names files in the text, for a caller that cannot receive them. */
export function toCallResult(outcome: Extract<ToolOutcome, { type: "result" }>): CallResult {
  const { text, isError = false, files = [] } = outcome;
  return { text: textWithFiles({ text, attachments: files }), isError };
}

/** Turns whatever a tool throws into an outcome of its call. */
export async function runGuarded(deps: TurnDeps, tool: Tool, run: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AppError)) deps.log.error({ error, tool: tool.name }, "a tool failed");
    return errorResult(error instanceof Error ? error.message : "the tool failed");
  }
}

/** The result for a caller that no longer waits. */
export function lateText(outcome: Extract<ToolOutcome, { type: "wait" }>): string {
  const isAsk = outcome.waits.some((wait) => wait.for === "ask");
  if (isAsk)
    return "The question has been asked and is not answered yet. The answer will arrive in this session as a message.";
  const open = outcome.waits.flatMap((wait) => (wait.for === "message" ? [wait.messageId] : []));
  return `Not settled yet: ${open.join(", ")}. The answers will arrive in this session as messages: go on, or end your turn here.`;
}

export function failed(text: string): CallResult {
  return { text, isError: true };
}
