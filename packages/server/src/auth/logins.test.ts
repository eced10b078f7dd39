import { readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import { AppError } from "@reef/protocol/error";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder, type Served, serve } from "../testing/serve.ts";
import { readCookie } from "./guard.ts";
import { keepInFile } from "./login-keepers.ts";
import { loadLogins } from "./logins.ts";
import { isSameSecret, loadToken } from "./token.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve();
});
afterAll(() => reef[Symbol.asyncDispose]());

const device = { name: "Chrome on Linux" };
const byToken = { ...device, by: { kind: "token", deviceId: null, name: null } } as const;

/** Sends a request as a browser does: with a cookie, without the token. */
function browse(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown) {
  return reef.server.app.request(`${reef.server.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function logIn(): Promise<string> {
  const response = await browse("POST", "/v1/login", {}, { code: reef.server.makeLoginCode() });
  expect(response.status).toBe(204);
  return response.headers.get("set-cookie")!.split(";")[0]!;
}

test("SE2: a one-time code makes a login, once; the cookie is out of reach of scripts and other sites", async () => {
  const code = reef.server.makeLoginCode();
  const response = await browse("POST", "/v1/login", {}, { code });
  const cookie = response.headers.get("set-cookie")!;
  expect(cookie).toMatch(/^reef_login_\w+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=2592000$/);
  expect((await browse("GET", "/v1/bots", { cookie: cookie.split(";")[0]! })).status).toBe(200);
  expect((await browse("POST", "/v1/login", {}, { code })).status).toBe(401);
});

test("SE2: the token logs a browser in as well, a wrong one does not", async () => {
  expect((await browse("POST", "/v1/login", {}, { token: reef.server.token })).status).toBe(204);
  expect((await browse("POST", "/v1/login", {}, { token: "test-token-012345678X" })).status).toBe(401);
});

test("SE3: a login's cookie changes nothing unless the browser says that our own page asks", async () => {
  const cookie = await logIn();
  const create = (headers: Readonly<Record<string, string>>) =>
    browse("POST", "/v1/bots", { cookie, ...headers }, { name: "x" });
  expect((await create({})).status).toBe(403);
  expect((await create({ "sec-fetch-site": "none" })).status).toBe(403);
  expect((await create({ "sec-fetch-site": "same-origin" })).status).toBe(201);
  expect((await create({ origin: reef.server.url })).status).toBe(201);
  expect((await create({ origin: "http://evil.example" })).status).toBe(403);
});

test("SE2: a logout ends the login, not only the cookie", async () => {
  const cookie = await logIn();
  const response = await browse("POST", "/v1/logout", { cookie, origin: reef.server.url });
  expect(response.headers.get("set-cookie")).toContain("Max-Age=0");
  expect((await browse("GET", "/v1/bots", { cookie })).status).toBe(401);
});

test("SE2: a login survives a restart, a code does not", async () => {
  const folder = await makeFolder();
  const clock = createManualClock();
  const before = await loadLogins({ keeper: keepInFile(folder), clock });
  const cookie = await before.open(byToken);
  const { code } = before.codes.make(byToken.by);
  const after = await loadLogins({ keeper: keepInFile(folder), clock });
  expect(after.find(cookie)).not.toBeNull();
  await expect(after.redeem(code, device)).rejects.toMatchObject({ code: "unauthorized" });
  expect(await readFile(join(folder, "logins.json"), "utf8")).not.toContain(cookie);
  expect((await stat(join(folder, "logins.json"))).mode & 0o777).toBe(0o600);
  await after.end(after.find(cookie)!.id);
  expect((await loadLogins({ keeper: keepInFile(folder), clock })).find(cookie)).toBeNull();
  await writeFile(join(folder, "logins.json"), "{ damaged");
  expect((await loadLogins({ keeper: keepInFile(folder), clock })).find(cookie)).toBeNull();
  await rm(folder, { recursive: true });
});

test("SE2: a login ends after 30 days and a code after its minutes", async () => {
  const folder = await makeFolder();
  const clock = createManualClock();
  const logins = await loadLogins({ keeper: keepInFile(folder), clock });
  const cookie = await logins.open(byToken);
  const { code } = logins.codes.make(byToken.by);
  clock.advance(10 * 60_000 + 1);
  await expect(logins.redeem(code, device)).rejects.toMatchObject({ code: "unauthorized" });
  clock.advance(30 * 24 * 3_600_000);
  expect(logins.find(cookie)).toBeNull();
  await rm(folder, { recursive: true });
});

test("SE2: after ten failed logins of a kind an address is told to wait; another address and kind are not", async () => {
  const folder = await makeFolder();
  const clock = createManualClock();
  const logins = await loadLogins({ keeper: keepInFile(folder), clock });
  const wrong = new AppError("unauthorized", "wrong");
  const fail = (address: string, kind: "code" | "token" = "code") => logins.fail({ address, kind }, wrong);
  for (let n = 0; n < 10; n++) expect(() => fail("a")).toThrowError("wrong");
  expect(() => fail("a")).toThrowError(/too many/);
  expect(() => fail("a", "token")).toThrowError("wrong");
  expect(() => fail("b")).toThrowError("wrong");
  clock.advance(60_001);
  expect(() => fail("a")).toThrowError("wrong");
  await rm(folder, { recursive: true });
});

test("SE2: failed logins over HTTP are counted, and then refused with the time to wait", async () => {
  await using other = await serve();
  const fail = () =>
    other.server.app.request(`${other.server.url}/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: "guess" }),
    });
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++) statuses.push((await fail()).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429]);
  expect((await fail()).headers.get("retry-after")).toBe("60");
  // The owner can still log in: a stranger must not lock anyone out.
  const right = { token: other.server.token };
  const answer = await other.server.app.request(`${other.server.url}/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(right),
  });
  expect(answer.status).toBe(204);
  const code = JSON.stringify({ code: other.server.makeLoginCode() });
  const withCode = await other.server.app.request(`${other.server.url}/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: code,
  });
  expect(withCode.status).toBe(204);
});

