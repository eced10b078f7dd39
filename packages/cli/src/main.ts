/** Runs `reef …`: reads the command line and the environment, runs one command, and reports an error in one line. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createClient } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import { exportAgentMemory, importAgentMemories } from "./agent-memory.ts";
import { verifyAudit } from "./audit.ts";
import { deleteBudget, listBudgets, raiseBudget, setBudget } from "./budgets.ts";
import { CommandError } from "./command-error.ts";
import { listBots, listWorkers, sendText, showStatus } from "./everyday.ts";
import { help } from "./help.ts";
import { listModels, listProviders, retryModel } from "./models.ts";
import { connectOpenClaw } from "./openclaw/connect.ts";
import { disconnectOpenClaw } from "./openclaw/disconnect.ts";
import { showOpenClaw } from "./openclaw/status.ts";
import { runRoots } from "./roots.ts";
import type { Shell } from "./shell.ts";
import { resumeWork, stopWork } from "./stop.ts";
import { runTasks } from "./tasks.ts";

const options = {
  url: { type: "string" },
  "token-file": { type: "string" },
  config: { type: "string" },
  "gateway-url": { type: "string" },
  "gateway-token-env": { type: "string" },
  name: { type: "string", default: "openclaw" },
  file: { type: "string", multiple: true, default: [] as string[] },
  plugin: { type: "string" },
  bot: { type: "string" },
  session: { type: "string" },
  to: { type: "string" },
  from: { type: "string" },
  reopen: { type: "string" },
  tree: { type: "boolean", default: false },
  reason: { type: "string" },
  usd: { type: "string" },
  tokens: { type: "string" },
  warn: { type: "string" },
  status: { type: "string" },
  "no-hold": { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** npm runs scripts in the package's folder, but people write paths relative to their own. */
const here = process.env.INIT_CWD ?? process.cwd();

// `reef … | head` ends when head does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
process.exitCode = await run(process.argv.slice(2));

