/**
 * Measures what Reef adds to a turn: the time from a person's send to the model being called, and from the model's last
 * byte to the settled turn on a client's socket. The model's own time is measured in the same run and not counted.
 */
import { say } from "@reef/runtimes/testing/model-script";
import { timeDurableWrites } from "./disk.ts";
import { makeSessions, nowMs, startBench } from "./reef.ts";
import type { BenchReport } from "./report.ts";
import { percentile } from "./report.ts";

const turns = 300;
const warmUp = 30;
const modelMs = 20;

export async function benchTurns(): Promise<BenchReport> {
  await using bench = await startBench({
    script: () => say("a short answer", { delayMs: modelMs, chunks: 3, gapMs: 2 }),
  });
  const [session] = await makeSessions(bench.client, 1);
  if (session === undefined) throw new Error("expected a session");
  const settledAt = new Map<string, number>();
  const waiting = new Map<string, () => void>();
  const socket = await bench.onEvent((event, atMs) => {
    if (event.type !== "message.changed" || event.message.state !== "answered") return;
    settledAt.set(event.message.id, atMs);
    waiting.get(event.message.id)?.();
  });

  const accepting: number[] = [];
  const toModel: number[] = [];
  const toSettled: number[] = [];
  const model: number[] = [];
  for (let turn = 0; turn < turns + warmUp; turn += 1) {
    bench.model.reset();
    const sentAt = nowMs();
    const message = await bench.client.sendMessage(session.id, { text: `turn ${turn}` });
    const acceptedAt = nowMs();
    if (!settledAt.has(message.id)) {
      await new Promise<void>((resolve) => {
        waiting.set(message.id, resolve);
        if (settledAt.has(message.id)) resolve();
      });
    }
    const call = bench.model.requests()[0];
    if (call?.endedAt == null || turn < warmUp) continue;
    accepting.push(acceptedAt - sentAt);
    toModel.push(call.receivedAt - sentAt);
    model.push(call.endedAt - call.receivedAt);
    toSettled.push((settledAt.get(message.id) ?? Number.NaN) - call.endedAt);
  }
  socket.close();
  const disk = timeDurableWrites();
  // From the acknowledgement to the model's call, and from the model's last byte to the settled turn.
  const added = toModel.map((value, index) => value - (accepting[index] ?? 0) + (toSettled[index] ?? Number.NaN));
  return {
    name: "turns",
    setup: `${turns} turns one after another over HTTP, model takes ${modelMs} ms to its first word; times span three processes on one machine, HTTP both ways included`,
    rows: [
      {
        what: "added to a turn, p50",
        value: percentile(added, 50),
        unit: "ms",
        goal: 5,
        limit: 3 * percentile(disk, 50),
        limitName: "three bare durable writes",
      },
      {
        what: "added to a turn, p99",
        value: percentile(added, 99),
        unit: "ms",
        goal: 25,
        limit: percentile(disk, 99),
        limitName: "one bare durable write, p99",
      },
      { what: "  send → model called, p50", value: percentile(toModel, 50), unit: "ms" },
      { what: "  send → model called, p99", value: percentile(toModel, 99), unit: "ms" },
      { what: "  model's last byte → settled on the socket, p50", value: percentile(toSettled, 50), unit: "ms" },
      { what: "  model's last byte → settled on the socket, p99", value: percentile(toSettled, 99), unit: "ms" },
      { what: "  send → acknowledged (durable), p50", value: percentile(accepting, 50), unit: "ms" },
      { what: "the model's own time, p50", value: percentile(model, 50), unit: "ms" },
    ],
  };
}
