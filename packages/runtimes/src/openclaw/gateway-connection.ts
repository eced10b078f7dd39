/**
 * Keeps one gateway connected for as long as it exists: retries with growing pauses while it does not answer, waits as
 * long as it asks while it starts, and does not hammer one that refuses us. An unknown protocol is used for reading
 * only. Requests without a connection fail immediately; callers that need the gateway wait with `ready`.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { Unsubscribe } from "@reef/engine/port/store";
import type { GatewayRecord, GatewayStatus } from "@reef/protocol/gateway";
import { isTooOld, oldestRelease } from "@reef/protocol/openclaw-release";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { spreadOf } from "../spread.ts";
import {
  type GatewayConnection,
  GatewayError,
  type GatewayEvent,
  type GatewayHello,
  type RequestOptions,
} from "./connection.ts";
import { type HelloOk, protocolRange, scopes } from "./frames.ts";
import type { ReadGatewayToken } from "./token.ts";
import { defaultWireTimes, GatewayRefusal, openWire, type Wire, type WireLog, type WireTimes } from "./wire.ts";

export interface ConnectionTimes extends WireTimes {
  /** Pause after the first failed attempt; it doubles up to `maxPauseMs`. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** Pause after a refusal that only a person can resolve. */
  readonly refusedPauseMs: number;
}

const defaultConnectionTimes: ConnectionTimes = {
  ...defaultWireTimes,
  firstPauseMs: 250,
  maxPauseMs: 5_000,
  refusedPauseMs: 300_000,
};

export interface ConnectionOptions {
  readonly record: GatewayRecord;
  readonly readToken: ReadGatewayToken;
  readonly clock: Clock;
  readonly log: WireLog;
  readonly times?: Partial<ConnectionTimes>;
  /** True while another worker keeps the line: then it is never opened here. */
  readonly isElsewhere?: boolean;
  /** Called after each change of the status. */
  readonly onStatus?: () => void;
}

export interface OpenConnection extends GatewayConnection, AsyncDisposable {}

interface State {
  status: GatewayStatus;
  wire: Wire | null;
  hello: GatewayHello | null;
  /** The gateway's protocol, when it is not the one we asked for. */
  foreignProtocol: number | null;
  failures: number;
  /** Ends the pause before the next attempt. */
  wake: AbortController;
}

interface Parts extends Required<Omit<ConnectionOptions, "times" | "onStatus" | "isElsewhere">> {
  readonly times: ConnectionTimes;
  readonly state: State;
  readonly ended: AbortController;
  readonly listeners: {
    readonly event: Set<(event: GatewayEvent) => void>;
    readonly ready: Set<(hello: GatewayHello) => void>;
    readonly lost: Set<() => void>;
    readonly status: Set<() => void>;
  };
}

const switchedOff: GatewayStatus = {
  state: "off",
  reason: "switched off",
  version: null,
  protocolVersion: null,
  agents: null,
  sessions: null,
  connectedAt: null,
  retryAt: null,
};

/** Starts to connect immediately, unless the gateway is switched off. Disposing ends the wire and all attempts. */
export function openConnection(options: ConnectionOptions): OpenConnection {
  const { record, readToken, clock, log, onStatus, isElsewhere = false } = options;
  const elsewhere = isElsewhere ? "another worker keeps the line to this gateway, or soon will" : null;
  const parts: Parts = {
    record,
    readToken,
    clock,
    log,
    times: { ...defaultConnectionTimes, ...options.times },
    state: {
      status: record.enabled ? { ...switchedOff, state: "connecting", reason: elsewhere } : switchedOff,
      wire: null,
      hello: null,
      foreignProtocol: null,
      failures: 0,
      wake: new AbortController(),
    },
    ended: new AbortController(),
    listeners: { event: new Set(), ready: new Set(), lost: new Set(), status: new Set() },
  };
  if (onStatus) parts.listeners.status.add(onStatus);
  const { state, listeners, ended } = parts;
  const running = record.enabled && !isElsewhere ? keepConnected(parts) : Promise.resolve();
  return {
    id: record.id,
    status: () => state.status,
    hello: () => state.hello,
    request: (method, params, given) => request(parts, { method, params, ...given }),
    onEvent: (listener) => subscribe(listeners.event, listener),
    onReady: (listener) => subscribe(listeners.ready, listener),
    onLost: (listener) => subscribe(listeners.lost, listener),
    ready: (signal) => untilReady(parts, signal),
    async check(signal) {
      if (state.wire === null && !isElsewhere) await nextAttempt(parts, signal);
      return state.status;
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      state.wake.abort();
      state.wire?.close();
      await running;
    },
  };
}

function subscribe<Listener>(set: Set<Listener>, listener: Listener): Unsubscribe {
  set.add(listener);
  return () => set.delete(listener);
}

