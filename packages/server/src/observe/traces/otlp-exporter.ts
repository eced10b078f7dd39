/**
 * Sends spans to a collector with OpenTelemetry's own packages: in batches, with bounds on the queue and on the time. It
 * is the only file that loads them, and is itself loaded only when a collector is configured.
 */
import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import type { SpanFacts, SpanPlace } from "./turn-spans.ts";

export interface SpanSink {
  /** Never waits and never throws: spans that do not fit the queue are dropped. */
  add(spans: readonly SpanFacts[]): void;
  /** Sends what is queued, as far as the collector answers in time. */
  close(): Promise<void>;
}

export interface SinkOptions {
  readonly url: string;
  readonly serviceName: string | null;
  readonly version: string;
  readonly instanceId: string;
  /** How long spans wait for others, in milliseconds. */
  readonly delayMs: number;
  /** Called after each batch: null if the collector took it, else what it or the network said. */
  readonly onSent: (problem: string | null) => void;
}

const mostQueued = 2_048;
const mostInBatch = 256;
const mostMs = 10_000;

export function openSpanSink({ url, serviceName, version, instanceId, delayMs, onSent }: SinkOptions): SpanSink {
  const own = resourceFromAttributes({
    "service.name": serviceName ?? "reef",
    "service.version": version,
    "service.instance.id": instanceId,
  });
  const told = detectResources({ detectors: [envDetector] });
  const resource = serviceName === null ? own.merge(told) : told.merge(own);
  const exporter = new OTLPTraceExporter({ url, concurrencyLimit: 2 });
  const watched: SpanExporter = {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        onSent(result.code === 0 ? null : (result.error?.message ?? "it gave no reason"));
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
  const processor = new BatchSpanProcessor({
    exporter: watched,
    maxQueueSize: mostQueued,
    maxExportBatchSize: mostInBatch,
    scheduledDelayMillis: delayMs,
    exportTimeoutMillis: mostMs + 1_000,
  });
  const instrumentationScope = { name: "reef", version };
  return {
    add(spans) {
      for (const facts of spans) processor.onEnd(toReadable(facts, { resource, instrumentationScope }));
    },
    close: () => processor.shutdown(),
  };
}

function toReadable(facts: SpanFacts, shared: Pick<ReadableSpan, "resource" | "instrumentationScope">): ReadableSpan {
  const { startMs, endMs, hasFailed, parent } = facts;
  return {
    ...shared,
    name: facts.name,
    kind: facts.isClient ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => toContext(facts),
    ...(parent !== null && { parentSpanContext: toContext(parent) }),
    startTime: toTime(startMs),
    endTime: toTime(endMs),
    duration: toTime(endMs - startMs),
    ended: true,
    status: { code: hasFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: { ...facts.attributes },
    links: facts.links.map((place) => ({ context: toContext(place) })),
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function toContext({ traceId, spanId }: SpanPlace) {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

/** Seconds and nanoseconds. */
function toTime(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
