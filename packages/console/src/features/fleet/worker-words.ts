/** Says what a worker does and how it is, in words. */
import type { Gateway } from "@reef/protocol/gateway";
import type { Worker } from "@reef/protocol/worker";
import { countOf } from "../../ui/count.ts";

export type ShownState = Worker["state"] | "drained";

export const wordByState: Readonly<Record<ShownState, string>> = {
  running: "Running",
  draining: "Draining",
  drained: "Drained",
  gone: "Gone",
};

export function shownState({ state, drained }: Pick<Worker, "state" | "drained">): ShownState {
  return drained && state === "draining" ? "drained" : state;
}

/** What the state means for a person who wants to stop or update this worker; null where nothing is to be said. */
export function stateHint(worker: Pick<Worker, "state" | "drained" | "claims">): string | null {
  switch (shownState(worker)) {
    case "draining":
      return `It takes no new turns. ${countOf(worker.claims, "turn")} still to reach the end of a step.`;
    case "drained":
      return "It runs nothing and can be stopped.";
    case "gone":
      return "It ended, or stopped answering. What it ran goes on at another worker.";
    case "running":
      return null;
  }
}

const wordsByJob: Readonly<Record<string, string>> = {
  schedules: "sends schedules",
  "held-answers": "applies held answers",
  "memory-upkeep": "cleans up memories",
  "file-upkeep": "cleans up files",
  "audit-upkeep": "cleans up the audit",
  consolidation: "consolidates memories",
  embedding: "makes vectors of memories",
};

const linePrefix = "gateway:";

/** A lease of a newer version has its own name for words. */
export function leaseWords(name: string, gateways: readonly Pick<Gateway, "id" | "name">[]): string {
  if (!name.startsWith(linePrefix)) return wordsByJob[name] ?? name;
  const id = name.slice(linePrefix.length);
  return `keeps the line to ${gateways.find((gateway) => gateway.id === id)?.name ?? "a gateway"}`;
}

/** Returns the version that most running workers have: the others are marked. The newest start decides a tie. */
export function usualVersion(workers: readonly Worker[]): string | null {
  const counts = new Map<string, number>();
  for (const { state, version } of workers) if (state !== "gone") counts.set(version, (counts.get(version) ?? 0) + 1);
  let usual: string | null = null;
  for (const [version, count] of counts) if (count >= (counts.get(usual ?? "") ?? 0)) usual = version;
  return usual;
}

export function loadWords({ load: { cpu, memoryBytes } }: Pick<Worker, "load">): string {
  const megabytes = Math.round(memoryBytes / 1_000_000);
  const cores = cpu < 0.01 ? "0" : cpu.toFixed(cpu < 1 ? 2 : 1);
  return `${cores} cores, ${megabytes.toLocaleString()} MB`;
}
