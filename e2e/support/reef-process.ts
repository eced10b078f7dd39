/**
 * Runs Reef as a process of its own, as a user does: on a free port, with a data folder that outlives it, so that a
 * journey or a bench can kill it at any moment and start it again.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Client } from "@reef/client/client";
import { createClient } from "@reef/client/client";
import { freePort } from "@reef/runtimes/testing/free-port";
import { serverEnvironment, serverFlags } from "../../scripts/server-flags.mjs";

const root = resolve(import.meta.dirname, "../..");
const bundle = join(root, "dist/server/main.js");
const source = join(root, "packages/server/src/main.ts");
const readyLimitMs = 30_000;

export interface ReefOptions {
  /** A given folder is kept; by default a new one is created, and removed at the end. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs the built bundle, as `npm start` does, if there is one. */
  readonly built?: boolean;
}

export interface ReefProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly token: string;
  /** One-time code for the console, from the log line. */
  readonly code: string;
  readonly client: Client;
  readonly folder: string;
  /** Milliseconds from the spawn to the ready line, of the latest start. */
  readonly readyMs: number;
  /** What it has written to stderr so far. */
  readonly errors: string;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Stops it with SIGTERM; resolves to the exit code. */
  stop(): Promise<number>;
  /** Starts again on the same folder and port. */
  restart(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly code: string;
  readonly readyMs: number;
  readonly errors: string[];
}

/** Starts Reef and resolves when it serves. */
export async function startReef(options: ReefOptions = {}): Promise<ReefProcess> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "reef-data-"));
  const port = String(await freePort());
  let running = await run(folder, port, options);
  const token = readFileSync(join(folder, "token"), "utf8").trim();
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<number> => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? -1;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode ?? -1;
  };
  return {
    folder,
    token,
    client: createClient({ baseUrl: running.url, token }),
    get url() {
      return running.url;
    },
    get pid() {
      return running.child.pid ?? -1;
    },
    get code() {
      return running.code;
    },
    get readyMs() {
      return running.readyMs;
    },
    get errors() {
      return running.errors.join("");
    },
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    async restart() {
      await end("SIGKILL");
      running = await run(folder, port, options);
    },
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function run(folder: string, port: string, options: ReefOptions): Promise<Running> {
  const file = options.built !== false && existsSync(bundle) ? bundle : source;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...serverFlags, file], {
    cwd: root,
    env: { ...plainEnvironment(), REEF_DATA: folder, REEF_PORT: port, REEF_HOST: "127.0.0.1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  const found: { url: string; code: string; readyMs: number } = { url: "", code: "", readyMs: 0 };
  const timer = setTimeout(() => child.kill("SIGKILL"), readyLimitMs);
  for await (const line of lines) {
    const ready = /^reef ready (http:\S+)/.exec(line);
    if (ready?.[1] !== undefined) Object.assign(found, { url: ready[1], readyMs: performance.now() - startedAt });
    const code = /#code=(\S+)/.exec(line);
    if (code?.[1] !== undefined) found.code = code[1];
    if (found.url !== "" && found.code !== "") break;
  }
  clearTimeout(timer);
  if (found.url === "") throw new Error(`reef did not become ready:\n${errors.join("")}`);
  // The output is not read from here on: a full pipe would stop the server.
  child.stdout.resume();
  return { child, errors, ...found };
}

/** Returns this process's environment without the variables that configure a server. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(REEF_(?!CONSOLE_DIR)|ANTHROPIC_|OPENAI_|OLLAMA_)/.test(name),
  );
  return {
    ...serverEnvironment,
    NODE_COMPILE_CACHE: join(root, ".cache/compile"),
    ...Object.fromEntries(kept),
  };
}
