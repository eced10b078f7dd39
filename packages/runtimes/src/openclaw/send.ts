/**
 * Sends a turn's words to its gateway: noted first, never into the middle of someone else's run, and withdrawn when the
 * gateway has begun to resume the run they replace. If the wire breaks, their fate is found out later.
 */
import type { RuntimeStep } from "@reef/engine/port/runtime";
import { z } from "zod";
import { GatewayError, type GatewayHello } from "./connection.ts";
import { readTurn } from "./follow.ts";
import { readHistory } from "./history.ts";
import { answerNowWords, extraSystemPrompt, goOnWords, ownProvenance, provenanceOf, wordsOf } from "./prompt.ts";
import { activeRun, rowsOfTurn, type Words } from "./reconcile.ts";
import { note, type Remote, type Run } from "./remote-run.ts";
import { restoring } from "./remote-session.ts";
import { runIdOf } from "./session-key.ts";

export interface Sending {
  readonly n: number;
  readonly words: Words;
}

/** Records, then sends. Rejects with `GatewayError`; when the wire breaks, it is unknown whether it arrived. */
export async function* send(run: Run, hello: GatewayHello, { n, words }: Sending): AsyncGenerator<RuntimeStep, void> {
  const { context, connection, key, openclaw } = run;
  const runId = runIdOf(context.turn.id, n);
  yield* note(run, { ...notedFor(run, hello, n), isCommand: false });
  const provenance = words === "same" ? provenanceOf(context) : ownProvenance;
  const params = {
    sessionKey: key,
    message: textOf[words](context),
    idempotencyKey: runId,
    extraSystemPrompt: extraSystemPrompt(context),
    ...(provenance === null ? {} : { inputProvenance: provenance }),
    ...(context.bot.model === null ? {} : { model: context.bot.model }),
  };
  context.signal.throwIfAborted();
  // Not ended by the signal: a stop has to know whether it was accepted.
  const ask = () => openclaw.stops.sending(runId, connection.request("agent", params));
  await patiently(run, () => restoring(connection, key, ask));
}

const textOf = { same: wordsOf, go_on: goOnWords, answer_now: answerNowWords } satisfies Record<Words, unknown>;

const Begun = z.looseObject({ runId: z.string() });

/**
 * Sends a command in the same way. Returns false when the gateway did it without a run: then there is nothing to wait
 * for.
 */
export async function* sendCommand(
  run: Run,
  hello: GatewayHello,
  { n, command }: { readonly n: number; readonly command: string },
): AsyncGenerator<RuntimeStep, boolean> {
  const { context, connection, key, openclaw } = run;
  const runId = runIdOf(context.turn.id, n);
  yield* note(run, { ...notedFor(run, hello, n), isCommand: true });
  context.signal.throwIfAborted();
  const params = { sessionKey: key, message: command, idempotencyKey: runId };
  const ask = () => openclaw.stops.sending(runId, connection.request("chat.send", params));
  return Begun.safeParse(await restoring(connection, key, ask)).success;
}

function notedFor({ context, connection, key, remote }: Run, { bootId }: GatewayHello, n: number) {
  const runId = runIdOf(context.turn.id, n);
  const { found = 0, countedTo = 0 } = remote ?? {};
  return { gatewayId: connection.id, key, runId, n, bootId, isOutageTold: false, found, countedTo };
}

/** A new agent is unknown for a moment, though its gateway has confirmed it. */
export async function patiently<Value>({ context, openclaw }: Run, ask: () => Promise<Value>): Promise<Value> {
  const giveUpAt = openclaw.clock.now() + openclaw.times.newAgentWaitMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isNewAgent = error instanceof GatewayError && /unknown agent|superseded/i.test(error.message);
      if (!isNewAgent || openclaw.clock.now() > giveUpAt) throw error;
      await openclaw.clock.sleep(openclaw.times.newAgentMs, context.signal);
      context.signal.throwIfAborted();
    }
  }
}

/**
 * Waits until no other run is active in the session; true when one was. A gateway that gets a second run before the
 * first has begun may drop the first one's words: those of a person who typed in OpenClaw.
 */
export async function untilIdle({ context, connection, key, openclaw }: Run): Promise<boolean> {
  const { signal, turn } = context;
  for (let hasWaited = false; ; hasWaited = true) {
    signal.throwIfAborted();
    const active = activeRun(await readHistory(connection, { key, limit: 1, signal }));
    if (active === null || active.startsWith(`${turn.id}:`)) return hasWaited;
    const slice = { timeoutMs: waitSliceMs + 15_000, signal };
    await connection.request("agent.wait", { runId: active, timeoutMs: waitSliceMs }, slice);
    await openclaw.clock.sleep(openclaw.times.idleMs, signal);
  }
}

const waitSliceMs = 25_000;
const Aborted = z.looseObject({ status: z.string() });

/**
 * Withdraws our words if the gateway resumes this session itself. After a start a gateway resumes what was cut off, one
 * session after another; if it came to this one between our check and our words, both would act, so ours are withdrawn
 * while they wait behind it. True when they were.
 */
export async function* giveWay(run: Run, before: Remote): AsyncGenerator<RuntimeStep, boolean> {
  const { connection, key, context, remote, openclaw } = run;
  if (remote === null) return false;
  const { signal } = context;
  const turnId = context.turn.id;
  for (;;) {
    const history = await readTurn({ connection, key, turnId, runId: remote.runId, signal });
    const active = activeRun(history);
    if (active === null || active === remote.runId) return false;
    if (rowsOfTurn(history.rows, { turnId, runId: before.runId }).resumedBy.includes(active)) break;
    // Someone else's: ours waits its turn. One that has not begun yet may still turn out to be the gateway's own.
    if (history.rows.some(({ inputOf }) => inputOf === active)) return false;
    await openclaw.clock.sleep(openclaw.times.idleMs, signal);
    signal.throwIfAborted();
  }
  const answer = Aborted.parse(await connection.request("sessions.abort", { key, runId: remote.runId }));
  if (answer.status !== "aborted") return false;
  yield* note(run, { ...before, n: remote.n, countedTo: remote.countedTo });
  return true;
}
