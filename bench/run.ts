/** Runs one bench, or all of them (`npm run bench -- NAME [--json]`), and prints figures beside their limits. */
import type { BenchReport } from "./report.ts";
import { reportToText } from "./report.ts";

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<BenchReport>>> = {
  startup: async () => (await import("./startup.ts")).benchStartup(),
  messages: async () => (await import("./messages.ts")).benchMessages(),
  turns: async () => (await import("./turns.ts")).benchTurns(),
  concurrency: async (args) => (await import("./concurrency.ts")).benchConcurrency(args),
  handoff: async () => (await import("./handoff.ts")).benchHandoff(),
  list: async () => (await import("./list.ts")).benchList(),
  "bots-with-servers": async () => (await import("./bots-with-servers.ts")).benchBotsWithServers(),
  memory: async (args) => (await import("./memory.ts")).benchMemory(args),
  console: async () => (await import("./console.ts")).benchConsole(),
  "console-soak": async (args) => (await import("./console-soak.ts")).benchConsoleSoak(args),
  workers: async (args) => (await import("./workers.ts")).benchWorkers(args),
  soak: async (args) => (await import("./soak.ts")).benchSoak(args),
  openclaw: async (args) => (await import("./openclaw.ts")).benchOpenClaw(args),
};

const args = process.argv.slice(2).filter((argument) => argument !== "--json");
const asJson = process.argv.includes("--json");
const [name, ...rest] = args;
const known = Object.keys(benches).join(" | ");
/** A soak has no fixed duration: it runs only when named. */
const chosen = name === undefined ? Object.keys(benches).filter((each) => each !== "soak") : [name];

for (const each of chosen) {
  const bench = benches[each];
  if (bench === undefined) {
    console.error(`no bench is named “${each}”; there are: ${known}`);
    process.exitCode = 2;
    break;
  }
  const report = await bench(rest);
  console.log(asJson ? JSON.stringify(report) : `${reportToText(report)}\n`);
}
