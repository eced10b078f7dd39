import { rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Config, ConfigError, type Environment, readConfig } from "./config.ts";
import { toEmbeddingSettings } from "./embedding.ts";
import { configuredChat, configuredProviders } from "./models/configured.ts";
import { makeFolder } from "./testing/serve.ts";

let folder: string;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => rm(folder, { recursive: true }));

function read(environment: Environment): Promise<Config> {
  return readConfig({ REEF_DATA: folder, ...environment });
}

/** Returns the error for settings that cannot be used. */
async function complaint(environment: Environment): Promise<string> {
  const error = await read(environment).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
}

test("without any setting there is a folder, an address and a port", async () => {
  expect(await readConfig({})).toMatchObject({
    data: join(homedir(), ".reef"),
    host: "127.0.0.1",
    port: 18900,
    maxTurns: 64,
  });
});

test("SE1: an address beyond loopback is refused without the flag", async () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "reef.example"]) {
    expect(await complaint({ REEF_HOST: host })).toContain("REEF_ALLOW_REMOTE=1");
    expect((await read({ REEF_HOST: host, REEF_ALLOW_REMOTE: "1" })).host).toBe(host);
    expect(await complaint({ REEF_HOST: host, REEF_ALLOW_REMOTE: "0" })).toContain("REEF_HOST");
  }
  const remote = { REEF_HOST: "0.0.0.0", REEF_ALLOW_REMOTE: "1" };
  expect(await complaint({ ...remote, REEF_TOKEN: "short" })).toMatch(/^REEF_TOKEN: .*16/);
  expect((await read({ ...remote, REEF_TOKEN: "long-enough-to-keep" })).host).toBe("0.0.0.0");
  expect((await read({ REEF_TOKEN: "short" })).token).toBe("short");
  for (const host of ["127.0.0.1", "::1", "localhost"]) expect((await read({ REEF_HOST: host })).host).toBe(host);
});

test("what is wrong is named by its variable, and the value is not repeated", async () => {
  expect(await complaint({ REEF_PORT: "many" })).toMatch(/^REEF_PORT.*0 to 65535/);
  expect(await complaint({ REEF_PORT: "70000" })).toContain("REEF_PORT");
  expect(await complaint({ REEF_MAX_TURNS: "0" })).toContain("REEF_MAX_TURNS");
  expect(await complaint({ REEF_MODEL_BASE_URL: "ftp://x", REEF_MODEL: "m" })).toContain("REEF_MODEL_BASE_URL");
  for (const url of ["mysql://u:hunter2@h/d", "postgres://u:hunter2@h", "postgres://u:hunter2@h:many/d"]) {
    expect(await complaint({ REEF_DATABASE_URL: url })).toMatch(/^REEF_DATABASE_URL/);
    expect(await complaint({ REEF_DATABASE_URL: url })).not.toContain("hunter2");
  }
  const databaseUrl = "postgres://u:hunter2@h/d";
  expect(await read({ REEF_DATABASE_URL: databaseUrl })).toMatchObject({ databaseUrl });
  expect(await complaint({ REEF_TOKEN: "two words" })).toMatch(/REEF_TOKEN/);
  expect(await complaint({ REEF_TOKEN: "two words" })).not.toContain("two words");
  expect(await complaint({ REEF_MODEL_BASE_URL: "http://h/v1" })).toMatch(/^REEF_MODEL:/);
  expect(await complaint({ REEF_MODEL_API_KEY: "k" })).toMatch(/^REEF_MODEL_BASE_URL:/);
});

test("the config file holds the same, the environment wins, and an unknown name is refused", async () => {
  const path = join(folder, "other.json");
  await writeFile(path, JSON.stringify({ port: 1234, maxTurns: 8, publicHosts: ["Reef.Example"] }));
  const config = await read({ REEF_CONFIG: path, REEF_MAX_TURNS: "9" });
  expect(config).toMatchObject({ port: 1234, maxTurns: 9, publicHosts: ["reef.example"] });
  await writeFile(path, JSON.stringify({ prot: 1 }));
  expect(await complaint({ REEF_CONFIG: path })).toContain("prot");
  await writeFile(path, "[1]");
  expect(await complaint({ REEF_CONFIG: path })).toContain("one JSON object");
  expect(await complaint({ REEF_CONFIG: join(folder, "gone.json") })).toContain("REEF_CONFIG");
});