async function run(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [command, ...rest] = positionals;
    if (values.help || command === undefined || command === "help") return print(help);
    await runCommand(command, { rest, values });
    return 0;
  } catch (error) {
    const isExpected = error instanceof CommandError || error instanceof AppError || isUsageError(error);
    console.error(
      `reef: ${isExpected && error instanceof Error ? error.message : error instanceof Error ? error.stack : error}`,
    );
    return 1;
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

async function runCommand(
  command: string,
  { rest, values }: { readonly rest: readonly string[]; readonly values: Values },
): Promise<void> {
  const [first, second] = rest;
  if (command === "status") return showStatus(await openShell(values));
  if (command === "bots") return listBots(await openShell(values));
  if (command === "stop") {
    const { tree, reason, "no-hold": noHold } = values;
    return stopWork(await openShell(values), { target: first, tree, reason, hold: !noHold });
  }
  if (command === "resume") return resumeWork(await openShell(values), { target: first, tree: values.tree });
  if (command === "audit" && first === "verify") return verifyAudit(await openShell(values));
  if (command === "agent-memory" && first === "import" && second !== undefined) {
    const { bot, "dry-run": dryRun } = values;
    return importAgentMemories(await openShell(values), { path: resolve(here, second), bot, dryRun });
  }
  if (command === "agent-memory" && first === "export" && second !== undefined && values.to !== undefined) {
    return exportAgentMemory(await openShell(values), { bot: second, to: resolve(here, values.to) });
  }
  if (command === "budgets") return runBudgets(await openShell(values), rest, values);
  if (command === "tasks") {
    const { status, bot, reason } = values;
    return runTasks(await openShell(values), { rest, status, bot, reason });
  }
  if (command === "roots") {
    // The default belongs to a gateway.
    const name = values.name === options.name.default ? undefined : values.name;
    const { bot, "dry-run": dryRun } = values;
    return runRoots(await openShell(values), { rest, here, name, bot, dryRun });
  }
  if (command === "workers") return listWorkers(await openShell(values));
  if (command === "providers") return listProviders(await openShell(values));
  if (command === "retry" && first !== undefined) return retryModel(await openShell(values), first);
  if (command === "models") return listModels(await openShell(values), rest.join(" "));
  if (command === "mcp" && first === undefined) return runMcp(values);
  if (command === "migrate" && first === undefined) return runMigrate(values);
  if (command === "send" && first !== undefined && (second !== undefined || values.file.length > 0)) {
    const files = values.file.map((path) => resolve(here, path));
    return sendText(await openShell(values), first, { text: rest.slice(1).join(" "), files });
  }
  const shared = {
    configPath: resolve(
      here,
      values.config ?? process.env.OPENCLAW_CONFIG_PATH ?? join(homedir(), ".openclaw/openclaw.json"),
    ),
    yes: values.yes,
    dryRun: values["dry-run"],
  };
  if (command === "openclaw" && first === "connect") {
    return connectOpenClaw(await openShell(values), {
      ...shared,
      gatewayUrl: values["gateway-url"],
      gatewayTokenEnv: values["gateway-token-env"],
      environment: process.env,
      name: values.name,
      pluginPath: resolve(here, values.plugin ?? join(import.meta.dirname, "../../openclaw-plugin")),
    });
  }
  if (command === "openclaw" && first === "status") return showOpenClaw(await openShell(values));
  if (command === "openclaw" && first === "disconnect") return disconnectOpenClaw(await openShell(values), shared);
  throw new CommandError(`there is no command “${[command, ...rest].join(" ")}”; “reef help” lists them`);
}

function runBudgets(
  shell: Shell,
  [act, id, period, ...more]: readonly string[],
  { usd, tokens, warn, tree }: Values,
): Promise<void> {
  const limits = { usd, tokens };
  if (act === undefined) return listBudgets(shell);
  if (act === "set" && id !== undefined && period !== undefined && more.length === 0) {
    return setBudget(shell, { ...limits, warn, tree, target: id, period });
  }
  if (act === "raise" && id !== undefined && period === undefined) return raiseBudget(shell, id, limits);
  if (act === "delete" && id !== undefined && period === undefined) return deleteBudget(shell, id);
  throw new CommandError(
    "expected “reef budgets”, “reef budgets set SCOPE PERIOD --usd N”, “reef budgets raise ID --usd N” or “reef budgets delete ID”",
  );
}

/** Resolves when it serves; the process ends with its stdin. Its parts are loaded only for this command. */
async function runMcp(values: Values): Promise<void> {
  const { serveMcp } = await import("./mcp.ts");
  const { url, token } = await findReef(values);
  await serveMcp({ url, token, bot: values.bot, session: values.session });
}

/** Needs no server: it works on the data itself. Its parts, both databases, are loaded only for this command. */
async function runMigrate(values: Values): Promise<void> {
  if (values["dry-run"])
    throw new CommandError("a move cannot be tried without doing it; it changes nothing of its source");
  const { migrate } = await import("./migrate.ts");
  const stopped = new AbortController();
  process.once("SIGINT", () => stopped.abort());
  process.once("SIGTERM", () => stopped.abort());
  await migrate({
    to: values.to,
    from: values.from,
    reopen: values.reopen,
    folder: dataFolder(),
    databaseUrl: process.env.REEF_DATABASE_URL || undefined,
    here,
    terminal: {
      print,
      replace: process.stdout.isTTY ? (text) => void process.stdout.write(`\r\u001b[2K${text}`) : null,
    },
    now: () => new Date().toISOString(),
    signal: stopped.signal,
  });
}

function dataFolder(): string {
  return resolve(process.env.REEF_DATA || join(homedir(), ".reef"));
}

async function findReef(values: Values) {
  const folder = dataFolder();
  const port = process.env.REEF_PORT ?? "18900";
  const url = (values.url ?? process.env.REEF_URL ?? `http://127.0.0.1:${port}`).replace(/\/+$/, "");
  const tokenFile = resolve(here, values["token-file"] ?? join(folder, "token"));
  const isFromEnv = values["token-file"] === undefined && process.env.REEF_TOKEN !== undefined;
  const token = (isFromEnv ? process.env.REEF_TOKEN : undefined) ?? (await readToken(tokenFile));
  return { folder, url, tokenFile, isFromEnv, token };
}

async function openShell(values: Values): Promise<Shell> {
  const { folder, url, tokenFile, isFromEnv, token } = await findReef(values);
  return {
    client: createClient({ baseUrl: url, token }),
    folder,
    isLocal: ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname),
    reefPlace: { url, ...(isFromEnv ? {} : { tokenFile }) },
    ...(isFromEnv && { tokenOfEnvironment: token }),
    print,
    confirm,
    stamp: () => new Date().toISOString().replace(/[:.]/g, "-"),
    wait: (ms) => setTimeout(ms),
  };
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    const what = `Reef's token cannot be read from ${path}: start Reef once, or give --token-file or REEF_TOKEN`;
    throw new CommandError(what, { cause });
  }
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CommandError("there is no terminal to ask on: pass --yes");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function isUsageError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
