/**
 * Sends each turn that ends on this worker as a trace, if a collector is configured. What it needs is read from the store
 * after the turn's last commit, one turn after another, so no turn ever waits for it; a queue that is full drops the
 * newest. Nothing of OpenTelemetry is loaded otherwise.
 */
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import type { Event } from "@reef/protocol/event";
import type { MessageId, TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { ProviderKind } from "@reef/protocol/provider";
import type { Turn, TurnWithSteps } from "@reef/protocol/turn";
import type { ServerLog } from "../log.ts";
import type { SpanSink } from "./otlp-exporter.ts";
import type { TraceSettings } from "./trace-settings.ts";
import { type TracedTurn, turnToSpans } from "./turn-spans.ts";

export interface Traces extends AsyncDisposable {
  /** Returns the same store, whose commits show which turns ended. */
  observeStore(store: Store): Store;
  /** From now on spans say the kind of a model's provider. */
  nameProviders(kindOf: (providerName: string) => ProviderKind | null): void;
  /** Turns that were not sent because too many waited. */
  readonly dropped: number;
}

export interface TracesOptions {
  readonly settings: TraceSettings;
  readonly clock: Clock;
  readonly log: Pick<ServerLog, "info" | "warn">;
  readonly version: string;
  readonly instanceId: string;
  readonly delayMs?: number;
  /** How long the end of the server waits for the collector, in milliseconds. */
  readonly closeMs?: number;
}

/** Where OpenTelemetry's list has another name than we. */
const nameByKind: Readonly<Partial<Record<ProviderKind, string>>> = {
  azure: "azure.ai.openai",
  gemini: "gcp.gemini",
  mistral: "mistral_ai",
  xai: "x_ai",
  moonshot: "moonshot_ai",
};

const mostWaiting = 500;
/** Messages of a turn whose senders are looked up. */
const mostMessages = 20;
const mostEntries = 500;

export function openTraces(options: TracesOptions): Traces {
  const { settings, clock, log, delayMs = 5_000, closeMs = 1_000 } = options;
  const waiting: TurnId[] = [];
  let dropped = 0;
  let kindOf: (providerName: string) => ProviderKind | null = () => null;
  const providerOf = (model: string) => {
    const kind = kindOf(model.slice(0, Math.max(0, model.indexOf("/"))));
    return kind === null ? null : (nameByKind[kind] ?? kind);
  };
  let isWorking = false;
  let read: Store["read"] | null = null;
  const sink = loadSink({ ...options, delayMs });

  const note = (events: readonly Event[]) => {
    for (const event of events) {
      if (event.type !== "turn.changed" || event.turn.endedAt !== event.at) continue;
      if (waiting.length >= mostWaiting) dropped += 1;
      else waiting.push(event.turn.id);
    }
    if (waiting.length > 0 && !isWorking) void work();
  };

  const work = async () => {
    isWorking = true;
    try {
      const ready = await sink;
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const traced = read === null || ready === null ? null : await readTurn(read, id);
        if (traced !== null) ready?.add(turnToSpans({ ...traced, ...settings, providerOf }));
      }
    } catch (error) {
      // The store is closing or in trouble, which it says itself; a later turn is tried again.
      log.warn({ error }, "a turn could not be traced");
    } finally {
      isWorking = false;
    }
  };

  return {
    get dropped() {
      return dropped;
    },
    nameProviders(given) {
      kindOf = given;
    },
    observeStore(store) {
      read = store.read;
      return {
        read: store.read,
        isShared: store.isShared,
        live: store.live,
        problem: () => store.problem(),
        claim: (...claim) => store.claim(...claim),
        beat: (claims, at) => store.beat(claims, at),
        onWake: (listener) => store.onWake(listener),
        onEvents: (listener) => store.onEvents(listener),
        onGap: (listener) => store.onGap(listener),
        commit: async (unit) => {
          const committed = await store.commit(unit);
          note(committed.events);
          return committed;
        },
        commitTurn: async (claim, unit) => {
          const committed = await store.commitTurn(claim, unit);
          if (committed.state === "ok") note(committed.committed.events);
          return committed;
        },
        [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
      };
    },
    async [Symbol.asyncDispose]() {
      const done = new AbortController();
      const closing = sink
        .then((ready) => ready?.close())
        .catch(() => undefined)
        .finally(() => done.abort());
      await Promise.race([closing, clock.sleep(closeMs, done.signal)]);
    },
  };
}

/** Never rejects. */
async function loadSink(options: TracesOptions & { readonly delayMs: number }): Promise<SpanSink | null> {
  const { settings, log, version, instanceId, delayMs } = options;
  let wasTaken = true;
  const onSent = (problem: string | null) => {
    const isTaken = problem === null;
    if (isTaken !== wasTaken) {
      if (isTaken) log.info({}, "traces are sent again");
      else log.warn({ reason: problem }, "the collector takes no traces: they are dropped until it does");
    }
    wasTaken = isTaken;
  };
  try {
    const { openSpanSink } = await import("./otlp-exporter.ts");
    const { url, serviceName } = settings;
    return openSpanSink({ url, serviceName, version, instanceId, delayMs, onSent });
  } catch (error) {
    log.warn({ error }, "traces cannot be sent");
    return null;
  }
}

type Read = Store["read"];

async function readTurn(read: Read, id: TurnId): Promise<Omit<TracedTurn, "providerOf" | "hasContent"> | null> {
  const turn = await read.turn(id);
  if (turn === null) return null;
  const [bot, newest, senders] = await Promise.all([
    read.bot(turn.botId),
    read.entries(turn.sessionId, { limit: mostEntries }),
    readSenders(read, turn),
  ]);
  const [first, ...rest] = senders;
  const isParent = first?.isFirst === true && first.turn.chainId === turn.chainId;
  const others = (isParent ? rest : senders).map(({ turn: other }) => other);
  return {
    turn,
    bot,
    entries: newest.filter(({ turnId }) => turnId === id),
    parent: isParent ? first.turn : null,
    others: [...new Map(others.map((other) => [other.id, other])).values()],
  };
}

interface SenderTurn {
  readonly turn: Turn;
  /** True if it sent the message that began this turn. */
  readonly isFirst: boolean;
}

/** Finds the turns that sent the messages which this one took. */
async function readSenders(read: Read, { id, messageIds }: TurnWithSteps): Promise<readonly SenderTurn[]> {
  const found: SenderTurn[] = [];
  for (const [place, messageId] of messageIds.slice(0, mostMessages).entries()) {
    const turn = await readSender(read, messageId);
    if (turn !== null && turn.id !== id) found.push({ turn, isFirst: place === 0 });
  }
  return found;
}

async function readSender(read: Read, id: MessageId): Promise<Turn | null> {
  const message: Message | null = await read.message(id);
  if (message?.from.kind !== "session") return null;
  const { acceptedAt } = message.receipts;
  const { items } = await read.turns({ sessionId: message.from.sessionId }, { limit: 20, cursor: null });
  return (
    items.find(({ startedAt, endedAt }) => startedAt <= acceptedAt && (endedAt === null || endedAt >= acceptedAt)) ??
    null
  );
}
