/**
 * What the rest of Reef sees of one OpenClaw gateway: requests, events and a state that people can read. The wire below it
 * is lost and found again behind this; whoever uses it learns of it by `GatewayError` and `onReady`, never by a hang.
 */
import type { Unsubscribe } from "@reef/engine/port/store";
import type { GatewayStatus } from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";

/** What a gateway says of itself when it lets us in. */
export interface GatewayHello {
  readonly protocolVersion: number;
  readonly version: string;
  /** Another one after each start of the gateway's process. */
  readonly bootId: string;
  /** Names of its methods. */
  readonly methods: readonly string[];
  /** The largest frame it takes, in bytes. */
  readonly maxPayloadBytes: number;
}

export interface GatewayEvent {
  readonly event: string;
  /** Not checked: parse it where it is used. */
  readonly payload: unknown;
}

export interface RequestOptions {
  /** 30 s when left out. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface GatewayConnection {
  readonly id: GatewayId;
  status(): GatewayStatus;
  /** Null until it has been connected once. */
  hello(): GatewayHello | null;
  /**
   * One request. Rejects with `GatewayError`; at once with `disconnected` while the gateway is not connected or when the wire
   * breaks before the answer: whether it took effect is unknown then. Rejects with the signal's reason when that aborts.
   */
  request(method: string, params: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<unknown>;
  /** Every event frame of the gateway while connected, in order. */
  onEvent(listener: (event: GatewayEvent) => void): Unsubscribe;
  /** After each (re)connect; subscriptions at the gateway are gone by then, and events may have been missed. */
  onReady(listener: (hello: GatewayHello) => void): Unsubscribe;
  /** Whenever the wire breaks. */
  onLost(listener: () => void): Unsubscribe;
  /** Resolves when it is connected; rejects only when the signal aborts. */
  ready(signal: AbortSignal): Promise<GatewayHello>;
  /** Gives up waiting and tries now, also when it was refused before; resolves with how that went. */
  check(signal: AbortSignal): Promise<GatewayStatus>;
}

export type GatewayErrorCode =
  /** There is no wire; nothing is known of a request that was on its way. */
  | "disconnected"
  /** No answer in time; nothing is known of the request. */
  | "timeout"
  /** Only reads are allowed: the gateway's protocol is unknown. */
  | "read_only"
  /** The request or its answer is larger than a frame may be. */
  | "too_large"
  /** What came is not what was expected. */
  | "malformed"
  /** The gateway refused the request; `gatewayCode` says why. */
  | "refused";

/** Why a request to a gateway failed. Its message never holds a secret. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  /** As the gateway gave it, such as `UNAVAILABLE`. */
  readonly gatewayCode: string | null;
  /** The same request may work later. */
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

/** All gateways of this server. */
export interface Gateways extends AsyncDisposable {
  /** Also one that is switched off: its status says so, and requests fail. */
  get(gatewayId: GatewayId): GatewayConnection | undefined;
  list(): readonly GatewayConnection[];
  /** After a gateway came, went, or changed its state. */
  onChange(listener: (gatewayId: GatewayId) => void): Unsubscribe;
}
