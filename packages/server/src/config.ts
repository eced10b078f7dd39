/**
 * Reads the environment; nothing else does. One schema describes the variables and the config file; a variable wins
 * over the file. An error names the variable and stops the start: a server on guessed settings would be worse. Only an
 * explicit flag allows binding beyond loopback (SE1).
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { AppError } from "@reef/protocol/error";
import { isMetadataHost } from "@reef/protocol/metadata-address";
import { ModelPrice, ProviderUrl } from "@reef/protocol/provider";
import { EmbeddingUrl } from "@reef/recall/embedding/settings";
import { ProviderSettings } from "@reef/runtimes/loop/settings";
import { urlToTarget } from "@reef/store/postgres/target";
import { z } from "zod";
import { isLoopbackAddress } from "./auth/origin.ts";
import { findEmbeddingProblem } from "./embedding.ts";
import { logLevels } from "./observe/log.ts";

const flag = z
  .union([z.boolean(), z.enum(["0", "1", "true", "false"])])
  .transform((value) => value === true || value === "1" || value === "true");

const OllamaUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !URL.canParse(url) || !isMetadataHost(new URL(url).hostname), "link-local addresses are refused");

const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number({ error: `expected a whole number from ${min} to ${max}` })
    .int()
    .min(min)
    .max(max);

/** Host names in lower case, from a list or from text with commas. */
const hostList = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(","))])
  .transform((hosts) => hosts.map((host) => host.trim().toLowerCase()).filter((host) => host !== ""));

/** Absolute paths, from a list or from text with commas. */
const folderList = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(","))])
  .transform((folders) => folders.map((folder) => folder.trim()).filter((folder) => folder !== ""))
  .refine((folders) => folders.every((folder) => isAbsolute(folder)), {
    error: "expected whole paths with commas between, such as /home/me/.openclaw",
  });

/** `INPUT/OUTPUT` or `INPUT/OUTPUT/CACHED`, or the same as an object. */
const modelPrice = z.union([
  ModelPrice,
  z
    .string()
    .regex(
      /^\d+(\.\d+)?(\/\d+(\.\d+)?){1,2}$/,
      "expected dollars for a million tokens as INPUT/OUTPUT, such as 0.5/1.5",
    )
    .transform((text): ModelPrice => {
      const [input = 0, output = 0, cachedInput] = text.split("/").map(Number);
      return { input, output, ...(cachedInput === undefined ? {} : { cachedInput }) };
    }),
]);

const GatewayUrl = z.url({ protocol: /^wss?$/, error: "expected an address such as ws://127.0.0.1:18789" });

/** `NAME=ADDRESS` with commas between, or the same as an object. */
const tokenVariables = z.union(
  [
    z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), GatewayUrl),
    z
      .string()
      .transform((text) =>
        Object.fromEntries(
          text.split(",").flatMap((part) => {
            const [name = "", ...address] = part.trim().split("=");
            return name === "" ? [] : [[name, address.join("=")]];
          }),
        ),
      )
      .pipe(z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), GatewayUrl)),
  ],
  { error: "expected names of variables, each with its gateway's address, such as LAB_TOKEN=ws://127.0.0.1:18789" },
);

