import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Device, LoginCode } from "@reef/protocol/device";
import type { Page } from "@reef/protocol/page";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { hashSecret } from "../auth/token.ts";
import { type Served, serve } from "../testing/serve.ts";

const phone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";

interface Browser {
  readonly cookie: string;
  ask(method: string, path: string): Promise<Response>;
  devices(): Promise<readonly Device[]>;
}

/** Returns a browser that has signed in with this code. */
async function signIn(reef: Served, code: string, headers: Readonly<Record<string, string>> = {}): Promise<Browser> {
  const response = await reef.server.app.request(`${reef.server.url}/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": phone, ...headers },
    body: JSON.stringify({ code }),
  });
  expect(response.status).toBe(204);
  const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
  const ask = async (method: string, path: string) =>
    reef.server.app.request(`${reef.server.url}${path}`, { method, headers: { cookie, origin: reef.server.url } });
  return {
    cookie,
    ask,
    devices: async () => ((await (await ask("GET", "/v1/devices")).json()) as Page<Device>).items,
  };
}

async function makeCode(browser: Browser): Promise<LoginCode> {
  const response = await browser.ask("POST", "/v1/login/code");
  expect(response.status).toBe(201);
  return (await response.json()) as LoginCode;
}

/** Opens a socket as that browser does; resolves when it is welcomed. */
async function openSocket(reef: Served, { cookie }: Browser) {
  const socket = new WebSocket(`${reef.server.url.replace("http", "ws")}/v1/socket`, { headers: { cookie } });
  const closed = new Promise<string>((resolve) => socket.on("close", (_code, reason) => resolve(reason.toString())));
  const welcome = new Promise<void>((resolve) => socket.on("message", () => resolve()));
  socket.on("open", () => socket.send(JSON.stringify({ type: "hello" })));
  await welcome;
  return { closed };
}

test("SE2: a signed-in browser lets another one in, and the list says who added whom", async () => {
  await using reef = await serve();
  const first = await signIn(reef, reef.server.makeLoginCode());
  const { code, id } = await makeCode(first);
  expect(await (await first.ask("GET", `/v1/login/code/${id}`)).json()).toMatchObject({
    state: "open",
    deviceId: null,
  });
  const second = await signIn(reef, code);
  const devices = await first.devices();
  const own = devices.find(({ current }) => current)!;
  const other = devices.find(({ current }) => !current)!;
  expect(devices).toHaveLength(2);
  expect(own.addedBy).toEqual({ kind: "start", deviceId: null, name: null });
  expect(other).toMatchObject({
    name: "Safari on iPhone",
    addedBy: { kind: "device", deviceId: own.id, name: "Safari on iPhone" },
  });
  expect(JSON.stringify(devices)).not.toContain(hashSecret(second.cookie.split("=")[1]!));
  expect(await (await first.ask("GET", `/v1/login/code/${id}`)).json()).toMatchObject({
    state: "used",
    deviceId: other.id,
  });
  expect((await second.devices()).find(({ current }) => current)?.id).toBe(other.id);
});

test("SE2: a device that is signed out loses its sockets and streams in that moment, and comes in no more", async () => {
  await using reef = await serve();
  const [here, there] = [
    await signIn(reef, reef.server.makeLoginCode()),
    await signIn(reef, reef.server.makeLoginCode()),
  ];
  const [kept, lost] = [await openSocket(reef, here), await openSocket(reef, there)];
  const stream = await fetch(`${reef.server.url}/v1/events`, { headers: { cookie: there.cookie } });
  const streamed = stream.text();
  const { code } = await makeCode(there);
  const { id } = (await here.devices()).find(({ current }) => !current)!;
  expect((await here.ask("DELETE", `/v1/devices/${id}`)).status).toBe(204);
  expect(await lost.closed).toBe("this device was signed out");
  expect(await streamed).toContain("this device was signed out");
  expect((await there.ask("GET", "/v1/bots")).status).toBe(401);
  expect((await here.ask("DELETE", `/v1/devices/${id}`)).status).toBe(404);
  // A code created beforehand would let it in again.
  const again = await reef.request("POST", "/v1/login", { code });
  expect(again.status).toBe(401);
  expect(await Promise.race([kept.closed, here.devices().then(() => "open")])).toBe("open");
});

test("SE2: a socket of a device that was signed out between its upgrade and its hello is not served", async () => {
  await using reef = await serve();
  const browser = await signIn(reef, reef.server.makeLoginCode());
  const socket = new WebSocket(`${reef.server.url.replace("http", "ws")}/v1/socket`, {
    headers: { cookie: browser.cookie },
  });
  const closed = new Promise<string>((resolve) => socket.on("close", (_code, reason) => resolve(reason.toString())));
  await new Promise((resolve) => socket.on("open", resolve));
  expect((await browser.ask("POST", "/v1/logout")).status).toBe(204);
  socket.send(JSON.stringify({ type: "hello" }));
  expect(await closed).toBe("this device was signed out");
});

test("SE2: “sign out everywhere else” leaves this browser alone; the token signs all of them out", async () => {
  await using reef = await serve();
  const [here, there] = [
    await signIn(reef, reef.server.makeLoginCode()),
    await signIn(reef, reef.server.makeLoginCode()),
  ];
  expect((await here.ask("DELETE", "/v1/devices")).status).toBe(204);
  expect((await there.ask("GET", "/v1/bots")).status).toBe(401);
  expect(await here.devices()).toHaveLength(1);
  expect((await reef.request("DELETE", "/v1/devices")).status).toBe(204);
  expect((await here.ask("GET", "/v1/bots")).status).toBe(401);
});

test("SE2: a device that signs itself out by the list loses its cookie", async () => {
  await using reef = await serve();
  const browser = await signIn(reef, reef.server.makeLoginCode());
  const [own] = await browser.devices();
  const response = await browser.ask("DELETE", `/v1/devices/${own!.id}`);
  expect(response.headers.get("set-cookie")).toContain("Max-Age=0");
});

test("SE2: a code that was cancelled lets nobody in", async () => {
  await using reef = await serve();
  const browser = await signIn(reef, reef.server.makeLoginCode());
  const { id, code } = await makeCode(browser);
  expect((await browser.ask("DELETE", `/v1/login/code/${id}`)).status).toBe(204);
  expect((await reef.request("POST", "/v1/login", { code })).status).toBe(401);
  expect((await browser.ask("GET", `/v1/login/code/${id}`)).status).toBe(404);
  expect((await browser.ask("DELETE", `/v1/login/code/${id}`)).status).toBe(404);
});

test("SE2: a browser makes ten codes within ten minutes, cancelled ones counted; another is not held up", async () => {
  await using reef = await serve();
  const browser = await signIn(reef, reef.server.makeLoginCode());
  for (let n = 0; n < 10; n++) {
    const { id } = await makeCode(browser);
    if (n % 2 === 0) expect((await browser.ask("DELETE", `/v1/login/code/${id}`)).status).toBe(204);
  }
  const refused = await browser.ask("POST", "/v1/login/code");
  expect(refused.status).toBe(429);
  await makeCode(await signIn(reef, reef.server.makeLoginCode()));
});

test("SE2: a browser that signs in again is one device, not two", async () => {
  await using reef = await serve();
  const before = await signIn(reef, reef.server.makeLoginCode());
  const after = await signIn(reef, reef.server.makeLoginCode(), { cookie: before.cookie });
  expect(await after.devices()).toHaveLength(1);
  expect((await before.ask("GET", "/v1/bots")).status).toBe(401);
});

test("SE2: logins that an older Reef kept stay signed in, with what is known of them", async () => {
  await using first = await serve();
  const cookie = "c".repeat(43);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await writeFile(
    join(first.folder, "logins.json"),
    JSON.stringify([{ hash: hashSecret(cookie), expiresAt }, { nonsense: true }]),
  );
  await first.server[Symbol.asyncDispose]();
  await using reef = await serve({ folder: first.folder });
  const name = (await signIn(reef, reef.server.makeLoginCode())).cookie.split("=")[0];
  const devices = await reef.server.app.request(`${reef.server.url}/v1/devices`, {
    headers: { cookie: `${name}=${cookie}` },
  });
  expect(devices.status).toBe(200);
  const { items } = (await devices.json()) as Page<Device>;
  expect(items.find(({ current }) => current)).toMatchObject({
    name: "A browser",
    addedBy: { kind: "unknown" },
    expiresAt,
  });
  expect(items).toHaveLength(2);
});
