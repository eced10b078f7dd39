/** The clients people use, as they are published, against a running Reef: `npm run test:clients`. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "@reef/protocol/entry";
import type { Page } from "@reef/protocol/page";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outsidePackages } from "../testing/outside-packages.ts";

const folder = outsidePackages("clients", {
  openai: "7.59.0",
  "@anthropic-ai/sdk": "1.14.0",
  "@anthropic-ai/claude-code": "2.1.332",
});

// What these tests use of the clients; their own types are not installed here.
interface OpenAiClient {
  readonly models: { list(): Promise<{ readonly data: readonly { readonly id: string }[] }> };
  readonly chat: {
    readonly completions: {
      create(
        body: object,
        options?: object,
      ): Promise<{ readonly choices: readonly { readonly message: { readonly content: string } }[] }>;
      stream(body: object): {
        finalChatCompletion(): Promise<{
          readonly choices: readonly { readonly message: { readonly content: string } }[];
          readonly usage?: unknown;
        }>;
      };
    };
  };
  readonly responses: {
    create(body: object): Promise<{ readonly id: string; readonly output_text: string }>;
    stream(body: object): { finalResponse(): Promise<{ readonly output_text: string }> };
  };
}
interface AnthropicClient {
  readonly messages: {
    create(body: object): Promise<{ readonly content: readonly { readonly text: string }[] }>;
    stream(body: object): {
      finalMessage(): Promise<{ readonly content: readonly { readonly text: string }[]; readonly stop_reason: string }>;
    };
    countTokens(body: object): Promise<{ readonly input_tokens: number }>;
  };
}
type Maker<Client> = new (options: object) => Client;

const load = createRequire(join(folder, "package.json"));
const OpenAi = (load("openai") as { readonly default: Maker<OpenAiClient> }).default;
const Anthropic = (load("@anthropic-ai/sdk") as { readonly default: Maker<AnthropicClient> }).default;

interface Reef {
  readonly url: string;
  readonly token: string;
  readonly child: ChildProcess;
}

let data: string;
let reef: Reef;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "reef-clients-"));
  reef = await start("0");
  await api("POST", "/v1/bots", { name: "Coral" });
});
afterEach(async () => stop("SIGTERM"));

/** The demo runtime does what it is told: `echo …`, `stream 20 words over 2s`. */
async function start(port: string): Promise<Reef> {
  const environment = { PATH: process.env.PATH, HOME: data, REEF_DATA: data, REEF_PORT: port, REEF_OLLAMA_URL: "off" };
  const main = join(import.meta.dirname, "../main.ts");
  const child = spawn(process.execPath, [main], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`reef ended with ${code}: ${output}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk;
      const ready = /^reef ready (\S+)$/m.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
  });
  return { url, child, token: (await readFile(join(data, "token"), "utf8")).trim() };
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => reef.child.once("exit", resolve));
  reef.child.removeAllListeners("exit");
  const left = new Promise((resolve) => reef.child.once("exit", resolve));
  reef.child.kill(signal);
  await Promise.race([ended, left]);
}

async function api<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${reef.token}`, "content-type": "application/json" };
  const response = await fetch(`${reef.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return (await response.json()) as Answer;
}

async function persons(): Promise<readonly (readonly string[])[]> {
  const { items } = await api<Page<{ readonly id: string }>>("GET", "/v1/sessions?limit=100");
  return Promise.all(
    items.map(async ({ id }) => {
      const page = await api<Page<Entry>>("GET", `/v1/sessions/${id}/entries?limit=200`);
      return page.items.filter(({ kind }) => kind === "person").map(({ text }) => text);
    }),
  );
}

const openAi = (options: object = {}) =>
  new OpenAi({ baseURL: `${reef.url}/openai/v1`, apiKey: reef.token, ...options });
const user = (content: string) => ({ role: "user", content });

test("openai: models, chat plain and streamed, responses plain, chained and streamed", async () => {
  const client = openAi();
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["Coral"]);
  const said = await client.chat.completions.create({ model: "Coral", messages: [user("echo one")] });
  const first = said.choices[0]?.message.content ?? "";
  expect(first).toContain("one");
  const history = [user("echo one"), { role: "assistant", content: first }, user("stream 3 words over 200ms")];
  const stream = client.chat.completions.stream({
    model: "Coral",
    messages: history,
    stream_options: { include_usage: true },
  });
  const final = await stream.finalChatCompletion();
  expect(final.choices[0]?.message.content).toBe("word1 word2 word3");
  expect(final.usage).toBeDefined();
  const response = await client.responses.create({ model: "Coral", input: "echo two" });
  const next = await client.responses.create({
    model: "Coral",
    input: "echo three",
    previous_response_id: response.id,
  });
  expect(next.output_text).toBe("three");
  expect((await client.responses.stream({ model: "Coral", input: "echo four" }).finalResponse()).output_text).toContain(
    "four",
  );
  expect((await persons()).toSorted()).toEqual([
    ["echo four"],
    ["echo one", "stream 3 words over 200ms"],
    ["echo two", "echo three"],
  ]);
});

test("openai: errors are the SDK's own, and an unknown path is one of them", async () => {
  const create = (client: OpenAiClient, model: string) =>
    client.chat.completions.create({ model, messages: [user("x")] });
  await expect(create(openAi(), "Nobody")).rejects.toMatchObject({ status: 404, message: /there is no bot/ });
  await expect(create(openAi({ apiKey: "wrong" }), "Coral")).rejects.toMatchObject({
    status: 401,
    code: "invalid_api_key",
  });
  await expect(create(openAi(), "Coral")).resolves.toBeDefined();
});

test("DO2: openai repeats a request whose server was killed in the middle: one message, the right answer", async () => {
  for (const headers of [{}, { "x-reef-session": "killed" }]) {
    const before = (await persons()).flat().length;
    const client = openAi({ maxRetries: 6, defaultHeaders: headers });
    const answer = client.chat.completions.create({
      model: "Coral",
      messages: [user("sleep 3s\necho survived")],
    });
    await expect.poll(async () => (await persons()).flat().length).toBe(before + 1);
    const { port } = new URL(reef.url);
    await stop("SIGKILL");
    reef = await start(port);
    expect((await answer).choices[0]?.message.content).toContain("survived");
    expect((await persons()).flat()).toHaveLength(before + 1);
  }
});

test("anthropic: messages plain and streamed, tokens counted", async () => {
  const client = new Anthropic({ baseURL: `${reef.url}/anthropic`, apiKey: reef.token });
  const shared = { model: "Coral", max_tokens: 100 };
  const said = await client.messages.create({ ...shared, messages: [user("echo one")] });
  expect(said.content[0]?.text).toContain("one");
  const final = await client.messages
    .stream({ ...shared, messages: [user("stream 3 words over 200ms")] })
    .finalMessage();
  expect(final.content[0]?.text).toMatch(/word1 word2 word3$/);
  expect(final.stop_reason).toBe("end_turn");
  expect(
    (await client.messages.countTokens({ model: "Coral", messages: [user("hello")] })).input_tokens,
  ).toBeGreaterThan(0);
});

test("claude -p talks to a bot, and goes on in the same session", async () => {
  const claude = async (...args: readonly string[]) => {
    const child = spawn(join(folder, "node_modules/.bin/claude"), [...args, "--output-format", "json"], {
      cwd: data,
      stdio: ["ignore", "pipe", "ignore"],
      env: {
        PATH: process.env.PATH,
        HOME: data,
        CLAUDE_CONFIG_DIR: join(data, ".claude"),
        IS_SANDBOX: "1",
        ANTHROPIC_BASE_URL: `${reef.url}/anthropic`,
        ANTHROPIC_API_KEY: reef.token,
        ANTHROPIC_MODEL: "Coral",
      },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
    });
    await new Promise((resolve) => child.once("close", resolve));
    return (JSON.parse(output) as { readonly result: string }).result;
  };
  expect(await claude("-p", "echo from claude")).toContain("from claude");
  expect(await claude("-c", "-p", "echo once more")).toBe("once more");
  expect(await persons()).toEqual([["echo from claude", "echo once more"]]);
});
