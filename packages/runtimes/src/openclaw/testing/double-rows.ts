/** Builds frames of the gateway double: recordings of the real one, with the values that a test gives. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Json = Readonly<Record<string, unknown>>;

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "recorded-frames.json"), "utf8")) as Readonly<
  Record<string, Json>
>;

/** Returns a recorded frame with some of its values replaced; undefined ones are left out. */
export function framed(name: string, values: Json): Json {
  const base = recorded[name];
  if (base === undefined) throw new Error(`no frame ${name} was recorded`);
  return without({ ...base, ...values });
}

export interface DoubleRow extends Json {
  readonly role: string;
}

export interface RowValues {
  readonly seq: number;
  readonly text: string;
}

export function userRow(values: RowValues & { readonly runId: string; readonly provenance?: unknown }): DoubleRow {
  const base = messageOf("session.message.user");
  const idempotencyKey = `${values.runId}:user`;
  return without({
    ...base,
    content: values.text,
    timestamp: nowMs(),
    idempotencyKey,
    provenance: values.provenance,
    __openclaw: { ...(base.__openclaw as Json), ...place(values.seq), idempotencyKey },
  });
}

export function assistantRow(
  values: RowValues & {
    readonly runId: string;
    readonly calls?: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[];
    readonly model?: string;
    readonly isFailure?: boolean;
    readonly isCutOff?: boolean;
  },
): DoubleRow {
  const base = messageOf("session.message.assistant");
  const calls = (values.calls ?? []).map((call) => ({ type: "toolCall", ...call }));
  const ending = values.isFailure ? "terminal-error" : values.isCutOff ? "assistant" : null;
  return without({
    ...base,
    content: [...(values.text === "" ? [] : [{ type: "text", text: values.text }]), ...calls],
    model: values.isCutOff ? "gateway-injected" : (values.model ?? base.model),
    usage: values.isCutOff ? nothingUsed : usageOf(values.text),
    stopReason: values.isFailure ? "error" : calls.length > 0 ? "toolUse" : "stop",
    timestamp: nowMs(),
    idempotencyKey: ending === null ? undefined : `${values.runId}:${ending}`,
    openclawAbort: values.isCutOff ? { aborted: true, origin: "rpc", runId: values.runId } : undefined,
    __openclaw: { ...(base.__openclaw as Json), ...place(values.seq), runId: values.runId },
  });
}

/** Returns the gateway's own answer to a command: no run wrote it, and no model. */
export function commandRow({ seq, text, runId }: RowValues & { readonly runId: string }): DoubleRow {
  const [base] = (recorded["history.command"]?.messages ?? []) as readonly DoubleRow[];
  if (base === undefined) throw new Error("no answer to a command was recorded");
  const { runId: _, ...head } = { ...(base.__openclaw as Json), ...place(seq), idempotencyKey: runId } as Json;
  return {
    ...base,
    content: [{ type: "text", text }],
    timestamp: nowMs(),
    idempotencyKey: runId,
    __openclaw: head,
  };
}

export function resultRow(
  values: RowValues & { readonly runId: string; readonly callId: string; readonly name: string },
): DoubleRow {
  const base = recordedRow("toolResult");
  return {
    ...base,
    toolCallId: values.callId,
    toolName: values.name,
    content: [{ type: "text", text: values.text }],
    isError: false,
    timestamp: nowMs(),
    __openclaw: { ...(base.__openclaw as Json), ...place(values.seq), runId: values.runId },
  };
}

export function nowMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** For an answer that was cut off, or is not from a model. */
const nothingUsed: Json = {
  input: 0,
  output: 0,
  totalTokens: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

function usageOf(text: string): Json {
  const [input, output] = [100, Math.ceil(text.length / 4)];
  const cost = { input: input / 1e6, output: (output * 2) / 1e6, cacheRead: 0, cacheWrite: 0 };
  return {
    input,
    output,
    totalTokens: input + output,
    cacheRead: 0,
    cacheWrite: 0,
    cost: { ...cost, total: cost.input + cost.output },
  };
}

function place(seq: number): Json {
  // The place in the raw transcript only rises, also when a row is replaced by another.
  const transcriptPosition = { source: "double", rawSeq: Math.round(performance.now() * 1000) };
  return { id: crypto.randomUUID(), seq, recordTimestampMs: nowMs(), transcriptPosition };
}

function messageOf(name: string): DoubleRow {
  return recorded[name]?.message as DoubleRow;
}

function recordedRow(role: string): DoubleRow {
  const rows = recorded.history?.messages as readonly DoubleRow[];
  const found = rows.find((row) => row.role === role);
  if (found === undefined) throw new Error(`no row of role ${role} was recorded`);
  return found;
}

function without<Value extends Json>(value: Value): Value & DoubleRow {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value & DoubleRow;
}