test("SE2: the token is made once, random, and for its owner's eyes only", async () => {
  const [folder, other] = [await makeFolder(), await makeFolder()];
  const token = await loadToken(folder);
  expect(Buffer.from(token.replace("reef_", ""), "base64url")).toHaveLength(32);
  expect(await loadToken(folder)).toBe(token);
  expect(await loadToken(other)).not.toBe(token);
  expect((await stat(join(folder, "token"))).mode & 0o777).toBe(0o600);
  expect(isSameSecret(token, token)).toBe(true);
  expect(isSameSecret(token, `${token}x`)).toBe(false);
  for (const each of [folder, other]) await rm(each, { recursive: true });
});

test("SE2: a wrong bearer is refused even beside a good cookie", async () => {
  const cookie = await logIn();
  expect((await browse("GET", "/v1/bots", { cookie, authorization: "Bearer wrong" })).status).toBe(401);
});

test("a cookie is found by its whole name among others", () => {
  expect(readCookie("a=1; reef=x; reef_b=y", "reef")).toBe("x");
  expect(readCookie("xreef=1", "reef")).toBeNull();
  expect(readCookie(undefined, "reef")).toBeNull();
});

test("a disk that is full locks nobody out: the login holds, until the next start", async () => {
  const folder = await makeFolder();
  const clock = createManualClock();
  const logins = await loadLogins({ keeper: keepInFile(folder), clock });
  await symlink("/dev/full", join(folder, "logins.json.new"));
  const cookie = await logins.redeem(logins.codes.make(byToken.by).code, device);
  expect(logins.find(cookie)).not.toBeNull();
  expect((await loadLogins({ keeper: keepInFile(folder), clock })).find(cookie)).toBeNull();
  await rm(folder, { recursive: true });
});
