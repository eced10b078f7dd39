import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Served, serve } from "../testing/serve.ts";
import { type OriginRules, requireOwnOrigin } from "./origin.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve();
});
afterAll(() => reef[Symbol.asyncDispose]());

const home: OriginRules = { publicHosts: [], allowAnyAddress: false };

function judge(rules: OriginRules, head: Readonly<Record<string, string>>): string {
  try {
    const { host, origin, fetchSite, target = "/v1/bots" } = head;
    requireOwnOrigin(rules, { method: "GET", target, host, origin, fetchSite });
    return "ok";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Sends a raw request over the network: HTTP clients do not let a test choose Host and Origin. */
function rawRequest(lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(reef.server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(`${lines.join("\r\n")}\r\n\r\n`));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}

const bearer = "Authorization: Bearer test-token-0123456789";

test("SE3: our own addresses are let in", () => {
  for (const host of ["127.0.0.1:18900", "localhost:18900", "LOCALHOST", "[::1]:18900", "127.0.0.2", "127.0.0.1"]) {
    expect([host, judge(home, { host })]).toEqual([host, "ok"]);
    expect([host, judge(home, { host, origin: `http://${host}` })]).toEqual([host, "ok"]);
  }
});

test("SE3: a name that was pointed at us is refused (DNS rebinding)", () => {
  const hosts = [
    "evil.example",
    "evil.example:18900",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "192.168.1.5:18900",
    "",
    "127.0.0.1@evil.example",
    "[::1",
    "0.0.0.0:18900",
  ];
  for (const host of hosts) expect([host, judge(home, { host })]).toEqual([host, "forbidden_origin"]);
});

test("SE3: a foreign Origin is refused, also another port of this machine, and the Origin `null`", () => {
  const host = "127.0.0.1:18900";
  for (const origin of [
    "http://evil.example",
    "null",
    "",
    "http://127.0.0.1:3000",
    "http://localhost:18900",
    "file://",
    "http://127.0.0.1:18900.evil.example",
    "chrome-extension://abc",
  ]) {
    expect([origin, judge(home, { host, origin })]).toEqual([origin, "forbidden_origin"]);
  }
});

test("SE3: a page of another port may not even read, whether it says so or the browser does", () => {
  const host = "127.0.0.1:18900";
  expect(judge(home, { host, fetchSite: "cross-site" })).toBe("forbidden_origin");
  expect(judge(home, { host, fetchSite: "same-site" })).toBe("forbidden_origin");
  expect(judge(home, { host, fetchSite: "same-origin" })).toBe("ok");
  expect(judge(home, { host, fetchSite: "none" })).toBe("ok");
  expect(judge(home, { host, fetchSite: "cross-site", target: "/" })).toBe("ok");
});

test("SE3: names that a person has listed, and addresses when bound to all, are ours", () => {
  const rules: OriginRules = { publicHosts: ["reef.example", "other.example:8443"], allowAnyAddress: true };
  const origin = "https://reef.example";
  expect(judge(rules, { host: "reef.example", origin })).toBe("ok");
  expect(judge(rules, { host: "reef.example:8443" })).toBe("ok");
  expect(judge(rules, { host: "other.example:8443" })).toBe("ok");
  expect(judge(rules, { host: "other.example" })).toBe("forbidden_origin");
  expect(judge(rules, { host: "192.168.1.5:18900" })).toBe("ok");
  expect(judge(rules, { host: "evil.example" })).toBe("forbidden_origin");
});

test("SE3: a secret in the query is refused, however it is spelt, even when it is right", () => {
  for (const query of ["token=test-token-0123456789", "a=1&access_token=x", "ACCESS_TOKEN=x", "to%6ben=x", "code=x"]) {
    const target = `/v1/bots?${query}`;
    expect([query, judge(home, { host: "localhost", target })]).toEqual([query, "invalid_request"]);
  }
  expect(judge(home, { host: "localhost", target: "/v1/sessions?q=token" })).toBe("ok");
});

test("SE3: over the network, Host and Origin are checked before the token", async () => {
  const host = `Host: ${new URL(reef.server.url).host}`;
  const get = "GET /v1/bots HTTP/1.1";
  expect(await rawRequest([get, host, bearer, "Connection: close"])).toMatch(/^HTTP\/1.1 200/);
  expect(await rawRequest([get, "Host: evil.example", bearer, "Connection: close"])).toMatch(
    /^HTTP\/1.1 403(.|\s)*forbidden_origin/,
  );
  expect(await rawRequest([get, host, bearer, "Origin: null", "Connection: close"])).toMatch(/^HTTP\/1.1 403/);
  expect(await rawRequest([get, host, "Origin: http://evil.example", "Connection: close"])).toMatch(/^HTTP\/1.1 403/);
  expect(await rawRequest(["GET /v1/bots?token=x HTTP/1.1", host, bearer, "Connection: close"])).toMatch(
    /^HTTP\/1.1 400/,
  );
  expect(await rawRequest([get, "Host: a b", bearer, "Connection: close"])).toMatch(/^HTTP\/1.1 40[03]/);
});

/** Returns the server's answer to an upgrade; "open" when there is a socket. */
function upgrade(path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${reef.server.url.replace("http", "ws")}${path}`, { headers });
    socket.on("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    socket.on("error", () => undefined);
  });
}

test("SE3: a foreign page gets no socket, whatever else it brings; and nobody gets one without a login", async () => {
  const authorization = `Bearer ${reef.server.token}`;
  expect(await upgrade("/v1/socket", { authorization })).toBe("open");
  expect(await upgrade("/v1/socket", { authorization, origin: reef.server.url })).toBe("open");
  expect(await upgrade("/v1/socket", { authorization, origin: "http://evil.example" })).toBe("403");
  expect(await upgrade("/v1/socket", { authorization, origin: "null" })).toBe("403");
  expect(await upgrade("/v1/socket", { authorization, host: "evil.example" })).toBe("403");
  expect(await upgrade("/v1/socket?token=test-token-0123456789", {})).toBe("400");
  expect(await upgrade("/v1/socket", {})).toBe("401");
  expect(await upgrade("/v1/socket", { authorization: "Bearer wrong" })).toBe("401");
  expect(await upgrade("/elsewhere", { authorization })).toBe("404");
});
