/**
 * Runs the `openclaw` runtime: a turn is a run of an agent at a gateway. It is noted before it is sent, under an id of
 * ours, and done only when the gateway's transcript has its answer. After a crash of either side, the next call of
 * `run` finds out what happened to it (reconcile.ts) and continues: nothing is lost and nothing is acted on twice.
 */
import { type Runtime, RuntimeFailure, type RuntimeStep, type TurnContext } from "@reef/engine/port/runtime";
import { assertNever } from "@reef/protocol/error";
import type { GatewayId } from "@reef/protocol/ids";
import { costOf, countCall, uncounted } from "./call-costs.ts";
import { commandOf } from "./command.ts";
import { GatewayError, type GatewayHello } from "./connection.ts";
import { followRun, nothingTold, type RunEnd, readTurn, show, tellRows } from "./follow.ts";
import { type History, type HistoryRow, readHistory } from "./history.ts";
import { isSameWords, wordsOf } from "./prompt.ts";
import { firstWords, hasGivenUp, judge, rowsOfTurn, type Verdict, type Words, wordsToSend } from "./reconcile.ts";
import {
  note,
  noteFound,
  type OpenClaw,
  type OpenClawOptions,
  type OpenClawTimes,
  Remote,
  type Run,
  runOfTurn,
} from "./remote-run.ts";
import { makeReady } from "./remote-session.ts";
import { giveWay, patiently, send, sendCommand, untilIdle } from "./send.ts";
import { keyOfSession, runIdOf } from "./session-key.ts";
import { createStops } from "./stops.ts";

const defaultTimes: OpenClawTimes = {
  graceMs: 1_500,
  outageMs: 3_000,
  newAgentWaitMs: 20_000,
  newAgentMs: 500,
  idleMs: 150,
  settleMs: 10_000,
};

/**
 * Creates the runtime for bots that are bound to an agent of a gateway. A gateway that is away is an outage: the turn
 * waits and counts no attempt. A gateway that refuses us, or a missing one, is a failure that only a person can
 * resolve.
 */
export function createOpenClawRuntime(options: OpenClawOptions): Runtime {
  const openclaw: OpenClaw = {
    ...options,
    times: { ...defaultTimes, ...options.times },
    ready: new Map(),
    stops: createStops(options),
  };
  return { name: "openclaw", run: (context) => runTurn(openclaw, context) };
}

async function* runTurn(openclaw: OpenClaw, context: TurnContext): AsyncGenerator<RuntimeStep, void> {
  const run = locate(openclaw, context);
  const watched = openclaw.stops.watch(context.signal, () =>
    run.remote === null || run.remote.n === 0
      ? null
      : { connection: run.connection, key: run.key, runId: run.remote.runId },
  );
  try {
    yield* advance(run);
  } catch (error) {
    const stopped = watched.asked();
    if (stopped !== null) yield* costOfStopped(run, stopped);
    throw toFailure(run, error);
  } finally {
    watched.leave();
  }
}

/** Counts the usage of a stopped run (PR3); the turn does not wait for it. Nothing while its gateway is away. */
async function* costOfStopped(run: Run, stopped: Promise<void>): AsyncGenerator<RuntimeStep, void> {
  const { connection, key, remote, openclaw } = run;
  const limit = new AbortController();
  void openclaw.clock.sleep(openclaw.times.settleMs, limit.signal).then(() => limit.abort());
  const { signal } = limit;
  try {
    await Promise.race([stopped, new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }))]);
    if (remote === null || signal.aborted) return;
    // Its last row is written before the gateway says that it has ended.
    const wait = { runId: remote.runId, timeoutMs: openclaw.times.settleMs };
    await connection.request("agent.wait", wait, { signal });
    yield* uncounted(run, await readTurn({ connection, key, ...runOfTurn(run, remote), signal }));
  } catch {
    // It is over for this turn, and unknown usage is not counted.
  } finally {
    limit.abort();
  }
}

function locate(openclaw: OpenClaw, context: TurnContext): Run {
  const { bot, session, turn } = context;
  if (bot.agent === null) throw new RuntimeFailure("the bot is not bound to an agent of a gateway", { retry: false });
  const gatewayId: GatewayId = session.mirrors?.gatewayId ?? bot.agent.gatewayId;
  const connection = openclaw.gateways.get(gatewayId);
  if (connection === undefined) {
    throw new RuntimeFailure(`this bot's gateway ${gatewayId} no longer exists`, { retry: false });
  }
  const { agentId } = bot.agent;
  const remote = Remote.safeParse(turn.remote).data ?? null;
  const key = keyOfSession(session, agentId);
  return { openclaw, context, connection, agentId, key, told: nothingTold(), remote };
}

