/**
 * Runs the page's one socket. Events are folded into the caches once per frame; live text goes to its own cell, because
 * it changes far more often than anything else. Recent events are kept, so that a read that raced with them is
 * completed (TU8, SY2). Nothing is subscribed before the first welcome, so reads wait for it, but not for long.
 */
import type { CoreClient } from "@reef/client/core-client";
import {
  applyDelta,
  applyEvent,
  applyPhase,
  applyReport,
  endReports,
  type LivePhases,
  type LiveReports,
  type LiveTexts,
  noLivePhases,
  noLiveReports,
  noLiveTexts,
} from "@reef/client/live-text";
import { connectSocket, type ReefSocket, type SocketState } from "@reef/client/socket";
import type { Event } from "@reef/protocol/event";
import type { Progress } from "@reef/protocol/progress";
import type { GatewayHint } from "@reef/protocol/socket";
import type { QueryClient } from "@tanstack/react-query";
import { type Cell, createCell } from "../ui/cell.ts";
import { nowMs } from "../ui/clock.ts";
import { applyEvents } from "./apply-events.ts";
import { queryKeys, type ReadContext, statusQuery } from "./queries.ts";

/**
 * What the status bar says. A drop is reported only once it has lasted: most are over before a person could read it.
 */
export type Connection = "connecting" | "open" | "reconnecting" | "offline";

/** True if what is on screen may have become untrue in the meantime. */
export function isStale(connection: Connection): boolean {
  return connection === "reconnecting" || connection === "offline";
}

/** Says, beside events and without any state of its own, what to read again. `reopened`: hints may have been missed. */
export type Hint =
  | GatewayHint
  | { readonly type: "progress"; readonly progress: Progress }
  | { readonly type: "reopened" };

const tellDropAfterMs = 5_000;
/** A server that is there sends something more often than this. */
const silentMs = 8_000;
const readWithoutSocketAfterMs = 1_500;
/**
 * Longer than any read takes. Limited by number instead, a day of events would stay in memory for reads that ended long
 * ago.
 */
const recentMs = 120_000;
/** A person reads one text and glances at the others: drawing all of them in every frame would cost the one its frames. */
const glimpseEveryMs = 200;

export interface LiveOptions {
  readonly client: CoreClient;
  readonly queryClient: QueryClient;
  readonly baseUrl: string;
  /** Runs its argument before the next paint. */
  readonly nextFrame: (run: () => void) => void;
  /** Fires the browser's events about the network. */
  readonly network: EventTarget;
  readonly isOnline: () => boolean;
  readonly connect?: typeof connectSocket;
  readonly webSocket?: (url: string) => WebSocket;
}

export class Live implements Disposable {
  readonly texts: Cell<LiveTexts> = createCell(noLiveTexts);
  /** The same texts, a few times a second. */
  readonly glimpses: Cell<LiveTexts> = createCell(noLiveTexts);
  /** What each running step does before its first words. */
  readonly phases: Cell<LivePhases> = createCell(noLivePhases);
  /** What each running call shows of itself. */
  readonly reports: Cell<LiveReports> = createCell(noLiveReports);
  readonly connection: Cell<Connection> = createCell<Connection>("connecting");
  readonly #options: LiveOptions;
  readonly #socket: ReefSocket;
  readonly #opened = Promise.withResolvers<void>();
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(events: readonly Event[]) => void>();
  readonly #hintListeners = new Set<(hint: Hint) => void>();
  #texts: LiveTexts = noLiveTexts;
  #phases: LivePhases = noLivePhases;
  #reports: LiveReports = noLiveReports;
  #pending: Event[] = [];
  #recent: { readonly event: Event; readonly atMs: number }[] = [];
  /** How many events came before `#recent[0]`. */
  #dropped = 0;
  #isScheduled = false;
  #isGlimpseScheduled = false;
  #hasOpened = false;
  #hasReadUnsubscribed = false;
  #droppedAtMs: number | null = null;

