/** Measures 200 bots with MCP servers attached, 5 of them in a call: memory of the server and of what it started, and its start. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startReef } from "../e2e/support/reef-process.ts";
import { residentMb } from "./reef.ts";
import type { BenchReport } from "./report.ts";

const bots = 200;
/** As many as a Reef may have: each is attached to two bots. */
const servers = 100;
const busy = 5;
const restMs = 3_000;
const program = join(import.meta.dirname, "../packages/mcp/src/testing/fixture-server.ts");

export async function benchBotsWithServers(): Promise<BenchReport> {
  await using reef = await startReef({ env: { REEF_MCP_UNBOXED: "1" } });
  const { client } = reef;
  const emptyMs = reef.readyMs;
  await wait(restMs);
  const empty = residentMb(reef.pid);
  const serverIds = [];
  for (let n = 0; n < servers; n += 1) {
    const transport = { kind: "stdio" as const, command: process.execPath, args: [program], env: {} };
    serverIds.push((await client.createMcpServer({ name: `s${n}`, transport })).id);
  }
  // A listing is kept, so that no server has to run for a bot to have its tools.
  for (const id of serverIds.slice(0, busy)) await client.checkMcpServer(id);
  const sessions = [];
  for (let n = 0; n < bots; n += 1) {
    const serverId = serverIds[n % servers] as (typeof serverIds)[number];
    const bot = await client.createBot({ name: `Bot ${n}`, runtime: "demo", mcp: [{ serverId }] });
    sessions.push(await client.createSession({ botId: bot.id }));
  }
  await reef.kill();
  await reef.restart();
  const readyMs = reef.readyMs;
  await wait(restMs);
  const idle = { resident: residentMb(reef.pid), programs: programsOf(reef.pid).length };
  for (let n = 0; n < busy; n += 1) {
    const session = sessions[n];
    if (session !== undefined) await reef.client.sendMessage(session.id, { text: `tool s${n}__hang {}` });
  }
  while (programsOf(reef.pid).length < busy) await wait(100);
  await wait(restMs);
  const programs = programsOf(reef.pid);
  const programsMb = programs.reduce((sum, pid) => sum + residentMb(pid), 0);
  const busyMb = residentMb(reef.pid);
  for (const session of sessions.slice(0, busy)) await reef.client.cancelSession(session.id);
  return {
    name: "bots-with-servers",
    setup: `${bots} bots, ${servers} MCP servers (a program of Node each), every bot with one; then ${busy} bots in a call`,
    rows: [
      { what: "start to ready", value: readyMs, unit: "ms", limit: emptyMs, limitName: "empty" },
      { what: "resident, nobody busy", value: idle.resident, unit: "MB", limit: empty, limitName: "empty" },
      { what: "more than an empty one", value: idle.resident - empty, unit: "MB", goal: 20 },
      { what: "programs, nobody busy", value: idle.programs, unit: "", goal: 0 },
      { what: `resident, ${busy} busy`, value: busyMb, unit: "MB", limit: empty, limitName: "empty" },
      { what: "more than an empty one", value: busyMb - empty, unit: "MB", goal: 40 },
      { what: `programs, ${busy} busy`, value: programs.length, unit: "", goal: busy },
      { what: "memory of each program", value: programsMb / programs.length, unit: "MB" },
    ],
  };
}

/** Returns the processes below this one. */
function programsOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // It has ended since.
    }
  }
  const found = new Set([pid]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  return [...found].filter((each) => each !== pid);
}