async function* advance(run: Run): AsyncGenerator<RuntimeStep, void> {
  const { clock, times } = run.openclaw;
  for (;;) {
    const hello = yield* untilReady(run);
    try {
      const answer = yield* attempt(run, hello);
      if (answer !== null) return yield answer;
    } catch (error) {
      run.context.signal.throwIfAborted();
      // The connection broke: a request on its way may have arrived. This is found out when it is back.
      if (!(error instanceof GatewayError) || (error.code !== "disconnected" && error.code !== "timeout")) throw error;
    }
    // A closing wire is not known as lost yet, and refuses immediately: without a pause nothing else here would ever
    // run again.
    await clock.sleep(times.idleMs, run.context.signal);
  }
}

/** Returns the connected gateway; reports an outage once in the transcript. */
async function* untilReady(run: Run): AsyncGenerator<RuntimeStep, GatewayHello> {
  const { openclaw, context, connection } = run;
  const { clock, times } = openclaw;
  const status = connection.status();
  const isMended = status.state !== "off" && status.state !== "refused" && status.state !== "read_only";
  if (isMended) {
    const grace = new AbortController();
    const signal = AbortSignal.any([context.signal, grace.signal]);
    void clock.sleep(times.graceMs, signal).then(() => grace.abort());
    const hello = await connection.ready(signal).catch(() => null);
    grace.abort();
    context.signal.throwIfAborted();
    if (hello !== null) return hello;
  }
  const { state, reason } = connection.status();
  const why = reason ?? state.replace("_", " ");
  if (state === "off" || state === "refused" || state === "read_only") {
    throw new RuntimeFailure(`the gateway takes no turns: ${why}`, { retry: false });
  }
  if (run.remote?.isOutageTold !== true) {
    yield {
      type: "notice",
      text: `OpenClaw is not reachable (${why}). The message waits and is sent when it is back.`,
    };
    yield* note(run, { ...(run.remote ?? nothingSent(run)), isOutageTold: true });
  }
  throw new RuntimeFailure(`the gateway is not reachable: ${why}`, {
    retry: true,
    retryAfterMs: times.outageMs,
    isOutage: true,
  });
}

function nothingSent({ connection, key, context }: Run): Remote {
  return {
    gatewayId: connection.id,
    key,
    runId: runIdOf(context.turn.id, 0),
    n: 0,
    bootId: connection.hello()?.bootId ?? "",
    isOutageTold: false,
    found: 0,
    countedTo: 0,
    isCommand: false,
  };
}

/** Continues from the known state to the answer; null when the connection broke on the way. */
async function* attempt(run: Run, hello: GatewayHello): AsyncGenerator<RuntimeStep, RuntimeStep | null> {
  const { context, connection, key } = run;
  const { signal } = context;
  const { agentId, openclaw } = run;
  await patiently(run, () => makeReady({ connection, key, agentId, session: context.session, ready: openclaw.ready }));
  let isFirst = true;
  // Just sent, so it is there: no need to check first.
  let isSent = false;
  if (run.remote === null || run.remote.n === 0) {
    await untilIdle(run);
    const command = await commandOf(connection, agentId, context);
    if (command !== null) {
      if (!(yield* sendCommand(run, hello, { n: 1, command }))) return ownAnswer("OpenClaw has done that.");
    } else yield* send(run, hello, { n: 1, words: await wordsForNew(run) });
    isSent = true;
  }
  for (;;) {
    const { remote } = run;
    if (remote === null) throw new Error("expected a run to be noted");
    const turn = runOfTurn(run, remote);
    const isRestarted = remote.bootId !== hello.bootId;
    const history = isSent ? null : await readTurn({ connection, key, ...turn, signal });
    const verdict: Verdict =
      history === null
        ? { type: "follow", runId: remote.runId, isResumed: false }
        : judge({ ...turn, isRestarted, history });
    isSent = false;
    const rows = history === null ? [] : rowsOfTurn(history.rows, turn).rows;
    const isToBeSent = verdict.type === "failed" || verdict.type === "send_again";
    // Another run was active, perhaps the gateway's own to resume this very run: check again.
    if (isToBeSent && (await untilIdle(run))) continue;
    if (isFirst && (verdict.type === "follow" || verdict.type === "send_again")) yield* noteFound(run);
    switch (verdict.type) {
      case "follow": {
        if (verdict.isResumed && isFirst) yield { type: "notice", text: resumedNotice };
        const count = (row: HistoryRow) => countCall(run, row);
        const place = { connection, key, ...turn, followedId: verdict.runId, told: run.told, count, signal };
        const end = yield* followRun(place);
        const answer = yield* afterEnd(run, end, verdict);
        if (answer !== null || end.type === "lost") return answer;
        // A gateway that answers immediately that it does not know must not be asked without a pause.
        if (end.type === "unknown") await openclaw.clock.sleep(openclaw.times.idleMs, signal);
        break;
      }
      case "answered":
        if (history !== null) yield* tell(run, history);
        return toAnswer(run, verdict.row);
      case "failed":
        if (history !== null) yield* tell(run, history);
        throwIfFresh(run, verdict, isFirst);
        yield* send(run, hello, { n: remote.n + 1, words: wordsToSend(rows) });
        isSent = true;
        break;
      case "send_again":
        // In the same process its key prevents a second run; otherwise it may have been done.
        if (remote.isCommand) {
          if (!verdict.isSameKey) throw new RuntimeFailure(lostCommand, { retry: false });
          const [message] = context.messages;
          yield* sendCommand(run, hello, { n: remote.n, command: message?.text.trim() ?? "" });
          isSent = true;
          break;
        }
        yield { type: "notice", text: noticeByReason[verdict.why] };
        yield* show(run.told, "");
        yield* send(run, hello, { n: verdict.isSameKey ? remote.n : remote.n + 1, words: verdict.words });
        isSent = !(isRestarted && (yield* giveWay(run, remote)));
        break;
      default:
        assertNever(verdict);
    }
    isFirst = false;
  }
}

