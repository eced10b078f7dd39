/** Measures the load of this process: processor time since the last look but one, and the memory it holds. */
import type { Clock } from "@reef/engine/port/clock";
import type { WorkerLoad } from "@reef/protocol/worker";

/** Shorter spans say more about the moment of the look than about the load. */
const spanMs = 2_000;

export function createLoadMeter(clock: Clock): () => WorkerLoad {
  const read = () => {
    const { user, system } = process.cpuUsage();
    return { atMs: clock.steady(), usedMs: (user + system) / 1000 };
  };
  let from = read();
  let cpu = 0;
  return () => {
    const now = read();
    const passedMs = now.atMs - from.atMs;
    if (passedMs >= spanMs) {
      cpu = Math.max(0, Math.round((1000 * (now.usedMs - from.usedMs)) / passedMs) / 1000);
      from = now;
    }
    return { cpu, memoryBytes: process.memoryUsage.rss() };
  };
}
