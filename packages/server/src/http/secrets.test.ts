/** Tests that a secret with a recognisable value is nowhere that the server can be read (SE8). */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ProviderDouble, startProviderDouble } from "@reef/runtimes/testing/provider-double";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog } from "../observe/log.ts";
import { makeFolder, type Served, serve, until } from "../testing/serve.ts";
import type { OpenApiDocument } from "./openapi.ts";

const key = "sk-live/Needle+in=a haystack&0123456789";
const patience = { timeout: 180_000 };

const forms = [
  key,
  encodeURIComponent(key),
  JSON.stringify(key).slice(1, -1),
  ...[0, 1, 2].map((shift) => {
    // Base64 of a text inside another one begins in one of three ways.
    const text = Buffer.from(" ".repeat(shift) + key).toString("base64");
    return text.slice(shift === 0 ? 0 : 4, -4);
  }),
  Buffer.from(key).toString("base64url"),
  Buffer.from(key).toString("hex"),
];

function expectNoKey(text: string, where: string): void {
  for (const form of forms) if (text.includes(form)) throw new Error(`${where} holds the key as ${form}`);
}

let double: ProviderDouble;
let folder: string;
const lines: string[] = [];
beforeEach(async () => {
  lines.length = 0;
  folder = await makeFolder();
  double = await startProviderDouble({ routes: { "GET /v1/models": { body: { data: [{ id: "small" }] } } } });
});
afterEach(async () => {
  await double[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const start = () =>
  serve({ folder, ownRuntimes: true, log: createLog("debug", { write: (line) => void lines.push(line) }) });

/** Reads every readable place of the server, with ids of existing things. */
async function readEverything(reef: Served, ids: Readonly<Record<string, string>>): Promise<number> {
  const response = await reef.request("GET", "/v1/openapi.json");
  const document = (await response.json()) as OpenApiDocument;
  expectNoKey(JSON.stringify(document), "the OpenAPI document");
  const paths = Object.entries(document.paths).filter(([path, methods]) => "get" in methods && path !== "/v1/socket");
  for (const [path] of paths) {
    const noun = path.split("/")[2] ?? "";
    const filled = path.replace("{id}", ids[noun] ?? "none").replace(/\{\w+\}/g, "none");
    const target = path === "/v1/events" ? `${filled}?after=0` : `${filled}${queryOf(path)}`;
    expectNoKey(await readSome(await reef.request("GET", target)), `GET ${target}`);
  }
  return paths.length;
}

function queryOf(path: string): string {
  if (path.endsWith("search")) return "?q=needle";
  return /pulse|spend|timeline/.test(path) ? "?since=2026-01-01T00:00:00Z" : "";
}

/** A stream never ends: its first part has the existing state. */
async function readSome(response: Response): Promise<string> {
  if (response.headers.get("content-type")?.includes("event-stream") !== true) {
    return `${await response.text()}${JSON.stringify([...response.headers])}`;
  }
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    if (text.includes("provider.changed") && text.includes("models.changed")) break;
  }
  return text;
}

async function readFolder(path: string): Promise<void> {
  for (const each of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!each.isFile()) continue;
    const file = join(each.parentPath, each.name);
    expectNoKey((await readFile(file)).toString("latin1"), file);
  }
}

test("SE8: no answer, error, event, log line, metric or file has a secret's value", patience, async () => {
  {
    await using reef = await start();
    const events: string[] = [];
    const socket = reef.connect({
      after: 0,
      onReset: () => undefined,
      onEvent: (event) => void events.push(JSON.stringify(event)),
    });
    const put = await reef.request("PUT", "/v1/secrets/needle", { value: key });
    expect(put.status).toBe(201);
    expectNoKey(await put.text(), "PUT /v1/secrets/needle");
    expect((await reef.request("PUT", "/v1/secrets/needle", { value: key })).status).toBe(200);
    const provider = await reef.client.createProvider({
      name: "lab",
      kind: "openai-compatible",
      baseUrl: `${double.url}/v1`,
      secret: "needle",
    });
    await reef.client.changeModelDefaults({ chat: "lab/small" });
    const bot = await reef.client.createBot({ name: "Ada" });
    const session = await reef.client.createSession({ botId: bot.id });
    const message = await reef.client.sendMessage(session.id, { text: "hello" });
    await until(async () => (await reef.client.message(message.id)).state === "answered");
    expect(double.asked.at(-1)?.headers.authorization).toBe(`Bearer ${key}`);
    // A server that repeats the key, in every way it can.
    double.use({
      routes: {
        "GET /v1/models": {
          status: 401,
          body: { error: { message: `${key} ${btoa(key)} ${encodeURIComponent(key)}` } },
        },
        "POST /v1/chat/completions": {
          status: 400,
          body: { error: { message: `you sent ${key} ${btoa(key)} ${encodeURIComponent(key)}` } },
        },
      },
    });
    const failed = await reef.client.sendMessage(session.id, { text: "again" });
    await until(async () => (await reef.client.message(failed.id)).state === "dead");
    expectNoKey(JSON.stringify(await reef.client.models({ refresh: true })), "the list of models");
    expectNoKey(JSON.stringify(await reef.client.testProvider(provider.id, { model: "small" })), "the test");
    const once = { kind: "openai-compatible" as const, baseUrl: `${double.url}/v1`, key, model: "small" };
    expectNoKey(JSON.stringify(await reef.client.testNewProvider(once)), "the test of a new one");
    for (const [method, path, body] of [
      ["PUT", "/v1/secrets/needle", { value: key, other: 1 }],
      ["PUT", "/v1/secrets/needle", { value: [key] }],
      ["PUT", "/v1/secrets/needle", { value: key.repeat(1000) }],
      ["PUT", "/v1/secrets/needle", { value: key, origin: key }],
      ["PUT", "/v1/secrets/needle", `{"value": "${key}"`],
      ["PUT", "/v1/secrets/a b", { value: key }],
      ["POST", "/v1/providers", { name: "x", kind: key }],
      ["POST", "/v1/providers", { name: key, kind: "openai" }],
      ["POST", "/v1/providers", { name: "x", kind: "openai", secret: key }],
      ["POST", "/v1/providers", { name: "x", kind: "openai-compatible", baseUrl: `http://x/?key=${key}` }],
      ["POST", "/v1/providers/test", { kind: "openai", key: { key } }],
      ["PATCH", `/v1/providers/${provider.id}`, { overrides: { tools: key } }],
      ["DELETE", "/v1/secrets/needle", undefined],
      ["GET", "/v1/secrets/needle", undefined],
    ] as const) {
      const response = await reef.request(method, path, body);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expectNoKey(await response.text(), `${method} ${path}`);
    }
    const ids = { bots: bot.id, sessions: session.id, messages: failed.id, providers: provider.id };
    expect(await readEverything(reef, ids)).toBeGreaterThan(40);
    await until(() => events.some((event) => event.includes("secret.changed")));
    expectNoKey(events.join("\n"), "the socket");
    socket.close();
    await readFolder(folder);
  }
  await readFolder(folder);
  expect(lines.length).toBeGreaterThan(20);
  expectNoKey(lines.join("\n"), "the log");
});
