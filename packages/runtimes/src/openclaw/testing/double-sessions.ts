/**
 * Simulates agents, sessions and runs of the gateway double. What survives a crash of the process, and how it continues
 * afterwards, is as measured on the real gateway. Waiting inputs are kept and never begin again; a run whose message is
 * in the transcript is resumed, one session after another, under a new id and behind a row of the gateway's own.
 */
import { setTimeout as wait } from "node:timers/promises";
import { directiveScript, type ModelRequest, type Script } from "../../testing/model-script.ts";
import { echo, pause, requestOf } from "./double-model.ts";
import { assistantRow, commandRow, type DoubleRow, framed, nowMs, resultRow, userRow } from "./double-rows.ts";
import { createWaiting, type DoubleWaiting, WaitingRefusal } from "./double-waiting.ts";

type Json = Readonly<Record<string, unknown>>;

export interface SessionsOptions {
  /** Answers instead of the directives in the message. */
  readonly script: (request: ModelRequest) => Script | Promise<Script>;
  /** The result of a tool; by default `echo WORDS` returns the words. */
  readonly tool: (name: string, input: Json) => string | Promise<string>;
  /** Time from a start to the first run that is resumed. */
  readonly resumeAfterMs: number;
  /** Time between an input's acceptance and its run. */
  readonly admitMs: number;
  readonly agents: readonly string[];
  /** How often it retries a model that answers with 500 or more, and the pause between. */
  readonly modelRetries: number;
  readonly modelRetryMs: number;
  /** How late the events of changed sessions come. */
  readonly eventDelayMs: number;
}

export interface DoubleSession {
  readonly key: string;
  readonly agentId: string;
  readonly sessionId: string;
  /** Commands of a `guarded` session wait for a person. */
  permissionMode: string | null;
  label: string | null;
  category: string | null;
  pinned: boolean;
  archived: boolean;
  unread: boolean;
  rows: DoubleRow[];
  pending: { readonly id: string; readonly runId: string; readonly message: string; state: string }[];
  active: DoubleRun | null;
  isCutOff: boolean;
  lastRunId: string | null;
  lastRunError: string | null;
  updatedAt: number;
}

interface DoubleCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

interface DoubleRun {
  readonly runId: string;
  readonly message: string;
  readonly provenance: unknown;
  readonly model: string | undefined;
  readonly stop: AbortController;
  readonly done: Promise<Json>;
  settle(result: Json): void;
  text: string;
  /** A later input came before it had begun: as measured, its words are lost and it fails. */
  isOvertaken: boolean;
}

export type Reply = { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly error: Json };

export interface DoubleBook {
  readonly sessions: ReadonlyMap<string, DoubleSession>;
  readonly methods: readonly string[];
  readonly waiting: DoubleWaiting;
  answer(method: string, params: Json): Promise<Reply>;
  counts(): { readonly agents: number; readonly sessions: number };
  /** Types in the gateway's own UI; resolves when it is answered. */
  type(key: string, text: string): Promise<void>;
  /** Begins to resume a cut off run of this session immediately. */
  resume(key: string): Promise<void>;
  die(): void;
  revive(): void;
}

const recoveryWords =
  "[System] Your previous turn was interrupted by a gateway restart while OpenClaw was waiting on tool/model work. Continue from the existing transcript.";

/** For an input that a person typed in OpenClaw. */
const typed = null;

class Refused extends Error {}

