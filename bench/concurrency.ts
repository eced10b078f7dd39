/** Measures many parallel sessions with a slow model: wall time beside the model's own, memory, and event-loop delay. */
import { say } from "@reef/runtimes/testing/model-script";
import { makeSessions, nowMs, residentMb, startBench } from "./reef.ts";
import type { BenchReport } from "./report.ts";

const modelMs = 5_000;
const chunks = 50;

export async function benchConcurrency(args: readonly string[]): Promise<BenchReport> {
  const count = Number(args[0] ?? 100);
  const gapMs = 20;
  const firstMs = modelMs - chunks * gapMs;
  await using bench = await startBench({
    script: () => say("word ".repeat(chunks), { delayMs: firstMs, chunks, gapMs }),
    env: { REEF_MAX_TURNS: String(Math.max(128, count)) },
  });
  const sessions = await makeSessions(bench.client, count);
  const open = new Set<string>(sessions.map((session) => session.id));
  const { promise: all, resolve: setAll } = Promise.withResolvers<void>();
  const socket = await bench.onEvent((event) => {
    if (event.type === "message.changed" && event.message.state === "answered") open.delete(event.message.sessionId);
    if (open.size === 0) setAll();
  });
  const memory: number[] = [];
  const sampler = setInterval(() => memory.push(residentMb(bench.reef.pid)), 200);
  bench.model.reset();
  const startedAt = nowMs();
  await Promise.all(sessions.map((session) => bench.client.sendMessage(session.id, { text: "go" })));
  await all;
  const wallMs = nowMs() - startedAt;
  clearInterval(sampler);
  socket.close();
  const model = bench.model.requests().map((call) => (call.endedAt ?? Number.NaN) - call.receivedAt);
  const lag = await eventLoopDelay(bench.reef.url, bench.reef.token);
  return {
    name: "concurrency",
    setup: `${count} sessions, one turn each at once, a model that streams for ${modelMs / 1000} s; client, model and Reef share the machine`,
    rows: [
      {
        what: "wall",
        value: wallMs / 1000,
        unit: "s",
        goal: 5.6,
        limit: Math.max(...model) / 1000,
        limitName: "slowest model call",
      },
      {
        what: "turns at the model at once, most",
        value: bench.model.stats().peakRunning,
        unit: "turns",
        limit: count,
        limitName: "sessions",
      },
      { what: "resident memory, most", value: Math.max(...memory), unit: "MB", goal: 220 },
      { what: "event-loop delay, p99", value: lag, unit: "ms" },
    ],
  };
}

/** Reads the server's own histogram, in ms. */
async function eventLoopDelay(url: string, token: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const line = /^reef_event_loop_delay_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(await response.text());
  return Number(line?.[1] ?? Number.NaN) * 1000;
}
