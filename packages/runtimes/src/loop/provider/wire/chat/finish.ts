/** Reads why an answer ended, from every word that servers use for it. */
import type { ErrorHint } from "../server-error.ts";

export type Finish =
  | { readonly type: "end"; readonly reason: "stop" | "length" | "tool_calls" | "content_filter" }
  | { readonly type: "failed"; readonly hint: ErrorHint; readonly reason: string };

/** An unknown word counts as an end: the answer is there. */
export function readFinish(said: string | null, hasCalls: boolean): Finish {
  const word = (said ?? "").trim().toLowerCase().replaceAll("-", "_");
  const failed = (hint: ErrorHint, reason: string): Finish => ({ type: "failed", hint, reason });
  switch (word) {
    case "length":
    case "max_tokens":
    case "max_output_tokens":
    case "max_length":
    case "token_limit":
      return { type: "end", reason: "length" };
    case "content_filter":
    case "content_filtered":
    case "safety":
    case "sensitive":
    case "prohibited_content":
    case "blocklist":
    case "recitation":
    case "spii":
    case "guardrail_intervened":
      return { type: "end", reason: "content_filter" };
    case "model_context_window_exceeded":
    case "context_length_exceeded":
    case "context_window_exceeded":
      return failed("overflow", "the conversation is longer than its context window");
    case "malformed_function_call":
    case "malformed_tool_call":
    case "unexpected_tool_call":
      return failed("malformed", `the model wrote a malformed tool call (${said})`);
    case "error":
    case "network_error":
    case "abort":
    case "aborted":
    case "cancelled":
    case "timeout":
    case "insufficient_system_resource":
      return failed("passing", `its answer ended with “${said}”`);
    default:
      return { type: "end", reason: hasCalls ? "tool_calls" : "stop" };
  }
}