const lostCommand = "the gateway stopped before it answered this command; whether it was carried out is unknown";

/** A message that is retried after its model failed is already in the transcript. */
async function wordsForNew({ connection, key, context }: Run): Promise<Words> {
  const { rows } = await readHistory(connection, { key, limit: 30, signal: context.signal });
  return firstWords(rows, (text) => isSameWords(text, wordsOf(context)));
}

function* tell(run: Run, history: History): Generator<RuntimeStep> {
  const { remote, told } = run;
  if (remote === null) return;
  yield* tellRows({ ...runOfTurn(run, remote), told, count: (row) => countCall(run, row) }, history);
}

const resumedNotice = "The OpenClaw gateway stopped during this run and resumed it by itself.";

const noticeByReason = {
  never_arrived: "OpenClaw had not received this; it was sent again.",
  never_began: "The OpenClaw gateway stopped before it began this; it was sent again.",
  interrupted: "The OpenClaw gateway stopped during this run; it was asked to continue.",
} as const;

/** A failure of an earlier attempt is the reason for this one: it is retried. A failure of this attempt is thrown. */
function throwIfFresh(run: Run, verdict: Extract<Verdict, { type: "failed" }>, isFirst: boolean): void {
  const isKnown = isFirst && run.context.turn.attempts > 0 && !verdict.isFinal;
  if (!isKnown) throw new RuntimeFailure(verdict.reason, { retry: !verdict.isFinal });
}

/** Returns the answer of a run that ended; null when only the transcript can tell. */
async function* afterEnd(
  run: Run,
  end: RunEnd,
  verdict: Extract<Verdict, { type: "follow" }>,
): AsyncGenerator<RuntimeStep, RuntimeStep | null> {
  const { context, connection, key, remote } = run;
  if (remote === null || end.type === "lost" || end.type === "unknown") return null;
  const { turnId, runId } = runOfTurn(run, remote);
  if (end.type === "error" && verdict.runId !== runId) return null;
  const history = await readTurn({ connection, key, turnId, runId, signal: context.signal });
  yield* tell(run, history);
  const { rows, resumedBy } = rowsOfTurn(history.rows, { turnId, runId });
  if (end.type === "error") {
    const { isStopped } = end;
    const reason = isStopped ? "the run was stopped in OpenClaw" : end.reason;
    throw new RuntimeFailure(reason, { retry: !isStopped && !hasGivenUp(rows) && !isRefusal(reason) });
  }
  const last = rows.findLast((row) => row.role === "assistant" && row.calls.length === 0 && !row.isFailure);
  if (last !== undefined) return toAnswer(run, last);
  // A run of someone else that was in the way has ended; ours is still to come.
  if (verdict.runId !== runId && !resumedBy.includes(verdict.runId)) return null;
  return ownAnswer(end.text);
}

/** A failure that would repeat is not worth two more runs. */
function isRefusal(reason: string): boolean {
  return /unknown model|rejected the request|invalid api key|unauthori[sz]ed/i.test(reason);
}

/** The calls before it are counted already. */
function toAnswer({ remote }: Run, row: HistoryRow): RuntimeStep {
  const answer = { type: "answer", text: row.text, calls: [], externalId: row.id } as const;
  const isCounted = remote !== null && row.place <= remote.countedTo;
  return row.isByModel && !isCounted
    ? { ...answer, ...costOf(row) }
    : { ...answer, inputTokens: 0, outputTokens: 0, isByModel: false };
}

/** Returns an answer that no row of a model represents. */
function ownAnswer(text: string): RuntimeStep {
  return { type: "answer", text, calls: [], inputTokens: 0, outputTokens: 0, isByModel: false };
}

function toFailure({ openclaw }: Run, error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  if (error.gatewayCode === "UNAVAILABLE" && error.retryable) {
    const retryAfterMs = error.retryAfterMs ?? openclaw.times.outageMs;
    return new RuntimeFailure(error.message, { retry: true, retryAfterMs, isOutage: true, cause: error });
  }
  return new RuntimeFailure(error.message, { retry: error.retryable, cause: error });
}
