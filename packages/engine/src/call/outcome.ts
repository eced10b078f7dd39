/** A call from outside the loop, and what its caller is told of it: within a turn and without one the same. */
import { AppError } from "@reef/protocol/error";
import { textWithFiles } from "../file/say-files.ts";
import { errorResult, type Tool, type ToolOutcome } from "../tool/tool.ts";
import type { TurnDeps } from "../turn/open-turn.ts";
import type { SessionRef } from "./call-session.ts";

export interface CallRequest {
  readonly session: SessionRef;
  readonly name: string;
  readonly input: unknown;
  /** As its runtime names it; models may number from 1 in every answer. */
  readonly callId: string;
  /** Names the call in its session for good: one that is repeated is not done again. */
  readonly key: string;
  /** How long the caller stays for an answer that takes time, in milliseconds. */
  readonly waitMs: number;
  /** Its runtime says that others have spoken in the run. Nothing is believed that would raise the trust (ME5). */
  readonly hasHeardOthers: boolean;
}

export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
}

/** A call as it is about to be run. */
export interface PreparedCall {
  readonly tool: Tool;
  readonly input: unknown;
  readonly request: CallRequest;
  readonly signal: AbortSignal;
}

/** Files are named to a caller that has no place for them. */
export function toCallResult(outcome: Extract<ToolOutcome, { type: "result" }>): CallResult {
  const { text, isError = false, files = [] } = outcome;
  return { text: textWithFiles({ text, attachments: files }), isError };
}

/** What a tool throws is an outcome of its call. */
export async function runGuarded(deps: TurnDeps, tool: Tool, run: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AppError)) deps.log.error({ error, tool: tool.name }, "a tool failed");
    return errorResult(error instanceof Error ? error.message : "the tool failed");
  }
}

/** Said when the caller stays no longer. */
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