test("the config file may name its settings as the variables do, but none of them twice", async () => {
  const path = join(folder, "named.json");
  const readFrom = async (settings: object) => {
    await writeFile(path, JSON.stringify(settings));
    return { REEF_CONFIG: path };
  };
  const named = { REEF_MAX_TURNS: 7, REEF_PUBLIC_HOSTS: "a.example", logLevel: "warn", OPENAI_API_KEY: "key" };
  expect(await read(await readFrom(named))).toMatchObject({
    maxTurns: 7,
    publicHosts: ["a.example"],
    logLevel: "warn",
    openaiApiKey: "key",
  });
  expect(await complaint(await readFrom({ REEF_MAX_TURNS: 0 }))).toContain("REEF_MAX_TURNS");
  expect(await complaint(await readFrom({ REEF_MAX_TURNS: 7, maxTurns: 8 }))).toMatch(/maxTurns.*twice/);
  expect(await complaint(await readFrom({ bogus: 1 }))).toMatch(/named.json: unrecognized key: "bogus"/i);
});

test("a data folder that is a file is named by its variable", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  await expect(readConfig({ REEF_DATA: file })).rejects.toThrow(/^REEF_DATA: .*not a directory/);
});

test("an empty variable is the same as none", async () => {
  const config = await read({ REEF_PORT: "", REEF_TOKEN: "", REEF_MODEL: "" });
  expect([config.port, config.token, config.model]).toEqual([18900, undefined, undefined]);
});

test("the default model comes from its own variables, else Anthropic, else OpenAI, else the file's provider, else none", async () => {
  const keys = { ANTHROPIC_API_KEY: "a-key", OPENAI_API_KEY: "o-key" };
  const own = { REEF_MODEL_BASE_URL: "http://127.0.0.1:8000/v1", REEF_MODEL: "tiny" };
  const chat = async (environment: Environment) => {
    const config = await read(environment);
    return configuredChat(config, configuredProviders(config));
  };
  expect(await chat({})).toBeNull();
  expect(await chat({ OPENAI_API_KEY: "k" })).toMatchObject({ providerName: "openai", source: "environment" });
  expect(await chat(keys)).toMatchObject({ providerName: "anthropic" });
  expect(await chat({ ...keys, REEF_MODEL: "claude-x" })).toMatchObject({
    providerName: "anthropic",
    modelId: "claude-x",
  });
  expect(await chat({ ...keys, ...own })).toEqual({ providerName: "default", modelId: "tiny", source: "environment" });
  expect(await chat({ ...keys, ...own, REEF_MODEL: "openai/gpt-x" })).toMatchObject({
    providerName: "openai",
    modelId: "gpt-x",
  });
  expect(configuredProviders(await read({ ...keys, ...own }))).toMatchObject([
    { name: "default", settings: { kind: "openai-compatible", baseUrl: "http://127.0.0.1:8000/v1" } },
    { name: "anthropic" },
    { name: "openai" },
  ]);
});

