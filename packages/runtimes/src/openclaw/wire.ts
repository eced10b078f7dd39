/**
 * Runs one WebSocket to a gateway, from the handshake to its end. It sends no Origin header (one would clear our
 * rights), accepts no frame above the maximum, ends when the gateway goes quiet, and lets no secret into an error or a
 * log line.
 */

import type { Clock } from "@reef/engine/port/clock";
import { WebSocket } from "ws";
import type { z } from "zod";
import { outsideLookup } from "../outside-lookup.ts";
import { GatewayError, type GatewayEvent, type RequestOptions } from "./connection.ts";
import {
  Challenge,
  connectParams,
  defaultMaxPayloadBytes,
  type ErrorShape,
  type Frame,
  HelloOk,
  readFrame,
} from "./frames.ts";

export interface WireLog {
  debug?(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface WireOptions {
  readonly url: string;
  readonly token: string;
  readonly protocol: { readonly min: number; readonly max: number };
  readonly clock: Clock;
  readonly log: WireLog;
  readonly onEvent: (event: GatewayEvent) => void;
  readonly signal: AbortSignal;
  readonly times: WireTimes;
}

export interface WireTimes {
  /** From the first packet to the gateway's welcome, in milliseconds. A gateway that starts up is slow. */
  readonly handshakeMs: number;
  readonly requestMs: number;
  /** A wire that is silent for this many of its own tick intervals is dead. */
  readonly silentTicks: number;
}

export const defaultWireTimes: WireTimes = { handshakeMs: 20_000, requestMs: 30_000, silentTicks: 2.5 };

export interface Wire {
  readonly hello: HelloOk;
  request(method: string, params: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<unknown>;
  close(): void;
  /** Resolves with the reason for its end; never rejects. */
  readonly closed: Promise<string>;
}

interface Waiting {
  readonly method: string;
  resolve(payload: unknown): void;
  reject(error: unknown): void;
}

interface WireState {
  readonly options: WireOptions;
  readonly socket: WebSocket;
  readonly waiting: Map<string, Waiting>;
  lastId: number;
  lastHeardMs: number;
  maxPayloadBytes: number;
  why: string | null;
}

/**
 * Resolves after the gateway's welcome. Rejects with a `GatewayError`: `refused` when the gateway refused,
 * `disconnected` when it could not be reached.
 */
export async function openWire(options: WireOptions): Promise<Wire> {
  const { url, clock, signal, times } = options;
  if (signal.aborted) throw new GatewayError("disconnected", "stopped");
  // No compression: frames are small and local. No redirects: the token goes to the address a person gave.
  const socket = new WebSocket(url, {
    maxPayload: defaultMaxPayloadBytes,
    handshakeTimeout: times.handshakeMs,
    perMessageDeflate: false,
    followRedirects: false,
    lookup: outsideLookup,
  });
  const wire: WireState = {
    options,
    socket,
    waiting: new Map(),
    lastId: 0,
    lastHeardMs: clock.now(),
    maxPayloadBytes: defaultMaxPayloadBytes,
    why: null,
  };
  const closed = untilClosed(wire);
  const stop = () => end(wire, "stopped");
  signal.addEventListener("abort", stop, { once: true });
  void closed.then(() => signal.removeEventListener("abort", stop));
  const done = new AbortController();
  void clock.sleep(times.handshakeMs, done.signal).then(() => {
    if (!done.signal.aborted) end(wire, `no welcome within ${times.handshakeMs / 1000} s`);
  });
  try {
    const hello = await shakeHands(wire, closed);
    wire.maxPayloadBytes = hello.policy.maxPayload;
    void watch(wire, hello.policy.tickIntervalMs);
    return {
      hello,
      request: (method, params, given) => request({ wire, method, params, ...given }),
      close: () => end(wire, "closed by Reef"),
      closed,
    };
  } catch (error) {
    end(wire, "the handshake failed");
    throw error;
  } finally {
    done.abort();
  }
}

function untilClosed(wire: WireState): Promise<string> {
  const { socket, waiting, options } = wire;
  return new Promise((resolve) => {
    socket.on("error", (error) => {
      wire.why ??= describeSocketError(error, options.token);
    });
    socket.on("close", (code, reason) => {
      const said = redact(reason.toString("utf8"), options.token).slice(0, 200);
      wire.why ??= code === 1005 || code === 1006 ? "the connection broke" : `the gateway closed it (${code} ${said})`;
      const { why } = wire;
      for (const each of waiting.values()) each.reject(new GatewayError("disconnected", `${each.method}: ${why}`));
      waiting.clear();
      resolve(why);
    });
  });
}

/** The gateway begins: a challenge, then our introduction, then its welcome. */
async function shakeHands(wire: WireState, closed: Promise<string>): Promise<HelloOk> {
  const { socket, options } = wire;
  const challenged = new Promise<void>((resolve) => {
    socket.on("message", (text, isBinary) => {
      wire.lastHeardMs = options.clock.now();
      if (isBinary) return options.log.warn({}, "a gateway sent a binary frame: ignored");
      receive(wire, text.toString(), resolve);
    });
  });
  const lost = closed.then((why) => {
    throw new GatewayError("disconnected", why);
  });
  await Promise.race([challenged, lost]);
  const params = connectParams({ token: options.token, protocol: options.protocol });
  const hello = HelloOk.safeParse(
    await request({ wire, method: "connect", params, timeoutMs: options.times.handshakeMs }),
  );
  if (hello.success) return hello.data;
  throw new GatewayError("malformed", `its welcome cannot be read: ${placesOf(hello.error)}`);
}

function receive(wire: WireState, text: string, onChallenge: () => void): void {
  const { log, onEvent } = wire.options;
  const read = readFrame(text);
  if (read.state === "unknown") log.debug?.({ type: read.type }, "a gateway sent a frame of an unknown type");
  else if (read.state === "malformed") log.warn({ why: read.why }, "a gateway sent a malformed frame: ignored");
  else if (read.frame.type === "res") settle(wire, read.frame);
  else if (read.frame.event !== "connect.challenge") onEvent({ event: read.frame.event, payload: read.frame.payload });
  else if (Challenge.safeParse(read.frame.payload).success) onChallenge();
}

/** Some methods answer twice, on acceptance and in the end: the first answer counts. */
function settle(wire: WireState, frame: Extract<Frame, { type: "res" }>): void {
  const found = wire.waiting.get(frame.id);
  if (found === undefined) return;
  wire.waiting.delete(frame.id);
  if (frame.ok) found.resolve(frame.payload);
  else found.reject(new GatewayRefusal(found.method, frame.error, wire.options.token));
}

/** Carries the fields of a gateway's refusal beyond its words. */
export class GatewayRefusal extends GatewayError {
  readonly details: unknown;

  constructor(method: string, error: ErrorShape | undefined, token: string) {
    const said = redact(error?.message ?? "", token).slice(0, 500);
    super("refused", `${method}: ${error?.code ?? "refused"} ${said}`.trim(), {
      gatewayCode: error?.code,
      retryable: error?.retryable ?? error?.code === "UNAVAILABLE",
      retryAfterMs: error?.retryAfterMs,
    });
    this.details = error?.details;
  }
}

interface Request extends RequestOptions {
  readonly wire: WireState;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

async function request({ wire, method, params, timeoutMs, signal }: Request): Promise<unknown> {
  const { socket, waiting, options } = wire;
  signal?.throwIfAborted();
  if (socket.readyState !== WebSocket.OPEN) {
    throw new GatewayError("disconnected", `${method}: ${wire.why ?? "not connected"}`);
  }
  wire.lastId += 1;
  const id = String(wire.lastId);
  const text = JSON.stringify({ type: "req", id, method, params });
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > wire.maxPayloadBytes) {
    const limit = `the gateway accepts ${wire.maxPayloadBytes} bytes per frame`;
    throw new GatewayError("too_large", `${method}: ${sizeBytes} bytes; ${limit}`, { retryable: false });
  }
  const limitMs = timeoutMs ?? options.times.requestMs;
  const timer = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      waiting.set(id, { method, resolve, reject });
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: timer.signal });
      void options.clock.sleep(limitMs, timer.signal).then(() => {
        if (!timer.signal.aborted) reject(new GatewayError("timeout", `${method}: no answer within ${limitMs} ms`));
      });
      socket.send(text, (error) => {
        if (error) reject(new GatewayError("disconnected", `${method}: it could not be sent`, { cause: error }));
      });
    });
  } finally {
    timer.abort();
    waiting.delete(id);
  }
}

/** A gateway ticks; one that does not is gone although its socket looks open. */
async function watch(wire: WireState, tickIntervalMs: number): Promise<void> {
  const { clock, signal, times } = wire.options;
  const limitMs = tickIntervalMs * times.silentTicks;
  while (wire.socket.readyState === WebSocket.OPEN && !signal.aborted) {
    await clock.sleep(tickIntervalMs, signal);
    if (clock.now() - wire.lastHeardMs > limitMs) end(wire, `nothing heard for ${Math.round(limitMs / 1000)} s`);
  }
}

function end(wire: WireState, why: string): void {
  wire.why ??= why;
  // A close frame may never be answered, so the wire ends here.
  wire.socket.terminate();
}

function describeSocketError(error: Error & { readonly code?: string }, token: string): string {
  if (error.code === "ECONNREFUSED") return "nothing is listening there";
  if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return "it sent a frame that is too large";
  return redact(error.message || error.code || "the connection broke", token).slice(0, 200);
}

function redact(text: string, token: string): string {
  return token === "" ? text : text.replaceAll(token, "[redacted]");
}

function placesOf(error: z.ZodError): string {
  return error.issues.map(({ path }) => path.join(".")).join(", ");
}
