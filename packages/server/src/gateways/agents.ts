/**
 * Creates and warms up agents at a gateway for a person. A gateway confirms a new agent before it can be used, and the
 * first run of an agent after a start takes long: this waits for both.
 */
import type { Clock } from "@reef/engine/port/clock";
import { AppError } from "@reef/protocol/error";
import type { NewGatewayAgent } from "@reef/protocol/gateway";
import { type GatewayConnection, GatewayError } from "@reef/runtimes/openclaw/connection";
import type { AgentOfGateway } from "@reef/runtimes/openclaw/mirror/session-row";
import type { GatewayWatch } from "@reef/runtimes/openclaw/mirror/watch";
import { z } from "zod";
import type { RunningWork } from "./progress-list.ts";

const Created = z.object({ agentId: z.string().min(1) });
const Accepted = z.object({ runId: z.string().min(1) });
const Waited = z.object({ status: z.string(), error: z.string().nullish() });

/** How long a new agent may take until it can be used, in milliseconds. */
const usableWithinMs = 60_000;
const pollMs = 250;
/** How long one agent may take to warm up; its first run takes 5 to 70 s on a small machine. */
const warmWithinMs = 180_000;

/**
 * Resolves when the agent can be used. Throws `conflict` when the name is taken, `unavailable` when it takes too long.
 */
export async function createAgent(
  { watch, clock }: { readonly watch: GatewayWatch; readonly clock: Clock },
  input: NewGatewayAgent,
): Promise<AgentOfGateway> {
  const { connection } = watch;
  const known = (await watch.roster()).agents();
  const slug = input.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  if (known.some(({ agentId, name }) => agentId === slug || name.toLowerCase() === input.name.toLowerCase())) {
    throw new AppError("conflict", `the gateway already has an agent named “${input.name}”`);
  }
  const { name, emoji, model } = input;
  const workspace = input.workspace ?? workspaceBeside(known, slug);
  const params = { name, workspace, ...(emoji !== undefined && { emoji }), ...(model !== undefined && { model }) };
  const made = Created.safeParse(await connection.request("agents.create", params, { timeoutMs: 60_000 }));
  if (!made.success) throw new GatewayError("malformed", "agents.create: its answer cannot be read");
  const { agentId } = made.data;
  const untilMs = clock.now() + usableWithinMs;
  for (;;) {
    const isUsable = await hasSession(connection, agentId);
    if (isUsable) {
      await watch.readAgents(AbortSignal.timeout(30_000));
      const agent = (await watch.roster()).agents().find((each) => each.agentId === agentId);
      if (agent !== undefined) return agent;
    }
    if (clock.now() > untilMs) {
      throw new AppError(
        "unavailable",
        `the agent “${name}” was created, but the gateway does not allow its use yet; check again in a minute`,
      );
    }
    await clock.sleep(pollMs);
  }
}

/** Warms up one after another: each prepares its own runtime, and two in parallel take longer than both in turn. */
export async function warmAgents(
  {
    connection,
    clock,
    work,
  }: { readonly connection: GatewayConnection; readonly clock: Clock; readonly work: RunningWork },
  agents: readonly AgentOfGateway[],
): Promise<void> {
  for (const [done, { agentId, name }] of agents.entries()) {
    work.signal.throwIfAborted();
    work.at({ current: name, done, total: agents.length });
    const problem = await warmAgent({ connection, clock, agentId, signal: work.signal }).catch((error: unknown) =>
      error instanceof GatewayError && error.code !== "disconnected" ? error.message : Promise.reject(error),
    );
    if (problem !== null) work.problem(name, problem);
  }
  work.at({ done: agents.length, total: agents.length });
}

/** Returns the problem, or null. */
async function warmAgent(parts: {
  readonly connection: GatewayConnection;
  readonly clock: Clock;
  readonly agentId: string;
  readonly signal: AbortSignal;
}): Promise<string | null> {
  const { connection, clock, agentId, signal } = parts;
  const params = {
    sessionKey: warmKey(agentId),
    message: "This only wakes you up after a start. Answer with: OK",
    idempotencyKey: `reef-warm:${agentId}:${clock.now()}`,
    lane: "background",
  };
  const accepted = Accepted.safeParse(await connection.request("agent", params, { signal, timeoutMs: 60_000 }));
  if (!accepted.success) return "its gateway's answer cannot be read";
  const untilMs = clock.now() + warmWithinMs;
  while (clock.now() < untilMs) {
    const wait = { runId: accepted.data.runId, timeoutMs: 20_000 };
    const answer = await connection.request("agent.wait", wait, { signal, timeoutMs: 30_000 });
    const { status, error } = Waited.parse(answer);
    if (status === "ok") return null;
    if (status === "error") return error ?? "its run failed";
  }
  return `no answer within ${warmWithinMs / 1000} s`;
}

/** Returns the session for warm-ups, apart from every conversation. */
function warmKey(agentId: string): string {
  return `agent:${agentId}:reef-warm-up`;
}

/** A gateway has an agent only once its sessions can be created. */
async function hasSession(connection: GatewayConnection, agentId: string): Promise<boolean> {
  try {
    await connection.request("sessions.create", { agentId, key: warmKey(agentId) });
    return true;
  } catch (error) {
    if (error instanceof GatewayError && error.code === "refused") return false;
    throw error;
  }
}

/** Returns a folder beside the default agent's, as the gateway would name it. */
function workspaceBeside(agents: readonly AgentOfGateway[], slug: string): string {
  const beside = agents.find(({ isDefault }) => isDefault)?.workspace ?? "~/.openclaw/workspace";
  return `${beside.replace(/[\\/]+$/, "")}-${slug}`;
}