  constructor(options: LiveOptions) {
    this.#options = options;
    const connect = options.connect ?? connectSocket;
    this.#socket = connect({
      baseUrl: options.baseUrl,
      ...(options.webSocket && { webSocket: options.webSocket }),
      after: -1,
      onEvent: (event) => {
        this.#texts = applyEvent(this.#texts, event);
        this.#phases = applyEvent(this.#phases, event);
        this.#reports = endReports(this.#reports, event);
        this.#pending.push(event);
        this.#remember(event);
        this.#schedule();
      },
      onDelta: (delta) => {
        this.#texts = applyDelta(this.#texts, delta);
        this.#schedule();
      },
      onPhase: (phase) => {
        this.#phases = applyPhase(this.#phases, phase);
        this.#schedule();
      },
      onCall: (report) => {
        this.#reports = applyReport(this.#reports, report);
        this.#schedule();
      },
      onGateway: (hint) => this.#hint(hint),
      onProgress: (progress) => this.#hint({ type: "progress", progress }),
      onReset: () => this.#reset(),
      onState: (state) => this.#onState(state),
    });
    const { signal } = this.#stop;
    // After sleep, behind another tab or without a network, a connection may be dead and not know it.
    for (const name of ["online", "visibilitychange", "focus", "pageshow"] as const) {
      options.network.addEventListener(name, () => this.#socket.checkNow(), { signal });
    }
    const timer = setInterval(() => this.#tellDrop(), 500);
    signal.addEventListener("abort", () => clearInterval(timer));
  }

  get readContext(): ReadContext {
    const { client, queryClient } = this.#options;
    return {
      client,
      queryClient,
      eventsFromHere: () => this.#eventsFromHere(),
      whenSubscribed: () => this.#subscribed(),
    };
  }

  /** Calls back with each batch of events, after the caches have it. Returns the function that ends it. */
  onEvents(listener: (events: readonly Event[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Returns the function that ends it. */
  onHint(listener: (hint: Hint) => void): () => void {
    this.#hintListeners.add(listener);
    return () => this.#hintListeners.delete(listener);
  }

  reconnectNow(): void {
    this.#socket.reconnectNow();
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#socket.close();
  }

  async #subscribed(): Promise<void> {
    if (this.#hasOpened) return;
    const waited = new Promise<void>((resolve) => setTimeout(resolve, readWithoutSocketAfterMs));
    await Promise.race([this.#opened.promise, waited]);
    // This read has no subscription: it would miss whatever happens until the socket opens.
    if (!this.#hasOpened) this.#hasReadUnsubscribed = true;
  }

  #eventsFromHere(): () => readonly Event[] {
    const mark = this.#dropped + this.#recent.length;
    return () => this.#recent.slice(Math.max(0, mark - this.#dropped)).map(({ event }) => event);
  }

  #remember(event: Event): void {
    const atMs = nowMs();
    this.#recent.push({ event, atMs });
    const oldest = this.#recent[0];
    // The list grows to twice its length before it is cut, so that it is copied rarely.
    if (oldest === undefined || atMs - oldest.atMs < 2 * recentMs) return;
    const kept = this.#recent.filter((each) => atMs - each.atMs < recentMs);
    this.#dropped += this.#recent.length - kept.length;
    this.#recent = kept;
  }

  #hint(hint: Hint): void {
    for (const listener of [...this.#hintListeners]) listener(hint);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.nextFrame(() => this.#flush());
  }

  /** Entries and the end of their live text become visible together: a text is never shown twice, nor missing. */
  #flush(): void {
    this.#isScheduled = false;
    const events = this.#pending;
    this.#pending = [];
    if (events.length > 0) {
      const gaps = applyEvents(this.#options.queryClient, events);
      for (const listener of [...this.#listeners]) listener(events);
      for (const sessionId of gaps) {
        void this.#options.queryClient.invalidateQueries({ queryKey: queryKeys.entries(sessionId) });
      }
    }
    this.texts.set(this.#texts);
    this.phases.set(this.#phases);
    this.reports.set(this.#reports);
    this.#scheduleGlimpse();
  }

  #scheduleGlimpse(): void {
    if (this.#isGlimpseScheduled || this.glimpses.get() === this.#texts) return;
    this.#isGlimpseScheduled = true;
    setTimeout(() => {
      this.#isGlimpseScheduled = false;
      this.glimpses.set(this.#texts);
    }, glimpseEveryMs);
  }

  #reset(): void {
    this.#texts = noLiveTexts;
    this.#phases = noLivePhases;
    this.#reports = noLiveReports;
    this.#pending = [];
    this.#schedule();
    this.#readAgain();
  }

  #readAgain(): void {
    const { queryClient } = this.#options;
    // Reads that nothing shows are forgotten; those on screen stay until they have been read again.
    queryClient.removeQueries({ type: "inactive" });
    void queryClient.invalidateQueries();
  }

  /** When the server was last heard of; null while it is. */
  get droppedAtMs(): number | null {
    return this.#droppedAtMs;
  }

  #onState(state: SocketState): void {
    if (state === "open") {
      this.#droppedAtMs = null;
      this.connection.set("open");
      if (!this.#hasOpened) {
        this.#hasOpened = true;
        this.#opened.resolve();
        if (this.#hasReadUnsubscribed) this.#readAgain();
      }
      this.#hint({ type: "reopened" });
      void this.#options.queryClient.invalidateQueries({ queryKey: queryKeys.status });
    } else if (state === "reconnecting") {
      // A connection that had long been silent was gone before that was noticed.
      const { heardAtMs } = this.#socket;
      this.#droppedAtMs ??= heardAtMs !== null && nowMs() - heardAtMs >= silentMs ? heardAtMs : nowMs();
      // A socket cannot say why it was refused; a read can: this device may have been signed out. It is made even if nothing on the
      // page shows the status.
      const status = { ...statusQuery(this.readContext), staleTime: 0 };
      void this.#options.queryClient.fetchQuery(status).catch(() => undefined);
    }
  }

  #tellDrop(): void {
    if (this.#droppedAtMs === null) return;
    // The browser's word alone is not enough: a server on this machine works without any network.
    if (!this.#options.isOnline()) this.connection.set("offline");
    else if (nowMs() - this.#droppedAtMs >= tellDropAfterMs) this.connection.set("reconnecting");
  }
}