test("a gateway is named by its address and a token together; the token itself is no setting", async () => {
  expect(await complaint({ REEF_OPENCLAW_URL: "ws://127.0.0.1:1" })).toMatch(/REEF_OPENCLAW_TOKEN/);
  expect(await complaint({ REEF_OPENCLAW_TOKEN: "gateway-secret" })).toMatch(
    /^(?!.*gateway-secret).*REEF_OPENCLAW_URL/,
  );
  expect(await complaint({ REEF_OPENCLAW_URL: "http://x", REEF_OPENCLAW_TOKEN: "t" })).toMatch(/ws:\/\//);
  const config = await read({ REEF_OPENCLAW_URL: "ws://127.0.0.1:1", REEF_OPENCLAW_TOKEN: "gateway-secret" });
  expect(config.openclawUrl).toBe("ws://127.0.0.1:1");
  expect(JSON.stringify(config)).not.toContain("gateway-secret");
});

test("meanings are off until a provider or an address is named, and the key for OpenAI goes to OpenAI only", async () => {
  const settings = async (environment: Environment) => toEmbeddingSettings(await read(environment));
  const url = "http://127.0.0.1:8080/v1";
  expect(await settings({})).toBeNull();
  expect(await settings({ OPENAI_API_KEY: "o-key" })).toBeNull();
  expect(await settings({ REEF_EMBEDDING_BASE_URL: url, REEF_EMBEDDING_MODEL: "m", OPENAI_API_KEY: "o-key" })).toEqual({
    kind: "openai",
    baseUrl: url,
    model: "m",
    weight: 0.8,
  });
  expect(await settings({ REEF_EMBEDDING_PROVIDER: "openai", OPENAI_API_KEY: "o-key" })).toMatchObject({
    baseUrl: "https://api.openai.com/v1",
    model: "text-embedding-3-small",
    apiKey: "o-key",
  });
  const ollama = { REEF_EMBEDDING_PROVIDER: "ollama", REEF_EMBEDDING_MODEL: "nomic-embed-text" };
  expect(await settings({ ...ollama, REEF_EMBEDDING_WEIGHT: "1.5" })).toMatchObject({
    kind: "ollama",
    baseUrl: "http://127.0.0.1:11434",
    weight: 1.5,
  });
  expect(await settings({ REEF_EMBEDDING_PROVIDER: "word-parts" })).toEqual({ kind: "word-parts", weight: 0.4 });
  expect(await settings({ REEF_EMBEDDING_PROVIDER: "off", REEF_EMBEDDING_BASE_URL: url })).toBeNull();
});

test("settings for meanings that do not fit together are named by their variable, without a secret", async () => {
  const url = "http://127.0.0.1:8080/v1";
  expect(await complaint({ REEF_EMBEDDING_PROVIDER: "magic" })).toMatch(/^REEF_EMBEDDING_PROVIDER.*word-parts/);
  expect(await complaint({ REEF_EMBEDDING_BASE_URL: url })).toMatch(/^REEF_EMBEDDING_MODEL: /);
  expect(await complaint({ REEF_EMBEDDING_PROVIDER: "openai" })).toMatch(/^REEF_EMBEDDING_API_KEY: /);
  expect(await complaint({ REEF_EMBEDDING_PROVIDER: "ollama" })).toMatch(/^REEF_EMBEDDING_MODEL: /);
  expect(await complaint({ REEF_EMBEDDING_API_KEY: "sk-hunter2" })).toMatch(/^REEF_EMBEDDING_PROVIDER: /);
  expect(await complaint({ REEF_EMBEDDING_API_KEY: "sk-hunter2" })).not.toContain("hunter2");
  expect(await complaint({ REEF_EMBEDDING_WEIGHT: "11" })).toContain("REEF_EMBEDDING_WEIGHT");
  const secret = await complaint({ REEF_EMBEDDING_BASE_URL: "http://me:hunter2@h/v1", REEF_EMBEDDING_MODEL: "m" });
  expect(secret).toMatch(/^REEF_EMBEDDING_BASE_URL.*without a name and password/);
  expect(secret).not.toContain("hunter2");
});

test("SE8: a variable with a gateway's token is named with the one address it is for", async () => {
  const { openclawTokenVariables } = await read({
    REEF_OPENCLAW_TOKEN_VARIABLES: "LAB=ws://127.0.0.1:1, HOME_TOKEN=wss://claw.example/?x=1",
  });
  expect(openclawTokenVariables).toEqual({ LAB: "ws://127.0.0.1:1", HOME_TOKEN: "wss://claw.example/?x=1" });
  for (const wrong of ["LAB", "LAB=", "LAB=http://x", "1=ws://x"]) {
    expect(await complaint({ REEF_OPENCLAW_TOKEN_VARIABLES: wrong })).toMatch(/^REEF_OPENCLAW_TOKEN_VARIABLES /);
  }
});