/** Waits for the outcome of one attempt, begun now. */
async function nextAttempt({ state, listeners, ended }: Parts, signal: AbortSignal): Promise<void> {
  if (ended.signal.aborted || state.status.state === "off") return;
  await new Promise<void>((resolve) => {
    const stop = subscribe(listeners.status, () => {
      if (state.status.state === "connecting" && state.status.retryAt === null) return;
      stop();
      resolve();
    });
    signal.addEventListener("abort", () => resolve(), { once: true });
    ended.signal.addEventListener("abort", () => resolve(), { once: true });
    state.wake.abort();
  });
}

async function untilReady(parts: Parts, signal: AbortSignal): Promise<GatewayHello> {
  const { state, listeners } = parts;
  for (;;) {
    signal.throwIfAborted();
    if (state.wire !== null && state.hello !== null) return state.hello;
    await new Promise<void>((resolve) => {
      const stop = subscribe(listeners.ready, () => done());
      const done = () => {
        stop();
        signal.removeEventListener("abort", done);
        resolve();
      };
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

interface Request extends RequestOptions {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

async function request({ state, record }: Parts, { method, params, ...given }: Request): Promise<unknown> {
  const { wire, status } = state;
  if (wire === null) {
    throw new GatewayError(
      "disconnected",
      `${method}: the gateway “${record.name}” is ${status.state.replace("_", " ")}`,
    );
  }
  if (status.state === "read_only" && !isRead(method)) {
    throw new GatewayError("read_only", `${method}: ${status.reason}`, { retryable: false });
  }
  return await wire.request(method, params, given);
}

/** Lists what may be requested of a gateway with an unknown protocol. */
function isRead(method: string): boolean {
  return /^(health|status|reef-home\.status|agents\.list|agents\.(files|workspace)\.(list|get)|chat\.history|sessions\.(list|get|describe|resolve|preview|search|subscribe|messages\.subscribe|messages\.unsubscribe))$/.test(
    method,
  );
}

async function keepConnected(parts: Parts): Promise<void> {
  const { ended, state, clock } = parts;
  while (!ended.signal.aborted) {
    state.wake = new AbortController();
    const pauseMs = await attempt(parts);
    if (ended.signal.aborted) return;
    if (pauseMs > 0) await clock.sleep(pauseMs, state.wake.signal);
  }
}

/** Connects and stays until the wire ends; resolves with the pause before the next attempt. */
async function attempt(parts: Parts): Promise<number> {
  const { record, readToken, clock, log, times, state, listeners, ended } = parts;
  setStatus(parts, { state: "connecting", reason: state.status.reason, retryAt: null, connectedAt: null });
  const read = await readToken(record);
  if (ended.signal.aborted) return 0;
  if (read.state === "missing") return pauseAfter(parts, { state: "refused", reason: read.reason });
  const isForeign = state.foreignProtocol !== null;
  const protocol =
    state.foreignProtocol === null ? protocolRange : { min: state.foreignProtocol, max: state.foreignProtocol };
  try {
    const wire = await openWire({
      url: record.url,
      token: read.token,
      protocol,
      clock,
      log,
      times,
      signal: ended.signal,
      onEvent: (event) => {
        if (event.event === "health") noteCounts(parts, event.payload);
        for (const listener of listeners.event) listener(event);
      },
    });
    const lacking = lackingScopes(wire.hello);
    if (lacking.length > 0) {
      wire.close();
      const reason = `it does not grant ${lacking.join(", ")}; expected a shared token from this machine`;
      return pauseAfter(parts, { state: "refused", reason });
    }
    welcome(parts, wire, isForeign);
    const why = await wire.closed;
    state.wire = null;
    for (const listener of listeners.lost) listener();
    if (ended.signal.aborted) return 0;
    // The next one may be another release.
    state.foreignProtocol = null;
    return pauseAfter(parts, { state: "unreachable", reason: `the connection was lost: ${why}` });
  } catch (error) {
    if (ended.signal.aborted) return 0;
    return afterFailure(parts, error);
  }
}

function welcome(parts: Parts, wire: Wire, isForeign: boolean): void {
  const { state, clock, record, log, listeners } = parts;
  const { hello } = wire;
  state.wire = wire;
  state.failures = 0;
  state.hello = {
    protocolVersion: hello.protocol,
    version: hello.server.version,
    bootId: hello.server.bootId,
    methods: hello.features.methods,
    maxPayloadBytes: hello.policy.maxPayload,
  };
  const notice = readOnlyNotice(hello, isForeign);
  setStatus(parts, {
    state: notice === null ? "ready" : "read_only",
    reason: notice,
    version: hello.server.version,
    protocolVersion: hello.protocol,
    connectedAt: msToIso(clock.now()),
    retryAt: null,
  });
  noteCounts(parts, hello.snapshot?.health);
  log.info({ gatewayId: record.id, version: hello.server.version, protocol: hello.protocol }, "connected to a gateway");
  for (const listener of listeners.ready) listener(state.hello);
}

/** Returns why nothing may be changed at this gateway; null when everything may. */
function readOnlyNotice({ protocol, server }: HelloOk, isForeign: boolean): string | null {
  if (isForeign) {
    return `it speaks protocol ${protocol}, and Reef knows ${protocolRange.min} to ${protocolRange.max}: read-only`;
  }
  if (!isTooOld(server.version)) return null;
  return `it is OpenClaw ${server.version}, and turns need ${oldestRelease} or newer: read-only`;
}

function afterFailure(parts: Parts, error: unknown): number {
  const { state } = parts;
  if (!(error instanceof GatewayError)) {
    const reason = error instanceof Error ? error.name : "unknown failure";
    return pauseAfter(parts, { state: "unreachable", reason: `it cannot be reached: ${reason}` });
  }
  if (!(error instanceof GatewayRefusal)) {
    return pauseAfter(parts, { state: "unreachable", reason: `it cannot be reached: ${error.message}` });
  }
  const expected = expectedProtocol(error);
  if (expected !== null && state.foreignProtocol === null) {
    state.foreignProtocol = expected;
    return 0;
  }
  if (error.retryable) {
    const startsUp = { state: "connecting", reason: `it is not ready yet: ${error.message}` } as const;
    return pauseAfter(parts, startsUp, error.retryAfterMs ?? undefined);
  }
  return pauseAfter(parts, { state: "refused", reason: refusalInWords(error) });
}

function refusalInWords(error: GatewayRefusal): string {
  const code = error.gatewayCode ?? "";
  if (/TOKEN|PASSWORD|AUTH/.test(`${code} ${detailCode(error)}`)) {
    return `it refuses Reef's token (${detailCode(error) || code}); give the one in its setting gateway.auth.token`;
  }
  if (/PAIR|DEVICE/.test(`${code} ${detailCode(error)}`)) {
    return `it requires pairing (${detailCode(error) || code}); Reef connects with a shared token, from the gateway's own machine`;
  }
  return `it refuses the connection: ${error.message}`;
}

const Details = z.object({ code: z.string().optional(), expectedProtocol: z.int().optional() });

function detailCode({ details }: GatewayRefusal): string {
  return Details.safeParse(details).data?.code ?? "";
}

function expectedProtocol(error: GatewayRefusal): number | null {
  if (`${error.gatewayCode} ${detailCode(error)}`.includes("PROTOCOL_MISMATCH")) {
    return Details.safeParse(error.details).data?.expectedProtocol ?? null;
  }
  return null;
}

function pauseAfter(parts: Parts, fresh: Pick<GatewayStatus, "state" | "reason">, askedMs?: number): number {
  const { state, clock, times, log, record } = parts;
  const isNew = state.status.reason !== fresh.reason;
  state.failures += 1;
  const pauseMs = askedMs ?? (fresh.state === "refused" ? times.refusedPauseMs : backOff(parts));
  setStatus(parts, { ...fresh, connectedAt: null, retryAt: msToIso(clock.now() + pauseMs) });
  // Once for each reason: a gateway that is down for a day is one line.
  if (isNew) log.warn({ gatewayId: record.id, state: fresh.state, reason: fresh.reason }, "a gateway is not connected");
  return pauseMs;
}

/** Doubles, and is spread by gateway, so that many do not reconnect in the same moment after a restart. */
function backOff({ state, times, record }: Parts): number {
  const most = Math.min(times.maxPauseMs, times.firstPauseMs * 2 ** Math.min(state.failures - 1, 20));
  return most * (0.75 + spreadOf(record.id, state.failures) / 4);
}

function setStatus({ state, listeners }: Parts, change: Partial<GatewayStatus>): void {
  state.status = { ...state.status, ...change };
  for (const listener of [...listeners.status]) listener();
}

const Health = z.object({
  agents: z.array(z.unknown()).optional(),
  sessions: z.object({ count: z.int().optional() }).optional(),
});

function noteCounts(parts: Parts, health: unknown): void {
  const parsed = Health.safeParse(health);
  if (!parsed.success) return;
  const agents = parsed.data.agents?.length ?? parts.state.status.agents;
  const sessions = parsed.data.sessions?.count ?? parts.state.status.sessions;
  if (agents !== parts.state.status.agents || sessions !== parts.state.status.sessions) {
    setStatus(parts, { agents, sessions });
  }
}

/** An Origin header or an unpaired device leaves a client connected without rights: then every call would fail. */
function lackingScopes(hello: HelloOk): readonly string[] {
  if (hello.auth === undefined) return [];
  const granted = new Set(hello.auth.scopes);
  return scopes.slice(0, 2).filter((scope) => !granted.has(scope));
}
