/** Builds the gateway double's requests to its model, and runs its simulated tools. */
import { setTimeout as wait } from "node:timers/promises";
import { type ModelRequest, readDirectives } from "../../testing/model-script.ts";
import type { DoubleRow } from "./double-rows.ts";

type Json = Readonly<Record<string, unknown>>;

/** Returns what the gateway would send a model after these rows. Its own words about a failure are not sent. */
export function requestOf(all: readonly DoubleRow[]): ModelRequest {
  const rows = all.filter(({ stopReason }) => stopReason !== "error");
  const messages = rows.flatMap((row, at) => {
    const calls = typeof row.content === "string" ? [] : callsOf(row.content as readonly Json[]);
    const text = typeof row.content === "string" ? row.content : textOf(row.content as readonly Json[]);
    const message = { role: row.role === "toolResult" ? "tool" : row.role, text, calls };
    // A call whose result was cut off gets one for the model alone; the transcript stays as it is.
    const isOpen = calls.length > 0 && rows[at + 1]?.role === "user";
    return isOpen ? [message, { role: "tool", text: "missing tool result", calls: [] }] : [message];
  });
  const answered = messages.findLastIndex(({ role, calls }) => role === "assistant" && calls.length === 0);
  const asked = messages.findLastIndex(
    ({ role, text }, at) => at > answered && role === "user" && readDirectives(text).length > 0,
  );
  const at = asked < 0 ? messages.findLastIndex(({ role }) => role === "user") : asked;
  return {
    n: rows.length,
    attempt: 1,
    model: "scripted",
    system: "",
    messages,
    lastUser: messages[at]?.text ?? "",
    results: messages.slice(at + 1).flatMap(({ role, text }) => (role === "tool" ? [text] : [])),
    tools: [],
    stream: true,
  };
}

function textOf(parts: readonly Json[]): string {
  return parts.flatMap(({ type, text }) => (type === "text" ? [String(text)] : [])).join("");
}

function callsOf(parts: readonly Json[]): readonly string[] {
  return parts.flatMap(({ type, name }) => (type === "toolCall" ? [String(name)] : []));
}

/** A tool that repeats its input. */
export function echo(name: string, input: Json): string {
  const said = /^echo (.*)$/.exec(String(input.command ?? ""))?.[1];
  return said ?? `${name} did it`;
}

export async function pause(ms: number | undefined, signal: AbortSignal): Promise<void> {
  if (ms) await wait(ms, undefined, { signal }).catch(() => undefined);
}
