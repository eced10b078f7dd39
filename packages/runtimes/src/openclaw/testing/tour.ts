/**
 * Takes a fixed tour through a gateway that collects one frame of each kind used here. With the real gateway it makes
 * the recording that the double is built from; with the double it shows that the double sends the same. So neither can
 * drift alone.
 */
import { setTimeout as wait } from "node:timers/promises";
import { type GatewayConnection, GatewayError } from "../connection.ts";

export type Tour = Readonly<Record<string, unknown>>;

const words = `look [[tool=exec {"command":"echo one"}]] [[say=It says one.]] [[chunks=3]] [[gap=150]]`;

const asked = {
  questions: [
    {
      id: "q1",
      header: "Color",
      question: "Which colour?",
      options: [{ label: "Red", description: "warm" }, { label: "Blue" }],
    },
  ],
};

/** Returns the gateway's answers and events, by the name of the frame. Takes a few seconds. */
export async function takeTour(connection: GatewayConnection, key: string): Promise<Tour> {
  const found: Record<string, unknown> = {};
  const keep = (name: string, payload: unknown) => {
    found[name] ??= payload;
  };
  const stop = connection.onEvent(({ event, payload }) => {
    const named = nameOf(event, payload, key);
    if (named !== null) keep(named, payload);
  });
  try {
    const ask = async (name: string, method: string, params: Readonly<Record<string, unknown>>) => {
      const payload = await connection.request(method, params, { timeoutMs: 90_000 });
      keep(name, payload);
      return payload;
    };
    const runId = `${key}-run`;
    const seen = async (name: string) => {
      for (let n = 0; n < 2_400 && found[name] === undefined; n += 1) await wait(50);
      return found[name] as { readonly id: string };
    };
    /** A command that needs approval, then a question. */
    const waitForPerson = async () => {
      await connection.request("sessions.patch", { key, permissionMode: "guarded" });
      const guarded = `[[tool=exec {"command":"echo guarded"}]] [[say=done]]`;
      await connection.request("agent", { sessionKey: key, message: guarded, idempotencyKey: `${runId}-5` });
      const approval = await seen("exec.approval.requested");
      await ask("exec.approval.list", "exec.approval.list", {});
      await ask("approval.get", "approval.get", { id: approval.id });
      await ask("exec.approval.resolve", "exec.approval.resolve", { id: approval.id, decision: "allow-once" });
      await connection.request("agent.wait", { runId: `${runId}-5`, timeoutMs: 30_000 });
      const asking = `[[tool=tool_call ${JSON.stringify({ id: "ask_user", args: asked })}]] [[say=thanks]]`;
      await connection.request("agent", { sessionKey: key, message: asking, idempotencyKey: `${runId}-6` });
      const question = await seen("question.requested");
      await ask("question.list", "question.list", {});
      await ask("question.get", "question.get", { id: question.id });
      const answers = { answers: { q1: ["Blue"] } };
      await ask("question.resolve", "question.resolve", { id: question.id, answers, resolvedBy: "Reef" });
      await connection.request("agent.wait", { runId: `${runId}-6`, timeoutMs: 30_000 });
    };
    await ask("agents.list", "agents.list", {});
    await ask("sessions.subscribe", "sessions.subscribe", {});
    await ask("sessions.create", "sessions.create", { key, agentId: "main", label: `label of ${key}` });
    await ask("sessions.patch", "sessions.patch", { key, pinned: true });
    await ask("sessions.messages.subscribe", "sessions.messages.subscribe", { key });
    await ask("agent", "agent", { sessionKey: key, message: words, idempotencyKey: runId });
    await ask("agent.inFlight", "agent", { sessionKey: key, message: words, idempotencyKey: runId });
    await ask("agent.queued", "agent", { sessionKey: key, message: "next", idempotencyKey: `${runId}-2` });
    await ask("history.queued", "chat.history", { sessionKey: key, limit: 20, inputRunIds: [`${runId}-2`] });
    await ask("sessions.abort", "sessions.abort", { key, runId: `${runId}-2` });
    await ask("agent.wait.aborted", "agent.wait", { runId: `${runId}-2`, timeoutMs: 20_000 });
    await ask("agent.wait.ok", "agent.wait", { runId, timeoutMs: 80_000 });
    await ask("agent.wait.timeout", "agent.wait", { runId: `${runId}-nobody`, timeoutMs: 50 });
    for (let n = 0; n < 100 && found["sessions.changed"] === undefined; n += 1) await wait(50);
    await ask("history", "chat.history", { sessionKey: key, limit: 20, inputRunIds: [runId] });
    const failing = { sessionKey: key, message: "no [[fail=503]]", idempotencyKey: `${runId}-3` };
    await connection.request("agent", failing);
    for (let n = 0; n < 2_400 && found["agent.run_status.retrying"] === undefined; n += 1) await wait(50);
    await connection.request("sessions.abort", { key, runId: `${runId}-3` });
    await connection.request("agent.wait", { runId: `${runId}-3`, timeoutMs: 20_000 });
    await ask("commands.list", "commands.list", { agentId: "main" });
    await ask("chat.send.command", "chat.send", { sessionKey: key, message: "/model", idempotencyKey: `${runId}-4` });
    await ask("agent.wait.command", "agent.wait", { runId: `${runId}-4`, timeoutMs: 20_000 });
    await ask("history.command", "chat.history", { sessionKey: key, limit: 1 });
    await waitForPerson();
    await ask("sessions.list", "sessions.list", { limit: 1, agentId: "main", search: key });
    await connection.request("no.such.method", {}).catch((error: unknown) => {
      if (error instanceof GatewayError)
        keep("error.unknownMethod", { code: error.gatewayCode, message: error.message });
    });
    return found;
  } finally {
    stop();
  }
}

function nameOf(event: string, payload: unknown, key: string): string | null {
  if (typeof payload !== "object" || payload === null) return null;
  const { sessionKey, stream, data, message, reason } = payload as Readonly<Record<string, unknown>>;
  if (event === "health") return "health";
  if (/^(exec\.approval|question)\.(requested|resolved)$/.test(event)) return event;
  if (typeof sessionKey !== "string" || sessionKey !== key) return null;
  if (event === "sessions.changed") return reason === "agent.input.settled" ? event : null;
  if (event === "session.message") return `session.message.${String((message as { role?: unknown })?.role)}`;
  if (event !== "agent") return null;
  const { phase, error } = (data ?? {}) as { readonly phase?: unknown; readonly error?: unknown };
  const isUsed = ["assistant", "tool", "lifecycle"].includes(String(stream)) || phase === "retrying";
  // A successful run finishes too; what is used is how it reports that its model failed.
  if (!isUsed || (phase === "finishing" && error === undefined)) return null;
  return `agent.${String(stream)}${typeof phase === "string" ? `.${phase}` : ""}`;
}

/** Returns the shape of a value: names and types, with the first element representing a list. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}

/** Returns where `part` has something that `whole` does not have, or has differently. */
export function beyond(part: unknown, whole: unknown, path = ""): readonly string[] {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return [path];
    return part.length === 0 || whole.length === 0 ? [] : beyond(part[0], whole[0], `${path}[]`);
  }
  if (typeof part !== "object" || part === null) return part === whole ? [] : [path];
  if (typeof whole !== "object" || whole === null || Array.isArray(whole)) return [path];
  return Object.entries(part).flatMap(([name, each]) =>
    name in whole
      ? beyond(each, (whole as Readonly<Record<string, unknown>>)[name], `${path}.${name}`)
      : [`${path}.${name}`],
  );
}
