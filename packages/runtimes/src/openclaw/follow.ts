/**
 * Follows one run at its gateway to its end: live words from its events, calls and earlier words from the transcript,
 * which is read again whenever something was written. Live events and the catch-up after a break share one path, so no
 * word is lost or doubled. Stopping to follow does not stop the run.
 */

import type { RuntimeStep } from "@reef/engine/port/runtime";
import type { TurnId } from "@reef/protocol/ids";
import { z } from "zod";
import { type GatewayConnection, GatewayError, type GatewayEvent } from "./connection.ts";
import { type History, type HistoryRow, readHistory } from "./history.ts";
import { innerCall } from "./inner-call.ts";
import { rowsOfTurn } from "./reconcile.ts";
import { readTrouble, type Trouble } from "./trouble.ts";

/** How a run ended. `unknown`: the gateway does not say, read the transcript. `lost`: the wire broke. */
export type RunEnd =
  | { readonly type: "ok"; readonly text: string }
  | { readonly type: "unknown" }
  | { readonly type: "error"; readonly reason: string; readonly isStopped: boolean }
  | { readonly type: "lost" };

export interface Followed {
  readonly connection: GatewayConnection;
  readonly key: string;
  readonly turnId: TurnId;
  readonly runId: string;
  /** The run that is followed: the turn's own, or one that resumed it. */
  readonly followedId: string;
  readonly told: Told;
  /** Returns steps that count the model call of a row. */
  readonly count: (row: HistoryRow) => Iterable<RuntimeStep>;
  readonly signal: AbortSignal;
}

/** Tracks the turn's rows that have become steps already. */
export interface Told {
  readonly rowIds: Set<string>;
  /** How often each call id was used: models may number from 1 in every answer. */
  readonly uses: Map<string, number>;
  readonly calls: Map<string, ToolUse>;
  /** What is shown as live text. */
  shown: string;
  /** True when the last call of the model had no answer. */
  isFailing: boolean;
}

interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly at: number | null;
}

export function nothingTold(): Told {
  return { rowIds: new Set(), uses: new Map(), calls: new Map(), shown: "", isFailing: false };
}

/** A gateway answers a wait at the latest after this long, and is asked again. */
const waitSliceMs = 25_000;
const pageSizes = [60, 300, 1000] as const;

const AgentEvent = z.looseObject({
  stream: z.string(),
  data: z
    .looseObject({ text: z.string().optional().catch(undefined), phase: z.string().optional().catch(undefined) })
    .default({}),
});

interface Feed {
  readonly wake: () => void;
  waited: Promise<void>;
  /** The run's current words, since the last read. */
  text: string | null;
  /** What keeps the model from answering, since the last words. */
  trouble: Trouble | null;
  isTroubleNew: boolean;
  isWritten: boolean;
  end: RunEnd | null;
}

/**
 * Yields steps until the run ends; how it ended is the generator's value. Rejects with `GatewayError` or the signal's
 * reason.
 */
export async function* followRun(followed: Followed): AsyncGenerator<RuntimeStep, RunEnd> {
  const { connection, followedId, told, signal } = followed;
  const feed = openFeed(followed);
  const ended = new AbortController();
  const stops = [
    connection.onEvent((event) => take(feed, followed, event)),
    connection.onLost(() => {
      feed.end ??= { type: "lost" };
      feed.wake();
    }),
  ];
  const onAbort = () => feed.wake();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    // First, what was written until now, and which words are there already.
    const history = await readTurn(followed);
    yield* tellRows(followed, history);
    if (history.inFlight?.runId === followedId) yield* show(told, history.inFlight.text);
    void awaitEnd(followed, ended.signal).then((end) => {
      feed.end ??= end;
      feed.wake();
    });
    for (;;) {
      signal.throwIfAborted();
      if (feed.isWritten) {
        feed.isWritten = false;
        if (feed.end?.type !== "lost") yield* tellRows(followed, await readTurn(followed));
        continue;
      }
      if (feed.text !== null) {
        const { text } = feed;
        feed.text = null;
        if (text !== "") told.isFailing = false;
        yield* show(told, text);
        continue;
      }
      if (feed.isTroubleNew && feed.trouble !== null) {
        feed.isTroubleNew = false;
        told.isFailing = true;
        yield { type: "phase", phase: "waiting", reason: feed.trouble.words };
        continue;
      }
      if (feed.end !== null) return feed.end;
      await feed.waited;
      rearm(feed);
    }
  } catch (error) {
    if (error instanceof GatewayError && error.code === "disconnected") return { type: "lost" };
    throw error;
  } finally {
    ended.abort();
    signal.removeEventListener("abort", onAbort);
    for (const stop of stops) stop();
  }
}

type OpenFeed = Feed & { resolve: () => void };

function openFeed({ signal }: Followed): OpenFeed {
  const feed: OpenFeed = {
    wake: () => feed.resolve(),
    resolve: () => undefined,
    waited: Promise.resolve(),
    text: null,
    trouble: null,
    isTroubleNew: false,
    isWritten: false,
    end: null,
  };
  rearm(feed);
  if (signal.aborted) feed.wake();
  return feed;
}

/** A wake in the middle of a read is not lost: the feed's fields keep it. */
function rearm(feed: Feed): void {
  const open = feed as OpenFeed;
  open.waited = new Promise((resolve) => {
    open.resolve = resolve;
  });
}

