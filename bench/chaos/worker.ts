/**
 * One `reef` server as a process of its own, which can be killed, stopped, continued and started again on the same
 * folder and port. Its log is read as it comes: refused writes and errors are counted.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type Client, createClient } from "@reef/client/client";
import { freePort } from "@reef/runtimes/testing/free-port";
import { serverEnvironment, serverFlags } from "../../scripts/server-flags.mjs";

export interface WorkerOptions {
  readonly name: string;
  readonly folder: string;
  readonly token: string;
  readonly env: Readonly<Record<string, string>>;
  /** Modules loaded before the server, from this folder. */
  readonly preload: readonly string[];
  /** Modules are patched as they are loaded, so the sources are run instead of the bundle. */
  readonly fromSources: boolean;
}

export interface ReefWorker {
  readonly name: string;
  readonly url: string;
  readonly client: Client;
  readonly state: "off" | "starting" | "ready" | "stopped";
  readonly counts: WorkerCounts;
  /** The newest lines of errors. */
  readonly errors: readonly string[];
  /** Resolves when the process is there, before it serves. */
  start(): void;
  /** Resolves to true when it serves, to false when it ended before. */
  ready(): Promise<boolean>;
  /** Turns that run on it; 0 while it does not answer. */
  runningTurns(): Promise<number>;
  kill(): Promise<void>;
  stop(): void;
  go(): void;
  /** Ends it as a person does; kills it if that takes more than 10 s. */
  end(): Promise<void>;
}

export interface WorkerCounts {
  readonly starts: number;
  readonly refusedWrites: number;
  readonly errors: number;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const root = resolve(import.meta.dirname, "../..");
const bundle = join(root, "dist/server/main.js");
const source = join(root, "packages/server/src/main.ts");
const refusedWords = "a write was refused";
const keptErrors = 40;

export async function makeWorker(options: WorkerOptions): Promise<ReefWorker> {
  const { name, folder, token, env } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const counts: Mutable<WorkerCounts> = { starts: 0, refusedWrites: 0, errors: 0 };
  const errors: string[] = [];
  let state: ReefWorker["state"] = "off";
  let child: ChildProcess | null = null;
  let readiness: Promise<boolean> = Promise.resolve(false);
  const file = !options.fromSources && existsSync(bundle) ? bundle : source;
  const preload = options.preload.flatMap((module) => ["--import", join(import.meta.dirname, module)]);

  // A run that is stopped leaves no server behind.
  process.once("exit", () => child?.kill("SIGKILL"));
  const hear = (line: string) => {
    if (line.includes(refusedWords)) counts.refusedWrites += 1;
    const isError = !line.startsWith("{") || line.includes('"level":"error"');
    if (!isError) return;
    counts.errors += 1;
    errors.push(line.slice(0, 2_000));
    if (errors.length > keptErrors) errors.shift();
  };
  const signal = (which: NodeJS.Signals) => {
    if (child !== null && child.exitCode === null && child.signalCode === null) child.kill(which);
  };
  const gone = async (which: NodeJS.Signals) => {
    const ending = child;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, "exit");
    ending.kill(which);
    await exit;
  };
  return {
    name,
    url,
    counts,
    errors,
    client: createClient({ baseUrl: url, token }),
    get state() {
      return state;
    },
    start() {
      counts.starts += 1;
      state = "starting";
      const started = spawn(process.execPath, [...serverFlags, ...preload, file], {
        cwd: root,
        env: {
          PATH: process.env.PATH ?? "",
          HOME: folder,
          ...serverEnvironment,
          NODE_COMPILE_CACHE: join(root, ".cache/compile"),
          REEF_DATA: folder,
          REEF_PORT: String(port),
          REEF_HOST: "127.0.0.1",
          REEF_TOKEN: token,
          REEF_OLLAMA_URL: "off",
          ...env,
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = started;
      createInterface({ input: started.stderr }).on("line", hear);
      readiness = new Promise((resolve) => {
        createInterface({ input: started.stdout }).on("line", (line) => {
          if (!line.startsWith("reef ready")) return;
          if (child === started && state === "starting") state = "ready";
          resolve(true);
        });
        started.once("exit", () => {
          if (child === started) state = "off";
          resolve(false);
        });
      });
    },
    ready: () => readiness,
    async runningTurns() {
      try {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(1_000) });
        return Number(/^reef_turns_running (\d+)$/m.exec(await response.text())?.[1] ?? 0);
      } catch {
        return 0;
      }
    },
    kill: () => gone("SIGKILL"),
    stop() {
      state = "stopped";
      signal("SIGSTOP");
    },
    go() {
      if (state === "stopped") state = "ready";
      signal("SIGCONT");
    },
    async end() {
      signal("SIGCONT");
      const timer = setTimeout(() => signal("SIGKILL"), 10_000);
      await gone("SIGTERM");
      clearTimeout(timer);
    },
  };
}