const Settings = z.strictObject({
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, "expected an address such as 127.0.0.1")
    .default("127.0.0.1"),
  /** 0 takes any free port. */
  port: wholeNumber(0, 65_535).default(18_900),
  token: z
    .string()
    .regex(/^\S{1,4096}$/, "expected a token without spaces")
    .optional(),
  databaseUrl: z.string().optional(),
  maxTurns: wholeNumber(1, 10_000).default(64),
  /** For all files together, in bytes. */
  filesMaxBytes: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(5_000_000_000),
  /** How long lines of the audit are kept, in days; 0 for ever. */
  auditDays: wholeNumber(0, 36_500).default(0),
  /** How long a turn waits for a model that is down or whose limits are used up, in minutes. */
  providerWaitMinutes: wholeNumber(1, 44_640).default(60),
  modelBaseUrl: z
    .url({ protocol: /^https?$/, error: "expected an http(s) address such as http://127.0.0.1:8000/v1" })
    .optional(),
  model: z.string().optional(),
  modelApiKey: z.string().optional(),
  /** US dollars for a million tokens of `model`: input, output and, if it differs, cached input. */
  modelPrice: modelPrice.optional(),
  anthropicApiKey: z.string().optional(),
  openaiApiKey: z.string().optional(),
  /** Where to look for an Ollama server when nothing else is set up; `off` looks nowhere. */
  ollamaUrl: z.union([z.literal("off"), OllamaUrl]).default("http://127.0.0.1:11434"),
  /** Gives memories their vectors; `openai` when only an address is given, else off. */
  embeddingProvider: z
    .enum(["off", "openai", "ollama", "word-parts"], { error: "expected off, openai, ollama or word-parts" })
    .optional(),
  embeddingBaseUrl: EmbeddingUrl.optional(),
  embeddingModel: z.string().min(1).optional(),
  embeddingApiKey: z.string().min(1).optional(),
  embeddingDimensions: wholeNumber(8, 8_192).optional(),
  embeddingWeight: z.coerce.number({ error: "expected a number from 0 to 10" }).min(0).max(10).optional(),
  /** Put before a question and before a memory, for models that need it. */
  embeddingQuestionPrefix: z.string().max(1_000).optional(),
  embeddingMemoryPrefix: z.string().max(1_000).optional(),
  /** A gateway to join at the start. */
  openclawUrl: GatewayUrl.optional(),
  /** A file that holds its token; without it, the variable does. */
  openclawTokenFile: z.string().min(1).optional(),
  /** Variables of the environment that may hold tokens of other gateways, each with the one address it is for. */
  openclawTokenVariables: tokenVariables.default({}),
  /**
   * Folders that a login of the console may import from; the token may name any. `import` in the data folder is always
   * allowed.
   */
  importFolders: folderList.default([]),
  /** Starts empty, instead of refusing, when a used data folder has lost its database. */
  startEmpty: flag.default(false),
  /** Searches the web for bots with a box: SearXNG if only an address is given. */
  searchProvider: z.enum(["searxng", "brave", "tavily"], { error: "expected searxng, brave or tavily" }).optional(),
  searchUrl: ProviderUrl.optional(),
  searchApiKey: z.string().min(1).optional(),
  /** Starts programs of MCP servers without a box: they may do whatever Reef's user may. */
  mcpUnboxed: flag.default(false),
  allowRemote: flag.default(false),
  publicHosts: hostList.default([]),
  /** Set when browsers reach Reef through TLS: the login cookie is then never sent without it. */
  secureCookie: flag.default(false),
  logLevel: z.enum(logLevels).default("info"),
  /** Only in the file: more model providers, by name. */
  providers: z.record(z.string().min(1), ProviderSettings).default({}),
  /** Only in the file: tokens a model accepts, by model id. */
  contextTokens: z.record(z.string(), z.int().min(1000)).default({}),
  /** Only in the file: US dollars for a million tokens, by `provider/model` or by model id. */
  prices: z.record(z.string(), ModelPrice).default({}),
});

/** On loopback a person may choose any token; beyond it, a short one could be guessed. */
const minRemoteTokenLength = 16;

/** Read when a connection is opened and kept nowhere: settings are passed around, so a token must not be in them. */
export const openclawTokenVariable = "REEF_OPENCLAW_TOKEN";
export const openclawTokenVariablesSetting = "REEF_OPENCLAW_TOKEN_VARIABLES";
export const unboxedServersSetting = "REEF_MCP_UNBOXED";

const variableByField = {
  host: "REEF_HOST",
  port: "REEF_PORT",
  token: "REEF_TOKEN",
  databaseUrl: "REEF_DATABASE_URL",
  maxTurns: "REEF_MAX_TURNS",
  filesMaxBytes: "REEF_FILES_MAX_BYTES",
  auditDays: "REEF_AUDIT_DAYS",
  providerWaitMinutes: "REEF_PROVIDER_WAIT_MINUTES",
  modelBaseUrl: "REEF_MODEL_BASE_URL",
  model: "REEF_MODEL",
  modelApiKey: "REEF_MODEL_API_KEY",
  modelPrice: "REEF_MODEL_PRICE",
  anthropicApiKey: "ANTHROPIC_API_KEY",
  openaiApiKey: "OPENAI_API_KEY",
  ollamaUrl: "REEF_OLLAMA_URL",
  embeddingProvider: "REEF_EMBEDDING_PROVIDER",
  embeddingBaseUrl: "REEF_EMBEDDING_BASE_URL",
  embeddingModel: "REEF_EMBEDDING_MODEL",
  embeddingApiKey: "REEF_EMBEDDING_API_KEY",
  embeddingDimensions: "REEF_EMBEDDING_DIMENSIONS",
  embeddingWeight: "REEF_EMBEDDING_WEIGHT",
  embeddingQuestionPrefix: "REEF_EMBEDDING_QUESTION_PREFIX",
  embeddingMemoryPrefix: "REEF_EMBEDDING_MEMORY_PREFIX",
  openclawUrl: "REEF_OPENCLAW_URL",
  openclawTokenFile: "REEF_OPENCLAW_TOKEN_FILE",
  openclawTokenVariables: openclawTokenVariablesSetting,
  importFolders: "REEF_IMPORT_FOLDERS",
  startEmpty: "REEF_START_EMPTY",
  searchProvider: "REEF_SEARCH_PROVIDER",
  searchUrl: "REEF_SEARCH_URL",
  searchApiKey: "REEF_SEARCH_API_KEY",
  mcpUnboxed: unboxedServersSetting,
  allowRemote: "REEF_ALLOW_REMOTE",
  publicHosts: "REEF_PUBLIC_HOSTS",
  secureCookie: "REEF_SECURE_COOKIE",
  logLevel: "REEF_LOG_LEVEL",
} as const;

