/**
 * Declares one OpenClaw gateway as the rest of Reef sees it: requests, events and a state that people can read. The
 * wire below it breaks and reconnects behind this; users see it as `GatewayError` and `onReady`, never as a hang.
 */
import type { Unsubscribe } from "@reef/engine/port/store";
import type { GatewayStatus } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";

/** What a gateway states about itself when it accepts the connection. */
export interface GatewayHello {
  readonly protocolVersion: number;
  readonly version: string;
  /** Differs after each start of the gateway's process. */
  readonly bootId: string;
  /** Names of its methods. */
  readonly methods: readonly string[];
  /** The largest frame it accepts, in bytes. */
  readonly maxPayloadBytes: number;
}

export interface GatewayEvent {
  readonly event: string;
  /** Not checked: parse it where it is used. */
  readonly payload: unknown;
}

export interface RequestOptions {
  /** 30 s by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface GatewayConnection {
  readonly id: GatewayId;
  status(): GatewayStatus;
  /** Null until it has been connected once. */
  hello(): GatewayHello | null;
  /**
   * Sends one request. Rejects with `GatewayError`; immediately with `disconnected` while the gateway is not connected
   * or when the wire breaks before the answer: it is then unknown whether it took effect. Rejects with the signal's
   * reason when that aborts.
   */
  request(method: string, params: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<unknown>;
  /** Calls the listener with every event frame of the gateway while connected, in order. */
  onEvent(listener: (event: GatewayEvent) => void): Unsubscribe;
  /**
   * Calls the listener after each (re)connect; subscriptions at the gateway are gone by then, and events may have been
   * missed.
   */
  onReady(listener: (hello: GatewayHello) => void): Unsubscribe;
  /** Calls the listener whenever the wire breaks. */
  onLost(listener: () => void): Unsubscribe;
  /** Resolves when it is connected; rejects only when the signal aborts. */
  ready(signal: AbortSignal): Promise<GatewayHello>;
  /** Skips the wait and tries now, also after a refusal; resolves with the result. */
  check(signal: AbortSignal): Promise<GatewayStatus>;
}

export type GatewayErrorCode =
  /** There is no wire; the fate of a request on its way is unknown. */
  | "disconnected"
  /** No answer in time; the fate of the request is unknown. */
  | "timeout"
  /** Only reads are allowed: the gateway's protocol is unknown. */
  | "read_only"
  /** The request or its answer is larger than a frame may be. */
  | "too_large"
  /** The answer has an unexpected shape. */
  | "malformed"
  /** The gateway refused the request; `gatewayCode` says why. */
  | "refused";

/** Why a request to a gateway failed. Its message never contains a secret. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  /** The gateway's code, such as `UNAVAILABLE`. */
  readonly gatewayCode: string | null;
  /** True when the same request may work later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;

  constructor(
    code: GatewayErrorCode,
    message: string,
    options: {
      readonly gatewayCode?: string | undefined;
      readonly retryable?: boolean | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "GatewayError";
    this.code = code;
    this.gatewayCode = options.gatewayCode ?? null;
    this.retryable = options.retryable ?? (code === "disconnected" || code === "timeout");
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Holds all gateways of this server. */
export interface Gateways extends AsyncDisposable {
  /** Also returns one that is switched off: its status says so, and requests fail. */
  get(gatewayId: GatewayId): GatewayConnection | undefined;
  list(): readonly GatewayConnection[];
  /** Calls the listener after a gateway was added, removed, or changed its state. */
  onChange(listener: (gatewayId: GatewayId) => void): Unsubscribe;
}