/** Every follower sees every event of its gateway: events of other runs are dropped before they are parsed. */
function take(feed: Feed, { followedId, key }: Followed, { event, payload }: GatewayEvent): void {
  if (typeof payload !== "object" || payload === null) return;
  if (event === "session.message") {
    if (!("sessionKey" in payload) || payload.sessionKey !== key) return;
    feed.isWritten = true;
  } else if (event === "agent") {
    if (!("runId" in payload) || payload.runId !== followedId) return;
    const parsed = AgentEvent.safeParse(payload).data;
    if (parsed === undefined) return;
    const { stream, data } = parsed;
    const trouble = readTrouble(stream, data, feed.trouble);
    if (trouble !== null) {
      feed.trouble = trouble;
      feed.isTroubleNew = true;
    } else if (stream === "assistant" && data.text !== undefined) {
      feed.text = data.text;
      if (data.text !== "") feed.trouble = null;
    } else if (stream === "tool" && data.phase === "result") feed.isWritten = true;
    else return;
  } else return;
  feed.wake();
}

const WaitAnswer = z.looseObject({
  status: z.string(),
  error: z.string().optional(),
  stopReason: z.string().optional(),
  terminalReply: z.looseObject({ text: z.string().optional() }).optional(),
});

async function awaitEnd({ connection, followedId }: Followed, signal: AbortSignal): Promise<RunEnd> {
  try {
    const params = { runId: followedId, timeoutMs: waitSliceMs };
    const payload = await connection.request("agent.wait", params, { timeoutMs: waitSliceMs + 15_000, signal });
    const { status, error, stopReason, terminalReply } = WaitAnswer.parse(payload);
    if (status === "ok") return { type: "ok", text: terminalReply?.text ?? "" };
    // Also for a run that this process of the gateway does not know.
    if (status !== "error") return { type: "unknown" };
    const isStopped = error === undefined && (stopReason === "rpc" || stopReason === "aborted");
    return { type: "error", reason: error ?? stopReason ?? "the run failed", isStopped };
  } catch (error) {
    return error instanceof GatewayError && error.code !== "disconnected" ? { type: "unknown" } : { type: "lost" };
  }
}

/** Reads the transcript from the turn's first message on. */
export async function readTurn({
  connection,
  key,
  turnId,
  runId,
  signal,
}: Pick<Followed, "connection" | "key" | "turnId" | "runId" | "signal">): Promise<History> {
  for (const [n, limit] of pageSizes.entries()) {
    const history = await readHistory(connection, { key, limit, runIds: [runId], signal });
    const hasFirst = history.rows.some(({ inputOf }) => inputOf === `${turnId}:1`);
    if (hasFirst || !history.hasMore || n === pageSizes.length - 1) return history;
  }
  throw new Error("no page sizes");
}

/**
 * Yields new rows as steps. An answer is held back until a later row shows that it was not the last, or the caller
 * yields it.
 */
export function* tellRows(
  { turnId, runId, told, count }: Pick<Followed, "turnId" | "runId" | "told" | "count">,
  history: History,
): Generator<RuntimeStep> {
  const { rows } = rowsOfTurn(history.rows, { turnId, runId });
  for (const [at, row] of rows.entries()) {
    if (told.rowIds.has(row.id)) continue;
    if (row.role === "assistant" && row.calls.length === 0 && at === rows.length - 1) return;
    told.rowIds.add(row.id);
    told.isFailing = false;
    const live = told.shown;
    yield* count(row);
    if (row.role === "assistant") yield* tellWords(told, row);
    else if (row.role === "toolResult") yield tellResult(told, row);
    else continue;
    // The commit ends the step whose live text was shown, so words of the next answer are shown from their start.
    told.shown = "";
    if (live === "" || row.text.startsWith(live)) continue;
    yield { type: "retry", reason: "the next answer" };
    yield* show(told, live);
  }
}

function* tellWords(told: Told, row: HistoryRow): Generator<RuntimeStep> {
  for (const { callId, name, input } of row.calls) {
    const uses = (told.uses.get(callId) ?? 0) + 1;
    told.uses.set(callId, uses);
    const id = uses === 1 ? callId : `${callId}~${uses}`;
    told.calls.set(callId, { id, ...innerCall(name, input), at: row.at });
  }
  if (row.text === "" || row.isFailure) return;
  yield { type: "said", text: row.text, externalId: row.id };
}

function tellResult(told: Told, row: HistoryRow): RuntimeStep {
  const call = row.callId === null ? undefined : told.calls.get(row.callId);
  return {
    type: "tool",
    callId: call?.id ?? row.callId ?? row.id,
    name: call?.name ?? row.toolName ?? "unknown",
    input: call?.input ?? null,
    text: row.text,
    isError: row.isError,
    durationMs: call?.at != null && row.at !== null ? Math.max(0, row.at - call.at) : 0,
  };
}

/** The gateway sends the whole text each time: an extension is added, and any other text starts again. */
export function* show(told: Told, text: string): Generator<RuntimeStep> {
  if (text === told.shown) return;
  const isMore = text.startsWith(told.shown);
  const delta = isMore ? text.slice(told.shown.length) : text;
  if (!isMore) yield { type: "retry", reason: "the next answer" };
  told.shown = text;
  if (delta !== "") yield { type: "delta", text: delta };
}