export interface Config extends Readonly<z.infer<typeof Settings>> {
  /** The folder of everything that is kept. */
  readonly data: string;
  /** Settings given by variables; the others are from the file or defaults. */
  readonly fromVariables: readonly string[];
}

/** Thrown for settings that the server cannot start with; the message names what to change. */
export class ConfigError extends Error {}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment and the config file. Throws `ConfigError`. */
export async function readConfig(environment: Environment = process.env): Promise<Config> {
  const data = resolve(environment.REEF_DATA || join(homedir(), ".reef"));
  const fileName = environment.REEF_CONFIG || join(data, "config.json");
  const raw = toFields(await readConfigFile(fileName, environment.REEF_CONFIG), fileName);
  const fromVariables: string[] = [];
  for (const [field, variable] of Object.entries(variableByField)) {
    const value = environment[variable];
    if (value === undefined || value === "") continue;
    raw[field] = value;
    fromVariables.push(field);
  }
  const parsed = Settings.safeParse(raw);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => sayIssue(issue, fileName)).join("\n"));
  const config = { ...parsed.data, data, fromVariables };
  refuseContradictions(config);
  refuseLoneGateway(config, environment);
  return config;
}

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || isLoopbackAddress(host);
}

async function readConfigFile(path: string, asked: string | undefined): Promise<Record<string, unknown>> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" && !asked) return null;
    throw new ConfigError(`${asked ? "REEF_CONFIG" : "REEF_DATA"}: ${path} cannot be read: ${cause.message}`, {
      cause,
    });
  });
  if (text === null) return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new ConfigError(`${path}: expected one JSON object`, { cause });
  }
}

/** In the file a setting may also have its variable's name. */
function toFields(settings: Readonly<Record<string, unknown>>, fileName: string): Record<string, unknown> {
  const fieldByVariable = new Map<string, string>(
    Object.entries(variableByField).map(([field, name]) => [name, field]),
  );
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const field = fieldByVariable.get(name) ?? name;
    if (Object.hasOwn(fields, field)) throw new ConfigError(`${fileName}: ${field} is set twice`);
    Object.defineProperty(fields, field, { value, enumerable: true, writable: true });
  }
  return fields;
}

/** Names the variable, never its value: it may be a secret. */
function sayIssue(issue: z.core.$ZodIssue, fileName: string): string {
  const [field, ...rest] = issue.path.map(String);
  const variable =
    field !== undefined && Object.hasOwn(variableByField, field)
      ? variableByField[field as keyof typeof variableByField]
      : undefined;
  if (variable !== undefined) return `${variable} (or “${field}” in ${fileName}): ${issue.message}`;
  const place = [field, ...rest].filter(Boolean).join(".");
  return `${fileName}: ${place === "" ? "" : `${place} `}${issue.message}`;
}

function requireDatabaseUrl(url: string): void {
  try {
    urlToTarget(url);
  } catch (error) {
    // No cause: it could repeat the password.
    throw new ConfigError(error instanceof AppError ? error.message : "REEF_DATABASE_URL: expected an address");
  }
}

function refuseContradictions(config: Config): void {
  if (config.databaseUrl !== undefined) requireDatabaseUrl(config.databaseUrl);
  if (!isLoopbackHost(config.host) && !config.allowRemote) {
    throw new ConfigError(
      `REEF_HOST: ${config.host} is reachable from other machines; put TLS in front and set REEF_ALLOW_REMOTE=1, or use 127.0.0.1`,
    );
  }
  if (!isLoopbackHost(config.host) && config.token !== undefined && config.token.length < minRemoteTokenLength) {
    throw new ConfigError(
      `REEF_TOKEN: expected at least ${minRemoteTokenLength} characters, because other machines can reach it; or leave it unset and Reef creates one`,
    );
  }
  if (config.modelBaseUrl !== undefined && config.model === undefined) {
    throw new ConfigError("REEF_MODEL: expected a model id, because REEF_MODEL_BASE_URL is set");
  }
  if (config.modelApiKey !== undefined && config.modelBaseUrl === undefined) {
    throw new ConfigError("REEF_MODEL_BASE_URL: expected an address, because REEF_MODEL_API_KEY is set");
  }
  const problem = findEmbeddingProblem(config);
  if (problem !== null) throw new ConfigError(problem);
}

/** Throws for an address without a token, or a token without an address, because neither can join a gateway. */
function refuseLoneGateway(config: Config, environment: Environment): void {
  const hasToken = config.openclawTokenFile !== undefined || Boolean(environment[openclawTokenVariable]);
  if (config.openclawUrl !== undefined && !hasToken) {
    throw new ConfigError(
      `${openclawTokenVariable}: expected the gateway's token (or REEF_OPENCLAW_TOKEN_FILE), because REEF_OPENCLAW_URL is set`,
    );
  }
  if (config.openclawUrl === undefined && hasToken) {
    throw new ConfigError("REEF_OPENCLAW_URL: expected the gateway's address, because its token is given");
  }
}
