import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createClient } from "@reef/client/client";
import { afterEach, expect, test } from "vitest";
import { makeFolder, until } from "./testing/serve.ts";

type Child = ChildProcessByStdio<null, Readable, Readable>;

interface Started {
  readonly child: Child;
  readonly out: () => string;
  readonly errors: () => string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Five starts in a test take long on a busy machine. */
const compileCache = join(import.meta.dirname, "../../../.cache/compile");

const children: Child[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await makeFolder();
  folders.push(folder);
  return folder;
}

function start(environment: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: compileCache,
      REEF_PORT: "0",
      REEF_OLLAMA_URL: "off",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const texts = { out: "", errors: "" };
  child.stdout.on("data", (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    texts.errors += chunk;
  });
  const ended = new Promise<number | string>((resolve) =>
    child.on("exit", (code, signal) => resolve(code ?? signal ?? "")),
  );
  return { child, out: () => texts.out, errors: () => texts.errors, ended };
}

function readyUrl({ out }: Started): Promise<string> {
  return until(() => /^reef ready (http:\S+)$/m.exec(out())?.[1]);
}

test("a start says where it serves and how to log in, and a signal ends it cleanly with a client still connected", async () => {
  const folder = await newFolder();
  const server = start({ REEF_DATA: join(folder, "new") });
  const url = await readyUrl(server);
  const code = await until(() => /^open (http:\S+)\/#code=([\w-]+)$/m.exec(server.out()));
  expect(code[1]).toBe(url);
  const login = () =>
    fetch(`${url}/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: code[2] }),
    });
  expect((await login()).status).toBe(204);
  expect((await login()).status).toBe(401);
  const token = (await readFile(join(folder, "new/token"), "utf8")).trim();
  expect((await stat(join(folder, "new/token"))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "new"))).mode & 0o777).toBe(0o700);
  const client = createClient({ baseUrl: url, token });
  const bot = await client.createBot({ name: "dev" });
  expect(bot.runtime).toBe("demo");
  const stream = await fetch(`${url}/v1/events?after=0`, { headers: { authorization: `Bearer ${token}` } });
  server.child.kill("SIGTERM");
  // The server ends the stream in order: the end of a cut connection could not be read.
  await stream.text();
  expect(await server.ended).toBe(0);
  expect(server.errors()).not.toContain(token);
});

test("TU2: after a kill -9 in the middle of a turn, the next start finishes it", async () => {
  const folder = await newFolder();
  const first = start({ REEF_DATA: folder });
  const before = createClient({
    baseUrl: await readyUrl(first),
    token: (await readFile(join(folder, "token"), "utf8")).trim(),
  });
  const bot = await before.createBot({ name: "dev" });
  const session = await before.createSession({ botId: bot.id });
  const sent = await before.sendMessage(session.id, { text: "echo one\nsleep 3s\necho two" });
  await until(async () => (await before.message(sent.id)).state === "delivered");
  first.child.kill("SIGKILL");
  await first.ended;
  const second = start({ REEF_DATA: folder });
  const after = createClient({
    baseUrl: await readyUrl(second),
    token: (await readFile(join(folder, "token"), "utf8")).trim(),
  });
  const running = await until(async () => {
    const turn = (await after.turnsOfSession(session.id)).items[0];
    return turn !== undefined && turn.fence > 1 && turn;
  });
  expect(running.attempts).toBeGreaterThan(0);
  await until(async () => (await after.message(sent.id)).state === "answered");
  expect((await after.entries(session.id)).items.filter(({ kind }) => kind === "person")).toHaveLength(1);
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

test("settings that cannot be used end the start with 2 and the name of the variable; a folder in use with 1", async () => {
  const folder = await newFolder();
  const bad = start({ REEF_DATA: folder, REEF_PORT: "many" });
  expect(await bad.ended).toBe(2);
  expect(bad.errors()).toContain("REEF_PORT");
  const open = start({ REEF_DATA: folder, REEF_HOST: "0.0.0.0" });
  expect(await open.ended).toBe(2);
  expect(open.errors()).toContain("REEF_ALLOW_REMOTE");
  const first = start({ REEF_DATA: folder });
  const url = await readyUrl(first);
  const second = start({ REEF_DATA: folder });
  expect(await second.ended).toBe(1);
  expect(second.errors()).toMatch(/cannot start: .*(in use|another|already)/);
  const taken = start({ REEF_DATA: await newFolder(), REEF_PORT: new URL(url).port });
  expect(await taken.ended).toBe(1);
  expect(taken.errors()).toContain("REEF_PORT");
});

test("SE7: bytes that are no HTTP, broken requests and broken handshakes do not end the process", async () => {
  const folder = await newFolder();
  const server = start({ REEF_DATA: folder });
  const url = new URL(await readyUrl(server));
  const say = (bytes: string | Buffer, endsAbruptly: boolean) =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.write(bytes);
        setTimeout(() => (endsAbruptly ? socket.resetAndDestroy() : socket.end()), 20);
      });
      socket.resume();
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
    });
  const host = `Host: ${url.host}`;
  const upgrade = `${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
  const garbage: readonly (string | Buffer)[] = [
    Buffer.from(Array.from({ length: 2000 }, (_, n) => (n * 7919) % 256)),
    "GET / HTTP/9.9\r\n\r\n",
    "\0\0\0\0\r\n\r\n",
    `GET /${"a".repeat(100_000)} HTTP/1.1\r\n${host}\r\n\r\n`,
    `GET http://[::1 HTTP/1.1\r\n${host}\r\n\r\n`,
    `TRACE / HTTP/1.1\r\n${host}\r\n\r\n`,
    `CONNECT a:1 HTTP/1.1\r\n${host}\r\n\r\n`,
    `GET /%ff%zz\\..\\ HTTP/1.1\r\n${host}\r\n\r\n`,
    `POST /v1/login HTTP/1.1\r\n${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    `POST /v1/login HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `GET /v1/socket HTTP/1.1\r\n${upgrade}\r\n`,
    `GET /v1/socket HTTP/1.1\r\n${upgrade}Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99\r\n\r\n`,
    `GET http://[ HTTP/1.1\r\n${upgrade}\r\n`,
  ];
  for (const bytes of garbage) for (const abruptly of [false, true]) await say(bytes, abruptly);
  expect(await (await fetch(`${url.origin}/healthz`)).json()).toEqual({ status: "ok" });
  expect(server.errors()).not.toMatch(/uncaught|unhandled/);
  expect(server.child.exitCode).toBeNull();
});

test("SE5: what it writes is its owner's alone to read, in a folder of an earlier version too", async () => {
  const folder = join(await newFolder(), "data");
  await mkdir(folder, { mode: 0o755 });
  await writeFile(join(folder, "config.json"), "{}", { mode: 0o644 });
  const server = start({ REEF_DATA: folder });
  await readyUrl(server);
  const modes = new Map<string, number>();
  modes.set(".", (await stat(folder)).mode & 0o777);
  for (const name of await readdir(folder)) modes.set(name, (await stat(join(folder, name))).mode & 0o777);
  expect([...modes].filter(([, mode]) => (mode & 0o077) !== 0)).toEqual([]);
  expect([...modes.keys()]).toEqual(expect.arrayContaining(["config.json", "reef.db", "reef.lock", "token"]));
});

test("a folder that lost its database is not begun anew without a word", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "token"), "reef_old-token-of-an-earlier-run\n", { mode: 0o600 });
  const refused = start({ REEF_DATA: folder });
  expect(await refused.ended).toBe(1);
  expect(refused.errors()).toMatch(/^reef cannot start: the data folder .* was used before .*reef\.db is missing.*\n$/);
  expect(await readdir(folder)).toEqual(["token"]);
  const begun = start({ REEF_DATA: folder, REEF_START_EMPTY: "1" });
  await readyUrl(begun);
});

test("what cannot be started with is one sentence, exit code 1, and nothing is overwritten", async () => {
  const folder = await newFolder();
  const damaged = "this is no database, but it is long enough to be looked at".repeat(40);
  await writeFile(join(folder, "reef.db"), damaged);
  const refused = start({ REEF_DATA: folder });
  expect(await refused.ended).toBe(1);
  expect(refused.errors()).toMatch(/^reef cannot start: the database is damaged; stop Reef and restore a backup.*\n$/);
  expect(await readFile(join(folder, "reef.db"), "utf8")).toBe(damaged);
});
