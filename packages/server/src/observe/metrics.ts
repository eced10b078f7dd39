/**
 * Measures for a Prometheus server: what runs, what waits, how long commits and requests take, how late the event loop
 * is.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ModelUse } from "@reef/engine/port/runtime";
import type { Store } from "@reef/engine/port/store";
import type { Event } from "@reef/protocol/event";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Hub } from "../socket/hub.ts";
import type { ServerLog } from "./log.ts";

export interface Metrics extends Disposable {
  countEvents(events: readonly Event[]): void;
  countRequest(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly ms: number;
  }): void;
  /** Returns the same store, with its commits timed, and its refusals of late workers counted and logged (TU5). */
  observeStore(store: Store, log: Pick<ServerLog, "warn">): Store;
  /** Returns the text for a Prometheus server; the gauges are read now. */
  render(sources: {
    readonly store: Store;
    readonly hub: Hub;
    readonly running: number;
    /** The models that this server calls. */
    readonly models: readonly ModelUse[];
  }): Promise<{
    readonly contentType: string;
    readonly text: string;
  }>;
}

/** The chaos run counts these lines: it must have seen some. */
const refusedWords = "a write was refused: its turn goes on under another claim";
const mostProviderWaits = 10_000;
const commitBuckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const delayResolutionMs = 10;
const httpBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  delay.enable();
  const events = new Counter({ name: "reef_events_total", help: "Events committed", labelNames: ["type"], registers });
  const commits = new Histogram({
    name: "reef_commit_seconds",
    help: "Time from handing a unit to the store until it is on disk",
    labelNames: ["kind"],
    buckets: commitBuckets,
    registers,
  });
  const refused = new Counter({
    name: "reef_turn_writes_refused_total",
    help: "Writes to turns that were refused because another claim has the turn now",
    registers,
  });
  const http = new Histogram({
    name: "reef_http_request_seconds",
    help: "Time to answer a request",
    labelNames: ["method", "route", "status"],
    buckets: httpBuckets,
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const running = gauge("reef_turns_running", "Turns that run on this server");
  const waiting = gauge("reef_turns_waiting", "Turns that wait for a person, a message or a time");
  const queued = gauge("reef_messages_queued", "Messages that wait in a mailbox");
  const dead = gauge("reef_messages_dead", "Dead letters that were neither retried nor dismissed");
  const asks = gauge("reef_asks_open", "Asks that wait for a person");
  const clients = gauge("reef_socket_clients", "Clients that follow the events");
  const resets = gauge("reef_socket_resets", "Clients reset since the start");
  const memory = gauge("reef_resident_memory_bytes", "Memory of the process that is in RAM");
  const held = gauge("reef_holds", "Stops that hold something until a person resumes it");
  const sessions = gauge("reef_sessions", "Sessions");
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const ended = counter("reef_turns_ended_total", "Turns that ended, of the whole fleet", ["state"]);
  const tokens = counter("reef_tokens_total", "Tokens of turns that ended, of the whole fleet", ["direction"]);
  const spent = counter("reef_cost_usd_total", "Known cost of turns that ended, of the whole fleet", []);
  const unpriced = counter("reef_unpriced_calls_total", "Model calls without a known price, of the whole fleet", []);
  const settled = counter("reef_asks_settled_total", "Asks that were answered or withdrawn, of the whole fleet", [
    "kind",
    "state",
  ]);
  const ofModel = (name: string, help: string) => new Gauge({ name, help, labelNames: ["model"], registers });
  const providerTurns = new Gauge({
    name: "reef_provider_wait_turns",
    help: "Turns that wait for a model because its provider is down or limits its requests, of the whole fleet",
    labelNames: ["model", "state"],
    registers,
  });
  const providerCalls = ofModel(
    "reef_provider_wait_calls",
    "Calls that hold a lane and wait for their place at a model",
  );
  const providerDown = ofModel("reef_provider_down", "1 while this server has found the model's provider down, else 0");
  const loopDelay = gauge(
    "reef_event_loop_delay_p99_seconds",
    "How late the event loop was since the last sample, p99",
  );

  async function timed<T>(kind: string, commit: Promise<T>): Promise<T> {
    const stop = commits.startTimer({ kind });
    try {
      return await commit;
    } finally {
      stop();
    }
  }

  return {
    countEvents(batch) {
      for (const event of batch) {
        events.inc({ type: event.type });
        if (event.type === "ask.changed" && event.ask.state !== "open")
          settled.inc({ kind: event.ask.kind, state: event.ask.state });
        if (event.type !== "turn.changed" || event.turn.endedAt !== event.at) continue;
        const { state, usage } = event.turn;
        ended.inc({ state });
        tokens.inc({ direction: "in" }, usage.inputTokens);
        tokens.inc({ direction: "out" }, usage.outputTokens);
        spent.inc(usage.costUsd);
        unpriced.inc(usage.unpricedCalls);
      }
    },
    countRequest({ method, route, status, ms }) {
      http.observe({ method, route, status: String(status) }, ms / 1000);
    },
    observeStore: (store, log) => ({
      read: store.read,
      isShared: store.isShared,
      live: store.live,
      problem: () => store.problem(),
      claim: (...claim) => store.claim(...claim),
      beat: (claims, at) => store.beat(claims, at),
      onWake: (listener) => store.onWake(listener),
      onEvents: (listener) => store.onEvents(listener),
      onGap: (listener) => store.onGap(listener),
      commit: (unit) => timed("outside", store.commit(unit)),
      commitTurn: async (claim, unit) => {
        const committed = await timed("turn", store.commitTurn(claim, unit));
        if (committed.state === "fenced") {
          refused.inc();
          log.warn({ turnId: claim.turn.id, fence: claim.turn.fence }, refusedWords);
        }
        return committed;
      },
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }),
    async render(sources) {
      const totals = await sources.store.read.totals();
      held.set((await sources.store.read.holds()).length);
      sessions.set(totals.sessions);
      const waits = await sources.store.read.providerWaits(mostProviderWaits);
      for (const each of [providerTurns, providerCalls, providerDown]) each.reset();
      for (const { wait } of waits) providerTurns.inc({ model: wait.model, state: wait.state });
      for (const { name: model, waiting, isDown } of sources.models) {
        providerCalls.set({ model }, waiting);
        providerDown.set({ model }, isDown ? 1 : 0);
      }
      running.set(sources.running);
      waiting.set(totals.waitingTurns);
      queued.set(totals.queuedMessages);
      dead.set(totals.deadMessages);
      asks.set(totals.openAsks);
      clients.set(sources.hub.counts().clients);
      resets.set(sources.hub.counts().resets);
      memory.set(process.memoryUsage.rss());
      // The histogram holds the time between two samples, so a loop that is never late shows the resolution itself.
      loopDelay.set(delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e9 - delayResolutionMs / 1e3));
      delay.reset();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
    [Symbol.dispose]() {
      delay.disable();
      registry.clear();
    },
  };
}
