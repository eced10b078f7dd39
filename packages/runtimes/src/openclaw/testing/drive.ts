/**
 * Drives the runtime as the engine does, without one: keeps its notes, adds its steps to a transcript, calls it again
 * after a failure that may be retried. `abandon` simulates a Reef that was killed: nothing more is requested, and
 * another one that knows only the notes continues.
 */
import { setTimeout as wait } from "node:timers/promises";
import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import { type Runtime, RuntimeFailure, type RuntimeStep, type TurnContext } from "@reef/engine/port/runtime";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { GatewayRecord } from "@reef/protocol/gateway";
import type { Session } from "@reef/protocol/session";
import { contextOf, entriesOf, person } from "../../testing/turn-context.ts";
import type { GatewayConnection, Gateways } from "../connection.ts";
import { type ConnectionTimes, type OpenConnection, openConnection } from "../gateway-connection.ts";
import { createOpenClawRuntime } from "../openclaw-runtime.ts";
import { keyOfSession } from "../session-key.ts";
import { tokensOf } from "./tokens.ts";

export const realClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  steady: () => performance.now(),
  async sleep(ms, signal) {
    await wait(ms, undefined, { ...(signal && { signal }), ref: false }).catch(() => undefined);
  },
};

export interface GatewayAddress {
  readonly url: string;
  readonly token: string;
}

/** One Reef's side of a gateway: its connection and its runtime. */
export interface Side extends AsyncDisposable {
  readonly place: GatewayAddress;
  readonly connection: OpenConnection;
  readonly runtime: Runtime;
  readonly logged: readonly string[];
}

const gatewayId = makeId("gateway");

export interface SideOptions {
  readonly times?: Partial<ConnectionTimes>;
  /** How long a turn waits for the connection before it reports that the gateway is away; 200 ms by default. */
  readonly graceMs?: number;
  /** Wraps the connection between the runtime and the gateway. */
  readonly wrap?: (connection: GatewayConnection) => GatewayConnection;
}

export function openSide(
  { url, token }: GatewayAddress,
  { times, graceMs = 200, wrap = (same) => same }: SideOptions = {},
): Side {
  const logged: string[] = [];
  const keep = (facts: object, message: string) => void logged.push(`${message} ${JSON.stringify(facts)}`);
  const log = { debug: keep, info: keep, warn: keep };
  const record = { id: gatewayId, name: "test", url, token: { from: "env", name: "GATEWAY_TOKEN" }, enabled: true };
  const connection = openConnection({
    record: record as GatewayRecord,
    readToken: tokensOf({ GATEWAY_TOKEN: token }),
    clock: realClock,
    log,
    times: { firstPauseMs: 20, maxPauseMs: 250, ...times },
  });
  const gateways: Gateways = {
    get: (id) => (id === gatewayId ? wrap(connection) : undefined),
    list: () => [connection],
    onChange: () => () => undefined,
    async [Symbol.asyncDispose]() {},
  };
  const runtime = createOpenClawRuntime({
    gateways,
    clock: realClock,
    log,
    times: { graceMs, outageMs: 100 },
  });
  return {
    place: { url, token },
    connection,
    runtime,
    logged,
    [Symbol.asyncDispose]: async () => await connection[Symbol.asyncDispose](),
  };
}

export interface Drive {
  readonly session: Session;
  readonly turnId: string;
  readonly key: string;
  /** Every step so far, over all calls. */
  readonly steps: readonly RuntimeStep[];
  /** The current live text. */
  readonly live: string;
  /** The last note. */
  readonly remote: Readonly<Record<string, unknown>> | null;
  readonly outages: number;
  /** Continues until the answer. Rejects with the failure that ends the turn. */
  finish(side: Side): Promise<Extract<RuntimeStep, { type: "answer" }>>;
  /** Resolves after a step for which `is` holds, and requests nothing more from then on. */
  abandonAfter(side: Side, is: (step: RuntimeStep) => boolean): Promise<void>;
  cancel(): void;
}

export interface DriveOptions {
  readonly text: string;
  readonly session?: Partial<Session>;
  readonly bot?: Partial<Bot>;
  readonly title?: string;
  /** Replaces parts of the context, such as a person's words, beside the message. */
  readonly context?: Partial<TurnContext>;
}

/** Drives a turn with one message of a person, in its own session. */
export function driveTurn({ text, title, ...options }: DriveOptions): Drive {
  const base = { ...contextOf({}), ...options.context };
  const session: Session = {
    ...base.session,
    id: makeId("session"),
    title: title ?? `test ${crypto.randomUUID().slice(0, 8)}`,
    ...options.session,
  };
  const bot: Bot = { ...base.bot, runtime: "openclaw", agent: { gatewayId, agentId: "main" }, ...options.bot };
  const turn = { ...base.turn, id: makeId("turn"), sessionId: session.id };
  const drafts = options.context?.entries ?? [person(text)];
  const entries: Entry[] = entriesOf(drafts.map((draft) => ({ ...draft, turnId: turn.id, sessionId: session.id })));
  const controller = new AbortController();
  const state = {
    steps: [] as RuntimeStep[],
    live: "",
    remote: null as Readonly<Record<string, unknown>> | null,
    attempts: 0,
    outages: 0,
  };

  async function call(side: Side, isLast: (step: RuntimeStep) => boolean): Promise<RuntimeStep> {
    const context = { ...base, bot, session, entries, signal: controller.signal };
    const steps = side.runtime.run({ ...context, turn: { ...turn, remote: state.remote, attempts: state.attempts } });
    for await (const step of steps) {
      state.steps.push(step);
      if (step.type === "note") state.remote = step.remote;
      if (step.type === "delta") state.live += step.text;
      if (step.type === "retry" || step.type === "said") state.live = "";
      if (isLast(step)) return step;
    }
    throw new Error("the runtime ended without an answer");
  }

  return {
    session,
    turnId: turn.id,
    key: keyOfSession(session, bot.agent?.agentId ?? ""),
    steps: state.steps,
    get live() {
      return state.live;
    },
    get remote() {
      return state.remote;
    },
    get outages() {
      return state.outages;
    },
    async finish(side) {
      for (;;) {
        try {
          return (await call(side, ({ type }) => type === "answer")) as Extract<RuntimeStep, { type: "answer" }>;
        } catch (error) {
          if (!(error instanceof RuntimeFailure) || !error.retry) throw error;
          if (error.isOutage) state.outages += 1;
          else state.attempts += 1;
          if (state.attempts >= 3) throw error;
          state.live = "";
          await wait(error.retryAfterMs ?? 20);
        }
      }
    },
    async abandonAfter(side, is) {
      await call(side, is);
      state.live = "";
    },
    cancel() {
      controller.abort({ kind: "cancel", by: "person", reason: "stop" });
    },
  };
}
