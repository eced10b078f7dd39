/**
 * Keeps one WebSocket open and resumes it. It reconnects with growing, random delays, continues after the last event it has
 * seen, and drops an event it has seen before: the caller gets each event once, in order, or a reset (SY2). A connection
 * counts as broken when the server leaves a ping unanswered, because neither a sleeping laptop nor the page of a frozen
 * server hears that the other side is gone. Silence alone does not count: timers of a page in the background come a minute
 * late.
 */
import type { Event } from "@reef/protocol/event";
import type { Progress } from "@reef/protocol/progress";
import type { CallReport, ClientFrame, Delta, GatewayHint, Phase, ServerFrame } from "@reef/protocol/socket";
import { backoffMs, type ClientClock, systemClock } from "./clock.ts";

/** `WebSocket.OPEN`: the class need not exist here. */
const openState = 1;

/** The part of a WebSocket that is used: the browser's and `ws` both fit. */
export interface WebSocketLike {
  /** 1 while frames can be sent; without it each is tried. */
  readonly readyState?: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "close" | "error" | "message", listener: (event: SocketEvent) => void): void;
}

export interface SocketEvent {
  readonly type: string;
  /** Set on message events. */
  readonly data?: unknown;
}

/** `open` starts with the server's welcome. `closed` is final. */
export type SocketState = "connecting" | "open" | "reconnecting" | "closed";

export interface SocketOptions {
  /** Such as `http://127.0.0.1:18900`; the console passes `location.origin`. */
  readonly baseUrl: string;
  /** Resumes after this event; -1 starts from now. */
  readonly after: number;
  /** Receives each event once, in order of `seq`. */
  readonly onEvent: (event: Event) => void;
  /** Receives live text: fold it with `applyDelta`. */
  readonly onDelta?: (delta: Delta) => void;
  /** Receives what a step does before its first words: fold it with `applyPhase`. */
  readonly onPhase?: (phase: Phase) => void;
  /** Receives what running calls show of themselves; each report replaces the one before. */
  readonly onCall?: (report: CallReport) => void;
  /** Called when something changed at a gateway; hints are not repeated after a reconnect. */
  readonly onGateway?: (hint: GatewayHint) => void;
  /** Called when long work made progress. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called when events were skipped: forget live texts and read the lists again. Events after `seq` follow. */
  readonly onReset: (reset: { readonly seq: number; readonly reason: string }) => void;
  readonly onState?: (state: SocketState) => void;
  /**
   * Needed outside a browser, to send the token: `(url) => new WebSocket(url, { headers: { authorization } })` of `ws`.
   */
  readonly webSocket?: (url: string) => WebSocketLike;
  readonly clock?: ClientClock;
}

export interface ReefSocket {
  readonly state: SocketState;
  /** The newest event seen; -1 before the first. */
  readonly lastSeq: number;
  /** When the server last sent anything, in milliseconds since the epoch; null before that. */
  readonly heardAtMs: number | null;
  /** Ends a wait between two attempts. Call it when the network is known to be back. */
  reconnectNow(): void;
  /**
   * Call it when the page or its network was away. It ends a wait between two attempts, and a connection that is open
   * or opening gets 3 s to show that it lives.
   */
  checkNow(): void;
  close(): void;
}

const delays = { baseMs: 250, maxMs: 10_000 };
/**
 * After `quietMs` without a message a ping is sent; if it is unanswered for `answerMs`, the server is gone: 12 s in total,
 * at most.
 */
const lookMs = 1_000;
const quietMs = 4_000;
const answerMs = 6_000;
const connectMs = 10_000;
const soonMs = 3_000;

interface Live {
  readonly options: SocketOptions;
  readonly clock: ClientClock;
  readonly stop: AbortController;
  state: SocketState;
  lastSeq: number;
  /** Aborting it ends the wait between two attempts. */
  wake: AbortController;
  failures: number;
  heardAtMs: number | null;
  /** Checks the current connection. */
  check: () => void;
}

/** What the server still has to send: the answer to a ping, or at first its welcome. */
interface Debt {
  sinceMs: number;
  limitMs: number;
}

/** Connects, and stays connected until `close`. Never throws for network reasons; `onState` reports them. */
export function connectSocket(options: SocketOptions): ReefSocket {
  const live: Live = {
    options,
    clock: options.clock ?? systemClock,
    stop: new AbortController(),
    state: "connecting",
    lastSeq: options.after,
    wake: new AbortController(),
    failures: 0,
    heardAtMs: null,
    check: () => {},
  };
  void stayConnected(live);
  return {
    get state() {
      return live.state;
    },
    get lastSeq() {
      return live.lastSeq;
    },
    get heardAtMs() {
      return live.heardAtMs;
    },
    reconnectNow: () => live.wake.abort(),
    checkNow: () => {
      live.wake.abort();
      live.check();
    },
    close: () => {
      live.stop.abort();
      live.wake.abort();
      setState(live, "closed");
    },
  };
}

