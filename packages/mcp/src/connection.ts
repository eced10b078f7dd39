/**
 * Keeps the connection to one MCP server: starts it for the first call, stops it when nobody has needed it for a while,
 * and waits longer after each failed start. What the server says of itself, its errors included, is data.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { Client, type OAuthClientProvider, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Clock } from "@reef/engine/port/clock";
import { AppError } from "@reef/protocol/error";
import { plainText, type ToldResult } from "./call-result.ts";
import type { Connection, ConnectionHealth } from "./connected.ts";
import { createPipesTransport, type Pipes } from "./pipes-transport.ts";
import { answerQuestions, duringCall, type RunningCalls } from "./running-calls.ts";

/** How to reach a server, with every secret in its place. */
export type Launch =
  | {
      readonly kind: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  /** A program that was started elsewhere, such as in a box. */
  | { readonly kind: "pipes"; readonly start: () => Promise<Pipes> }
  | {
      readonly kind: "http";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** Gives the tokens of a server that people sign in at. */
      readonly authProvider?: OAuthClientProvider;
    };

export interface ConnectionOptions {
  readonly clock: Clock;
  /** Reef's, which the server sees. */
  readonly version: string;
  readonly idleMs: number;
  /** Asked before each start: secrets may have changed. Rejects with what is missing, in words for people. */
  readonly launch: () => Promise<Launch>;
  /** Called when its tools changed, or its state did. */
  readonly onChange: (what: "tools" | "state") => void;
  /** For HTTP: decides where a request may go. */
  readonly fetch?: typeof fetch;
  /** Whether the server may ask for text of a model. */
  readonly mayAskModel?: boolean;
}

/** A line that is likely to say why a program ended; the last one is often only its version. */
const trailing = /^Node\.js v|complete log of this run/;
const telling = /error|cannot|not found|denied|missing|invalid|failed|required|usage/i;
/** A start may download a package. */
const startMs = 120_000;
/** Waits before the second, third … start in a row that fails, in milliseconds. */
const waits = [0, 1_000, 5_000, 15_000, 60_000];
const longestMessageBytes = 8_000_000;
const longestComplaint = 2_000;

interface Running {
  readonly client: Client;
  uses: number;
}

export function openConnection({
  clock,
  version,
  idleMs,
  launch,
  onChange,
  ...options
}: ConnectionOptions): Connection {
  const ended = new AbortController();
  const calls: RunningCalls = { all: new Set(), current: new AsyncLocalStorage() };
  let starting: Promise<Running> | null = null;
  let running: Running | null = null;
  let failures = 0;
  let retryAtMs = 0;
  let problem: string | null = null;
  let software: string | null = null;
  let idle = new AbortController();
  /** What a program wrote to its standard error last: it often says why it ended. */
  let complaint = "";
  /** Why a program ended, as its box saw it. */
  let end: string | null = null;

  const told = (what: "tools" | "state") => {
    if (!ended.signal.aborted) onChange(what);
  };

  const stop = async (reason: string | null) => {
    const was = running;
    running = null;
    if (reason !== null) problem = reason;
    await was?.client.close().catch(() => undefined);
    told("state");
  };

  const start = async (): Promise<Running> => {
    const waitMs = retryAtMs - clock.steady();
    if (waitMs > 0) {
      throw new AppError("unavailable", `${problem}; it is tried again in ${Math.ceil(waitMs / 1_000)} s`);
    }
    complaint = "";
    end = null;
    const client = new Client(
      { name: "reef", version },
      {
        versionNegotiation: { mode: "auto" },
        capabilities: {
          elicitation: { form: {}, url: {} },
          ...(options.mayAskModel === true ? { sampling: {} } : {}),
        },
        listChanged: { tools: { autoRefresh: false, onChanged: () => told("tools") } },
      },
    );
    answerQuestions(client, { calls, mayAskModel: options.mayAskModel === true });
    try {
      const how = await launch();
      await client.connect(makeTransport(how), { timeout: startMs, signal: ended.signal });
      const fresh: Running = { client, uses: 0 };
      client.onclose = () => {
        if (running !== fresh) return;
        void stop(withComplaint("it ended by itself"));
      };
      const info = client.getServerVersion();
      software = info === undefined ? null : `${info.name} ${info.version}`.slice(0, 200);
      failures = 0;
      retryAtMs = 0;
      problem = null;
      running = fresh;
      return fresh;
    } catch (error) {
      await client.close().catch(() => undefined);
      failures += 1;
      retryAtMs = clock.steady() + (waits[Math.min(failures, waits.length - 1)] ?? 0);
      problem = withComplaint(reasonOf(error));
      throw new AppError("unavailable", problem, { cause: error });
    }
  };

  const makeTransport = (how: Launch) => {
    if (how.kind === "http") {
      return new StreamableHTTPClientTransport(new URL(how.url), {
        requestInit: { headers: { ...how.headers } },
        ...(how.authProvider === undefined ? {} : { authProvider: how.authProvider }),
        ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
      });
    }
    const hear = (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("utf8")).slice(-longestComplaint);
    };
    if (how.kind === "pipes") {
      const onEnd = (reason: string) => {
        end = reason;
      };
      return createPipesTransport({ start: how.start, onComplaint: hear, onEnd, longestMessageBytes });
    }
    const { command, args, env, cwd } = how;
    const transport = new StdioClientTransport({
      command,
      args: [...args],
      env: { ...env },
      stderr: "pipe",
      maxBufferSize: longestMessageBytes,
      ...(cwd === undefined ? {} : { cwd }),
    });
    transport.stderr?.on("data", hear);
    return transport;
  };

  const withComplaint = (reason: string): string => {
    const lines = complaint
      .split("\n")
      .map((line) => plainText(line).trim())
      .filter((line) => !trailing.test(line));
    const last = lines.findLast((line) => telling.test(line)) ?? lines.findLast((line) => line !== "") ?? "";
    const why = end ?? reason;
    return last === "" ? why : `${why}: ${last.slice(0, 300)}`;
  };

  const ready = (): Promise<Running> => {
    if (ended.signal.aborted) return Promise.reject(new AppError("unavailable", "the connection is closed"));
    if (running !== null) return Promise.resolve(running);
    starting ??= start().finally(() => {
      starting = null;
      told("state");
    });
    told("state");
    return starting;
  };

  const stopWhenIdle = async (used: Running) => {
    idle.abort();
    idle = new AbortController();
    const { signal } = idle;
    await clock.sleep(idleMs, AbortSignal.any([signal, ended.signal]));
    if (signal.aborted || ended.signal.aborted || running !== used || used.uses > 0) return;
    await stop(null);
  };

  async function useClient<Value>(signal: AbortSignal, act: (client: Client) => Promise<Value>): Promise<Value> {
    const used = await orAborted(ready(), signal);
    used.uses += 1;
    try {
      return await act(used.client);
    } finally {
      used.uses -= 1;
      if (used.uses === 0) void stopWhenIdle(used);
    }
  }

  return {
    get health(): ConnectionHealth {
      if (running !== null) return { state: "ready", problem: null, software };
      const state = starting !== null ? "starting" : problem !== null ? "failing" : "idle";
      return { state, problem, software };
    },
    listTools: (signal) =>
      useClient(signal, async (client) => {
        const { tools } = await client.listTools(undefined, { signal, timeout: startMs, cacheMode: "refresh" });
        const { resources, prompts } = client.getServerCapabilities() ?? {};
        return { tools, offers: { resources: resources !== undefined, prompts: prompts !== undefined } };
      }),
    use: useClient,
    call: (name, input, call) =>
      useClient(call.signal, (client) =>
        duringCall(calls, call, async () => {
          const { signal, timeoutMs, onProgress } = call;
          const result = await client.callTool(
            { name, arguments: { ...input } },
            {
              signal,
              timeout: timeoutMs,
              maxTotalTimeout: timeoutMs,
              ...(onProgress === undefined ? {} : { onprogress: (progress) => onProgress(progressText(progress)) }),
            },
          );
          return result as ToldResult;
        }),
      ),
    forgive() {
      failures = 0;
      retryAtMs = 0;
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      idle.abort();
      await starting?.catch(() => undefined);
      await stop(null);
    },
  };
}

function progressText({
  progress,
  total,
  message,
}: {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}): string {
  const part = total === undefined ? `${progress}` : `${progress} of ${total}`;
  return message === undefined || message === "" ? part : `${message} (${part})`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "the program was not found";
  if (code === "EACCES") return "the program cannot be run";
  const words = (message ?? String(error)).replace(/\s+/g, " ").replace(/^Version negotiation probe failed: /, "");
  const plain = plainReasons.find(([pattern]) => pattern.test(words))?.[1];
  return (plain === undefined ? words : `${plain} (${words})`).slice(0, 500);
}

/** What people can do something about, in their words. */
const plainReasons: readonly (readonly [RegExp, string])[] = [
  [/\bECONNREFUSED\b/, "nothing listens at its address"],
  [/\b(ENOTFOUND|EAI_AGAIN)\b/, "its host was not found"],
  [/\b(ETIMEDOUT|ECONNRESET|EPIPE)\b/, "the connection broke"],
  [/\b401\b|unauthorized/i, "it wants a key, or that you sign in, or does not accept what it got"],
];

function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  promise.catch(() => undefined);
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AppError("unavailable", "the call was stopped before the server was ready"));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