export function createBook(
  options: Partial<SessionsOptions> & { readonly emit: (event: string, payload: unknown) => void },
): DoubleBook {
  const { emit } = options;
  const sessions = new Map<string, DoubleSession>();
  const agents = new Map((options.agents ?? ["main"]).map((id) => [id, { id, name: id }]));
  const runs = new Map<string, DoubleRun>();
  const state = { life: 0, isAlive: true };
  const waiting = createWaiting(emit);

  function sessionAt(given: unknown): DoubleSession {
    const key = String(given).toLowerCase();
    const found = sessions.get(key);
    if (found) return found;
    const agentId = key.split(":")[1] ?? "";
    if (!agents.has(agentId)) throw new Refused(`unknown agent id "${agentId}"`);
    const session: DoubleSession = {
      key,
      agentId,
      sessionId: crypto.randomUUID(),
      permissionMode: null,
      label: null,
      category: null,
      pinned: false,
      archived: false,
      unread: false,
      rows: [],
      pending: [],
      active: null,
      isCutOff: false,
      lastRunId: null,
      lastRunError: null,
      updatedAt: nowMs(),
    };
    sessions.set(key, session);
    return session;
  }

  function rowOf(session: DoubleSession): Json {
    const [recorded] = framed("sessions.list", {}).sessions as readonly Json[];
    const { active } = session;
    return {
      ...recorded,
      key: session.key,
      agentId: session.agentId,
      sessionId: session.sessionId,
      label: session.label ?? undefined,
      displayName: session.label ?? session.key,
      category: session.category ?? undefined,
      pinned: session.pinned,
      archived: session.archived,
      unread: session.unread,
      updatedAt: session.updatedAt,
      status: active || session.isCutOff ? "running" : session.lastRunError ? "failed" : "done",
      abortedLastRun: session.isCutOff,
      hasActiveRun: active !== null,
      activeRunIds: active === null ? [] : [active.runId],
      lastRunId: session.lastRunId ?? undefined,
      lastRunError: session.lastRunError ?? undefined,
    };
  }

  function changed(session: DoubleSession, reason: string): void {
    session.updatedAt = nowMs();
    const payload = { sessionKey: session.key, agentId: session.agentId, reason, session: rowOf(session) };
    emit("sessions.changed", framed("sessions.changed", payload));
  }

  function append(session: DoubleSession, row: DoubleRow): void {
    session.rows.push(row);
    session.unread = true;
    if (row.role === "toolResult") return;
    const name = row.role === "user" ? "session.message.user" : "session.message.assistant";
    const messageId = (row.__openclaw as Json).id;
    emit(
      "session.message",
      framed(name, { sessionKey: session.key, message: row, messageId, session: rowOf(session) }),
    );
  }

  function begin(input: Pick<DoubleRun, "runId" | "message" | "provenance" | "model">, key: unknown): DoubleRun {
    const session = sessionAt(key);
    if (session.archived) throw new Refused("session is archived. Restore it before starting new work");
    let settle: (result: Json) => void = () => undefined;
    const done = new Promise<Json>((resolve) => {
      settle = resolve;
    });
    const run: DoubleRun = { ...input, stop: new AbortController(), done, settle, text: "", isOvertaken: false };
    runs.set(run.runId, run);
    const before = session.active;
    const hasBegun = session.pending.every(({ runId }) => runId !== before?.runId);
    if (before !== null && !hasBegun && before.provenance === typed) before.isOvertaken = true;
    session.pending.push({ id: crypto.randomUUID(), runId: run.runId, message: run.message, state: "queued" });
    void next(session);
    return run;
  }

  async function next(session: DoubleSession): Promise<void> {
    const { life } = state;
    const waiting = session.pending.find((each) => each.state === "queued");
    const run = waiting && runs.get(waiting.runId);
    if (session.active !== null || run === undefined || !state.isAlive) return;
    session.active = run;
    await wait(options.admitMs ?? 0);
    if (state.life !== life || !state.isAlive) return;
    session.pending = session.pending.filter((each) => each !== waiting);
    const result = run.isOvertaken
      ? { runId: run.runId, status: "error", error: "Agent run failed" }
      : run.stop.signal.aborted
        ? cancelled(run)
        : await perform(session, run);
    if (state.life !== life || !state.isAlive) return;
    session.active = null;
    session.isCutOff = false;
    session.lastRunId = run.runId;
    session.lastRunError = typeof result.error === "string" ? result.error : null;
    agentEvent(session, run, { stream: "lifecycle", data: { ...framedPhase("end"), endedAt: nowMs() } });
    changed(session, "agent.input.settled");
    run.settle(result);
    await next(session);
  }

  function agentEvent(
    session: DoubleSession,
    run: DoubleRun,
    values: { readonly stream: string; readonly data: Json },
  ): void {
    const phase = typeof values.data.phase === "string" ? `.${values.data.phase}` : "";
    const place = { runId: run.runId, sessionKey: session.key, agentId: session.agentId };
    emit("agent", framed(`agent.${values.stream}${phase}`, { ...place, ...values }));
  }

  async function perform(session: DoubleSession, run: DoubleRun): Promise<Json> {
    const { life } = state;
    const { runId } = run;
    const isGone = () => state.life !== life || !state.isAlive;
    // A message without an answer is replaced by the next one, but not by the gateway's own.
    if (session.rows.at(-1)?.role === "user" && run.message !== recoveryWords) session.rows.pop();
    agentEvent(session, run, { stream: "lifecycle", data: { phase: "start", startedAt: nowMs() } });
    const provenance = run.provenance === typed ? undefined : run.provenance;
    append(session, userRow({ seq: session.rows.length + 1, text: run.message, runId, provenance }));
    changed(session, "agent.run.started");
    for (let tries = 1; ; ) {
      const script = await (options.script ?? directiveScript)(requestOf(session.rows));
      await pause(script.delayMs, run.stop.signal);
      if (isGone()) return {};
      if (run.stop.signal.aborted) return cancelled(run, session);
      const seq = session.rows.length + 1;
      if (script.fail) {
        const error = `LLM request failed: HTTP ${script.fail.status}`;
        const maxRetries = options.modelRetries ?? 0;
        agentEvent(session, run, { stream: "lifecycle", data: { phase: "finishing", error: `⚠️ ${error}.` } });
        if (script.fail.status >= 500 && tries <= maxRetries) {
          const data = { phase: "retrying", message: "Retrying in 2s", retryAttempt: tries, maxRetries };
          agentEvent(session, run, { stream: "run_status", data });
          tries += 1;
          await pause(options.modelRetryMs ?? 50, run.stop.signal);
          continue;
        }
        append(session, assistantRow({ seq, text: error, runId, isFailure: true }));
        return { runId, status: "error", error };
      }
      tries = 1;
      const calls = (script.calls ?? []).map(({ name, input }, n) => ({
        id: `call_${seq}_${n + 1}`,
        name,
        arguments: typeof input === "string" ? JSON.parse(input) : input,
      }));
      await speak(session, run, script);
      if (isGone()) return {};
      if (run.stop.signal.aborted) return cancelled(run, session);
      const text = script.text ?? "";
      append(session, assistantRow({ seq, text, runId, calls, ...(run.model && { model: run.model }) }));
      if (calls.length === 0) {
        const ok = framed("agent.wait.ok", { runId, terminalReply: { disposition: "visible", text } });
        return ok;
      }
      for (const call of calls) {
        const head = { name: call.name, toolCallId: call.id };
        agentEvent(session, run, { stream: "tool", data: { phase: "start", ...head, args: call.arguments } });
        const result = await act(session, run, call);
        if (isGone()) return {};
        const row = resultRow({ seq: session.rows.length + 1, text: result, runId, callId: call.id, name: call.name });
        append(session, row);
        agentEvent(session, run, {
          stream: "tool",
          data: { phase: "result", ...head, isError: false, result: { content: row.content } },
        });
      }
    }
  }

  async function act(session: DoubleSession, run: DoubleRun, call: DoubleCall): Promise<string> {
    const input = call.arguments as Json;
    const asking = { sessionKey: session.key, agentId: session.agentId, runId: run.runId };
    if (call.name === "tool_call" && input.id === "ask_user") {
      const { questions } = input.args as { readonly questions: readonly Json[] };
      const asked = questions.map(({ id, ...question }) => ({
        questionId: id,
        options: [],
        isOther: true,
        ...question,
      }));
      return await waiting.ask(asked, asking);
    }
    if (call.name === "exec" && session.permissionMode === "guarded") {
      const decision = await waiting.approve({ command: input.command, toolCallId: call.id }, asking);
      if (decision === "deny") return `Exec denied: ${String(input.command)}`;
    }
    return await (options.tool ?? echo)(call.name, input);
  }

  async function speak(session: DoubleSession, run: DoubleRun, script: Script): Promise<void> {
    const text = script.text ?? "";
    const chunks = script.chunks ?? 3;
    const size = Math.max(1, Math.ceil(text.length / chunks));
    const itemId = crypto.randomUUID();
    run.text = "";
    while (run.text.length < text.length && !run.stop.signal.aborted && state.isAlive) {
      if (run.text !== "") await pause(script.gapMs ?? 0, run.stop.signal);
      const delta = text.slice(run.text.length, run.text.length + size);
      run.text += delta;
      agentEvent(session, run, { stream: "assistant", data: { text: run.text, delta, itemId } });
    }
  }

  function cancelled(run: DoubleRun, session?: DoubleSession): Json {
    if (session !== undefined && run.text !== "") {
      const { runId, text } = run;
      append(session, assistantRow({ seq: session.rows.length + 1, text, runId, isCutOff: true }));
    }
    return framed("agent.wait.aborted", { runId: run.runId, endedAt: nowMs() });
  }

  /** Answered by the gateway itself, without a model. */
  function command(session: DoubleSession, text: string, runId: string): Json {
    const [provenance, seq] = [undefined, session.rows.length + 1];
    append(session, userRow({ seq, text, runId, provenance }));
    append(session, commandRow({ seq: seq + 1, text: `The gateway did ${text}`, runId }));
    const done = Promise.resolve(framed("agent.wait.command", { runId }));
    runs.set(runId, {
      runId,
      message: text,
      provenance,
      model: undefined,
      stop: new AbortController(),
      done,
      settle: () => undefined,
      text: "",
      isOvertaken: false,
    });
    return framed("chat.send.command", { runId });
  }

  async function recover(): Promise<void> {
    const { life } = state;
    await wait(options.resumeAfterMs ?? 200, undefined, { ref: false });
    for (const session of sessions.values()) {
      if (state.life !== life || !state.isAlive) return;
      if (session.isCutOff && session.active === null) await resume(session);
    }
  }

  async function resume(session: DoubleSession): Promise<void> {
    const provenance = {
      kind: "internal_system",
      sourceSessionKey: session.key,
      sourceTool: "main_session_restart_recovery",
    };
    const run = { runId: crypto.randomUUID(), message: recoveryWords, provenance, model: undefined };
    await begin(run, session.key).done;
  }

  const answers: Readonly<Record<string, (params: Json) => unknown>> = {
    ...waiting.answers,
    health: () => ({ ok: true }),
    "agents.list": () => {
      const base = framed("agents.list", {});
      const [recorded] = base.agents as readonly Json[];
      return { ...base, agents: [...agents.values()].map((agent) => ({ ...recorded, ...agent })) };
    },
    "agents.create": ({ name }) => {
      const id = String(name)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-");
      agents.set(id, { id, name: String(name) });
      return { ok: true, agentId: id, name, workspace: `/home/you/${id}` };
    },
    "sessions.subscribe": () => framed("sessions.subscribe", {}),
    "sessions.messages.subscribe": ({ key }) => framed("sessions.messages.subscribe", { key }),
    "sessions.create": ({ key, agentId, label, displayName }) => {
      const session = sessionAt(key ?? `agent:${String(agentId)}:dashboard:${crypto.randomUUID()}`);
      for (const other of sessions.values()) {
        if (label !== undefined && other !== session && other.label === label) {
          throw new Refused(`label already in use: ${String(label)}`);
        }
      }
      session.label = typeof label === "string" ? label : ((displayName as string | undefined) ?? session.label);
      changed(session, "create");
      return framed("sessions.create", { key: session.key, sessionId: session.sessionId });
    },
    "sessions.patch": ({ key, label, pinned, archived, unread, category, permissionMode, expectedSessionId }) => {
      const session = sessionAt(key);
      if (permissionMode !== undefined) session.permissionMode = permissionMode as string | null;
      for (const other of sessions.values()) {
        if (typeof label === "string" && other !== session && other.label === label) {
          throw new Refused(`label already in use: ${label}`);
        }
      }
      if (archived !== undefined && expectedSessionId !== session.sessionId) {
        throw new Refused("archive and restore require expectedSessionId");
      }
      if (typeof label === "string") session.label = label;
      if (typeof unread === "boolean") session.unread = unread;
      if (typeof pinned === "boolean") session.pinned = pinned;
      if (typeof archived === "boolean") {
        session.archived = archived;
        if (archived) session.pinned = false;
      }
      if (category !== undefined) session.category = category as string | null;
      // The event of a change comes late, as on the real one, with the row as it was then.
      session.updatedAt = Math.max(nowMs(), session.updatedAt + 1);
      const { updatedAt } = session;
      const payload = { sessionKey: session.key, agentId: session.agentId, reason: "patch", session: rowOf(session) };
      setTimeout(() => emit("sessions.changed", framed("sessions.changed", payload)), options.eventDelayMs ?? 0);
      return framed("sessions.patch", { key: session.key, entry: { sessionId: session.sessionId, updatedAt } });
    },
    "sessions.describe": ({ key }) => ({ session: rowOf(sessionAt(key)) }),
    "sessions.list": ({ limit, offset, agentId, search, archived }) => {
      const all = [...sessions.values()]
        .filter((session) => agentId === undefined || session.agentId === agentId)
        .filter((session) => archived === "all" || session.archived === (archived ?? false))
        .filter(({ key, label }) => search === undefined || `${key} ${label}`.includes(String(search)))
        .sort((a, b) => b.updatedAt - a.updatedAt);
      const [from, many] = [Number(offset ?? 0), Number(limit ?? 100)];
      const page = all.slice(from, from + many);
      const isMore = from + many < all.length;
      return framed("sessions.list", {
        count: page.length,
        totalCount: all.length,
        limitApplied: many,
        nextOffset: isMore ? from + many : undefined,
        hasMore: isMore,
        sessions: page.map(rowOf),
      });
    },
    "sessions.abort": ({ key, runId }) => {
      const session = sessionAt(key);
      const id = runId === undefined ? session.active?.runId : String(runId);
      const run = id === undefined ? undefined : runs.get(id);
      if (run === undefined || (session.active !== run && !session.pending.some((each) => each.runId === id))) {
        return { ok: true, abortedRunId: null, status: "no-active-run" };
      }
      run.stop.abort();
      waiting.abort(run.runId);
      if (session.active !== run) {
        session.pending = session.pending.filter((each) => each.runId !== id);
        run.settle(cancelled(run));
      }
      return framed("sessions.abort", { abortedRunId: id });
    },
    agent: ({ sessionKey, message, idempotencyKey, inputProvenance, model }) => {
      const runId = String(idempotencyKey);
      const head = { runId, sessionKey: String(sessionKey).toLowerCase() };
      if (runs.has(runId)) return framed("agent.inFlight", head);
      if (sessionAt(sessionKey).pending.some((each) => each.runId === runId)) {
        throw new Refused("Pending input idempotency key conflicts with the accepted input");
      }
      begin(
        {
          runId,
          message: String(message),
          provenance: inputProvenance,
          model: typeof model === "string" ? model.split("/").at(-1) : undefined,
        },
        sessionKey,
      );
      return framed("agent", { ...head, acceptedAt: nowMs() });
    },
    "chat.send": ({ sessionKey, message, idempotencyKey }) => {
      const runId = String(idempotencyKey ?? crypto.randomUUID());
      if (/^\/(status|model|compact)\b/.test(String(message)))
        return command(sessionAt(sessionKey), String(message), runId);
      begin({ runId, message: String(message), provenance: typed, model: undefined }, sessionKey);
      return { runId, status: "started" };
    },
    "commands.list": () => framed("commands.list", {}),
    "agent.wait": async ({ runId, timeoutMs }) => {
      const timeout = framed("agent.wait.timeout", { runId });
      const limit = wait(Number(timeoutMs ?? 30_000), timeout, { ref: false });
      return await Promise.race([runs.get(String(runId))?.done ?? limit, limit]);
    },
    "chat.history": ({ sessionKey, limit, offset, inputRunIds }) => {
      const found = sessions.get(String(sessionKey).toLowerCase());
      const rows = found?.rows ?? [];
      const upTo = Math.max(0, rows.length - Number(offset ?? 0));
      const pending = found?.pending ?? [];
      const asked = new Set((inputRunIds as readonly string[] | undefined) ?? []);
      const active = found?.active ?? null;
      return framed("history", {
        sessionKey,
        sessionId: found?.sessionId,
        messages: rows.slice(Math.max(0, upTo - Number(limit ?? 50)), upTo),
        hasMore: upTo > Number(limit ?? 50),
        nextOffset: upTo > Number(limit ?? 50) ? rows.length - upTo + Number(limit ?? 50) : undefined,
        totalMessages: rows.length,
        pendingInputs: {
          items: pending.map((each) => ({ ...each, message: { role: "user", content: each.message } })),
          total: pending.length,
        },
        inputReceipts: pending.flatMap(({ runId }) => (asked.has(runId) ? [{ runId, state: "pending" }] : [])),
        inFlightRun: active && rows.length > 0 ? { runId: active.runId, text: active.text } : undefined,
        sessionInfo: found === undefined ? {} : rowOf(found),
      });
    },
  };

  return {
    sessions,
    waiting,
    methods: Object.keys(answers),
    counts: () => ({ agents: agents.size, sessions: sessions.size }),
    async answer(method, params) {
      const handler = answers[method];
      if (handler === undefined) {
        return { ok: false, error: { code: "INVALID_REQUEST", message: `unknown method: ${method}` } };
      }
      try {
        return { ok: true, payload: await handler(params) };
      } catch (error) {
        if (error instanceof WaitingRefusal) {
          const { reason, message } = error;
          return { ok: false, error: { code: "INVALID_REQUEST", message, details: { reason } } };
        }
        if (!(error instanceof Refused)) throw error;
        const code = error.message.startsWith("Pending") ? "UNAVAILABLE" : "INVALID_REQUEST";
        return { ok: false, error: { code, message: error.message } };
      }
    },
    async type(key, text) {
      const run = begin({ runId: crypto.randomUUID(), message: text, provenance: typed, model: undefined }, key);
      await run.done;
    },
    resume: (key) => resume(sessionAt(key)),
    die() {
      state.life += 1;
      state.isAlive = false;
      waiting.die();
      runs.clear();
      for (const session of sessions.values()) {
        const hasBegun =
          session.active !== null && !session.pending.some(({ runId }) => runId === session.active?.runId);
        session.isCutOff ||= hasBegun;
        session.active = null;
        for (const each of session.pending) each.state = "interrupted";
      }
    },
    revive() {
      state.isAlive = true;
      void recover();
    },
  };
}

function framedPhase(phase: string): Json {
  return { ...(framed(`agent.lifecycle.${phase}`, {}).data as Json), phase };
}
