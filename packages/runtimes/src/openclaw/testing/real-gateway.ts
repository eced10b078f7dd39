/**
 * Runs a real OpenClaw gateway for tests: its own HOME in a fresh folder, its own port, a scripted model server as its
 * only provider. Its folder has everything that is needed to kill it and start it again, so any process can get a
 * handle: one gateway, which takes about a minute to start, serves all suites of a run.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isTooOld } from "@reef/protocol/openclaw-release";
import { freePort } from "../../testing/free-port.ts";
import { type ModelServer, type ModelServerOptions, startModelServer } from "../../testing/model-server.ts";
import { gatewayEnvironment, wantedVersion } from "./environment.ts";
import { installOpenClaw } from "./install-openclaw.ts";

export interface RealGateway extends AsyncDisposable {
  /** `ws://127.0.0.1:PORT` */
  readonly url: string;
  readonly httpUrl: string;
  readonly token: string;
  readonly version: string;
  /** Holds `openclaw.json` (also its path below), the home and the log. */
  readonly folder: string;
  readonly home: string;
  readonly configPath: string;
  /** Address of the scripted model server; its log is at `/requests`. */
  readonly modelUrl: string;
  /** Null while it is not running. */
  readonly pid: number | null;
  /** Returns its output so far. */
  log(): string;
  /** Sends SIGKILL to the gateway and its children: no farewell. */
  kill(): Promise<void>;
  /** Sends SIGTERM; resolves when it is gone. */
  stop(): Promise<void>;
  /** Starts it; resolves when it is ready. */
  start(): Promise<void>;
  /** Starts it without waiting. */
  launch(): void;
  /** Resolves when it is ready. */
  ready(): Promise<void>;
}

export interface RealGatewayOptions {
  readonly version?: string;
  /** Merged into the configuration, top level. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly model?: ModelServerOptions;
  /** Returns immediately; `ready()` waits. */
  readonly launchOnly?: boolean;
}

interface GatewayInstall {
  readonly folder: string;
  readonly version: string;
  readonly port: number;
  readonly token: string;
  readonly modelUrl: string;
}

const readyLimitMs = 240_000;
const key = "scripted-model-key";

/**
 * Installs it when needed, starts it, and resolves when it is ready (or immediately). Disposing ends it and removes its
 * folder.
 */
export async function startRealGateway(options: RealGatewayOptions = {}): Promise<RealGateway> {
  const version = options.version ?? wantedVersion();
  installOpenClaw(version);
  const model = await startModelServer(options.model);
  const folder = mkdtempSync(join(tmpdir(), "reef-openclaw-"));
  const place: GatewayInstall = {
    folder,
    version,
    port: await freePort(),
    token: `gateway-token-${crypto.randomUUID()}`,
    modelUrl: model.url,
  };
  mkdirSync(join(folder, "home/.openclaw"), { recursive: true });
  writeFileSync(join(folder, "place.json"), JSON.stringify(place));
  writeFileSync(configOf(folder), JSON.stringify({ ...configFor(place), ...options.config }, null, 2));
  const gateway = handle(place, model);
  gateway.launch();
  try {
    if (options.launchOnly !== true) await gateway.ready();
  } catch (error) {
    await gateway[Symbol.asyncDispose]();
    throw error;
  }
  return gateway;
}

/** Returns a handle for a gateway that another process started. Disposing it leaves the gateway alone. */
export function attachGateway(folder: string): RealGateway {
  return handle(JSON.parse(readFileSync(join(folder, "place.json"), "utf8")) as GatewayInstall, null);
}

function handle(place: GatewayInstall, model: ModelServer | null): RealGateway {
  const { folder, port } = place;
  const httpUrl = `http://127.0.0.1:${port}`;
  const pidFile = join(folder, "pid");
  const readPid = (): number | null => {
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
    return pid > 0 && isAlive(pid) ? pid : null;
  };
  const end = async (signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
    const pid = readPid();
    if (pid === null) return;
    // The whole group: its children must not survive a power cut either.
    process.kill(signal === "SIGKILL" ? -pid : pid, signal);
    while (isAlive(pid)) await wait(20);
  };
  const launch = (): void => {
    const log = openSync(join(folder, "gateway.log"), "a");
    const child = spawn(process.execPath, [installOpenClaw(place.version), "gateway", "run"], {
      cwd: folder,
      detached: true,
      stdio: ["ignore", log, log],
      env: gatewayEnvironment(join(folder, "home")),
    });
    child.unref();
    closeSync(log);
    writeFileSync(pidFile, String(child.pid));
  };
  const ready = async (): Promise<void> => {
    const from = performance.now();
    while (performance.now() - from < readyLimitMs) {
      if (readPid() === null) throw new Error(`the gateway ended while it started:\n${tail()}`);
      const answer = await fetch(`${httpUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.status === 200) return;
      await wait(100);
    }
    throw new Error(`the gateway was not ready after ${readyLimitMs / 1000} s:\n${tail()}`);
  };
  const log = () => readFileSync(join(folder, "gateway.log"), "utf8");
  const tail = () => log().split("\n").slice(-30).join("\n");
  return {
    url: `ws://127.0.0.1:${port}`,
    httpUrl,
    token: place.token,
    version: place.version,
    folder,
    home: join(folder, "home"),
    configPath: configOf(folder),
    modelUrl: place.modelUrl,
    get pid() {
      return readPid();
    },
    log,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    launch,
    ready,
    async start() {
      launch();
      await ready();
    },
    async [Symbol.asyncDispose]() {
      if (model === null) return;
      await end("SIGKILL");
      await model[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string): string {
  return join(folder, "home/.openclaw/openclaw.json");
}

function configFor({ port, token, modelUrl, version }: GatewayInstall): Record<string, unknown> {
  const cost = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };
  const models = ["scripted", "scripted-2"].map((id) => ({
    id,
    name: id,
    reasoning: false,
    input: ["text"],
    cost,
    contextWindow: 200_000,
    maxTokens: 8_000,
  }));
  return {
    gateway: { mode: "local", port, bind: "loopback", auth: { mode: "token", token } },
    models: {
      mode: "replace",
      providers: { scripted: { baseUrl: `${modelUrl}/v1`, apiKey: key, api: "openai-completions", models } },
    },
    agents: {
      defaults: {
        model: { primary: "scripted/scripted" },
        skipBootstrap: true,
        heartbeat: { every: "0m" },
        maxConcurrent: 64,
      },
    },
    // A release that does not know it would not start.
    ...(isTooOld(version) ? {} : { session: { maintenance: { archiveDashboardAfter: false } } }),
    discovery: { mdns: { mode: "off" } },
    update: { checkOnStart: false },
  };
}

function isAlive(pid: number): boolean {
  if (!isThere(pid)) return false;
  try {
    // A killed child stays in the process table until its exit is read.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // It has ended since, or the system has no such files.
    return isThere(pid);
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