async function stayConnected(live: Live): Promise<void> {
  live.options.onState?.(live.state);
  while (!live.stop.signal.aborted) {
    await runConnection(live);
    if (live.stop.signal.aborted) return;
    setState(live, "reconnecting");
    live.wake = new AbortController();
    const waitMs = backoffMs(live.failures++, { ...delays, random: live.clock.random() });
    await live.clock.sleep(waitMs, live.wake.signal);
  }
}

/** Resolves when the connection has ended, for any reason. */
async function runConnection(live: Live): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  live.stop.signal.addEventListener("abort", end);
  const socket = openWebSocket(live.options, end);
  socket?.addEventListener("open", () => sendFrame(socket, { type: "hello", after: live.lastSeq }));
  socket?.addEventListener("close", end);
  socket?.addEventListener("error", end);
  socket?.addEventListener("message", ({ data }) => {
    if (ended.signal.aborted || typeof data !== "string") return;
    live.heardAtMs = live.clock.now();
    watch.hear();
    takeFrame(live, JSON.parse(data) as ServerFrame);
  });
  const watch = watchSilence(live.clock, { ended, ping: () => socket && sendFrame(socket, { type: "ping" }) });
  live.check = watch.check;
  await new Promise<void>((resolve) => {
    if (ended.signal.aborted) resolve();
    else ended.signal.addEventListener("abort", () => resolve());
  });
  live.stop.signal.removeEventListener("abort", end);
  socket?.close();
}

/** Some implementations throw immediately on a refused address, others fail later: both are a failed attempt. */
function openWebSocket(options: SocketOptions, onFailed: () => void): WebSocketLike | null {
  const url = new URL(`${options.baseUrl.replace(/\/+$/, "")}/v1/socket`);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const open = options.webSocket ?? ((address: string): WebSocketLike => new WebSocket(address));
  try {
    return open(url.href);
  } catch {
    onFailed();
    return null;
  }
}

/** Ends a connection whose answer is overdue. */
function watchSilence(
  clock: ClientClock,
  { ended, ping }: { readonly ended: AbortController; readonly ping: () => void },
): { readonly hear: () => void; readonly check: () => void } {
  let heardAtMs = clock.now();
  let debt: Debt | null = { sinceMs: heardAtMs, limitMs: connectMs };
  const ask = (limitMs: number): void => {
    const nowMs = clock.now();
    if (debt) {
      debt.limitMs = Math.min(debt.limitMs, nowMs - debt.sinceMs + limitMs);
    } else {
      debt = { sinceMs: nowMs, limitMs };
      ping();
    }
  };
  const look = (): void => {
    const nowMs = clock.now();
    // A clock that was set back restarts the count.
    heardAtMs = Math.min(heardAtMs, nowMs);
    if (debt) debt.sinceMs = Math.min(debt.sinceMs, nowMs);
    if (debt && nowMs - debt.sinceMs >= debt.limitMs) ended.abort();
    else if (!debt && nowMs - heardAtMs >= quietMs) ask(answerMs);
  };
  void (async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(lookMs, ended.signal);
      look();
    }
  })();
  return {
    hear: () => {
      heardAtMs = clock.now();
      debt = null;
    },
    check: () => ask(soonMs),
  };
}

function takeFrame(live: Live, frame: ServerFrame): void {
  switch (frame.type) {
    case "welcome":
      live.failures = 0;
      if (live.lastSeq < 0) live.lastSeq = frame.seq;
      setState(live, "open");
      break;
    case "event":
      if (frame.event.seq <= live.lastSeq) break;
      live.lastSeq = frame.event.seq;
      live.options.onEvent(frame.event);
      break;
    case "delta":
      live.options.onDelta?.(frame);
      break;
    case "phase":
      live.options.onPhase?.(frame);
      break;
    case "call":
      live.options.onCall?.(frame);
      break;
    case "gateway":
      live.options.onGateway?.(frame);
      break;
    case "progress":
      live.options.onProgress?.(frame.progress);
      break;
    case "reset":
      live.lastSeq = frame.seq;
      live.options.onReset({ seq: frame.seq, reason: frame.reason });
      break;
    case "pong":
      break;
    default:
      // No assertNever: a newer server may send types that this client does not know.
      break;
  }
}

function setState(live: Live, state: SocketState): void {
  if (live.state === state || live.state === "closed") return;
  live.state = state;
  live.options.onState?.(state);
}

function sendFrame(socket: WebSocketLike, frame: ClientFrame): void {
  // A browser writes an error to its console for a frame that comes after the end.
  if (socket.readyState !== undefined && socket.readyState !== openState) return;
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // It closed while sending; its close event handles that.
  }
}
