/**
 * Runs pg-boss on the same work as the bench `workers`: strict order for each session, and the answer's row, the next
 * message and the end of the job in one transaction. It is no dependency: one exact version is installed once into a
 * folder of the user's cache.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { body, inFlight } from "./message-cycle.ts";

const packages = { "pg-boss": "12.38.0", pg: "8.23.1" };

export type PeerRun =
  | { readonly state: "ran"; readonly perSecond: number; readonly cpuMs: number }
  | { readonly state: "missing"; readonly reason: string };

interface Job {
  readonly id: string;
  readonly data: { readonly session: number; readonly token: number; readonly hop: number };
}

interface Db {
  executeSql(text: string, values?: unknown[]): Promise<unknown>;
}

interface Boss {
  on(event: "error", listener: (error: unknown) => void): void;
  start(): Promise<unknown>;
  stop(options: object): Promise<void>;
  createQueue(name: string, options: object): Promise<void>;
  insert(name: string, jobs: readonly object[]): Promise<unknown>;
  fetch(name: string, options: object): Promise<readonly Job[]>;
  send(name: string, data: object, options: object): Promise<unknown>;
  complete(name: string, id: string, data: undefined, options: object): Promise<unknown>;
}

interface Pool {
  connect(): Promise<{ query(text: string, values?: readonly unknown[]): Promise<unknown>; release(): void }>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
}

/** `cpuMs`: reads the processor time of the database so far. */
export async function runPgBoss(
  url: string,
  { messages, sessions, cpuMs }: { readonly messages: number; readonly sessions: number; readonly cpuMs: () => number },
): Promise<PeerRun> {
  let load: NodeJS.Require;
  try {
    load = install();
  } catch (error) {
    return { state: "missing", reason: error instanceof Error ? error.message : String(error) };
  }
  const { PgBoss } = load("pg-boss") as { readonly PgBoss: new (options: object) => Boss };
  const { Pool: PoolOf } = load("pg") as { readonly Pool: new (options: object) => Pool };
  const pool = new PoolOf({ connectionString: url, max: inFlight });
  const boss = new PgBoss({ connectionString: url, max: 8 });
  boss.on("error", () => undefined);
  await boss.start();
  try {
    await boss.createQueue("box", { policy: "key_strict_fifo", retryLimit: 3, heartbeatSeconds: 30 });
    await pool.query("create table peer_rows (session int, token int, hop int, body text)");
    const jobOf = (data: Job["data"]) => ({ singletonKey: String(data.session), data: { ...data, body } });
    await boss.insert(
      "box",
      Array.from({ length: inFlight }, (_, token) => jobOf({ session: token % sessions, token, hop: 0 })),
    );
    const hops = Math.floor(messages / inFlight);
    let handled = 0;
    const handle = async ({ id, data }: Job) => {
      const client = await pool.connect();
      try {
        const db: Db = { executeSql: (text, values) => client.query(text, values) };
        await client.query("begin");
        await client.query("insert into peer_rows values ($1, $2, $3, $4)", [data.session, data.token, data.hop, body]);
        const next = {
          session: (data.session * 7 + data.hop * 13 + 1) % sessions,
          token: data.token,
          hop: data.hop + 1,
        };
        if (next.hop < hops) {
          const { singletonKey, data: sent } = jobOf(next);
          await boss.send("box", sent, { singletonKey, db });
        }
        await boss.complete("box", id, undefined, { db });
        await client.query("commit");
        handled += 1;
      } finally {
        client.release();
      }
    };
    const [startedAt, cpuBefore] = [performance.now(), cpuMs()];
    const running = new Set<Promise<void>>();
    while (handled < hops * inFlight) {
      const jobs = await boss.fetch("box", { batchSize: Math.max(1, inFlight - running.size) });
      for (const job of jobs) {
        const done: Promise<void> = handle(job).finally(() => running.delete(done));
        running.add(done);
      }
      if (running.size >= inFlight || (jobs.length === 0 && running.size > 0)) await Promise.race(running);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    return { state: "ran", perSecond: handled / seconds, cpuMs: (cpuMs() - cpuBefore) / handled };
  } finally {
    await boss.stop({ graceful: false });
    await pool.end();
  }
}

function install(): NodeJS.Require {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "reef", "bench-pg-boss");
  const manifest = JSON.stringify({ private: true, dependencies: packages });
  const stamp = join(folder, "installed.json");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== manifest) {
    console.error(`installing pg-boss into ${folder}, once …`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), manifest);
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { status, error } = spawnSync("npm", ["install", ...flags], { cwd: folder, stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(`npm install of pg-boss ended with ${error?.message ?? status}`);
    writeFileSync(stamp, manifest);
  }
  return createRequire(join(folder, "package.json"));
}
