import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Served, serve } from "@reef/server/testing/serve";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { registerConsole } from "./console.mjs";
import { createFrameTokens } from "./frame-tokens.mjs";
import type { Config, Host, HostRoute } from "./host.mjs";
import { createPlaces } from "./places.mjs";
import { createReef } from "./reef.mjs";
import type { Shared } from "./shared.mjs";

/** A gateway as far as its routes go: it admits the people it knows, and leaves the rest to the plugin. */
async function openGateway(
  reefUrl: string,
  shared: Shared,
  token: Pick<Config, "tokenFile" | "tokenEnv"> = {},
): Promise<{ readonly url: string; readonly server: Server }> {
  const routes: HostRoute[] = [];
  const host: Host = {
    registrationMode: "full",
    logger: { info: () => undefined, warn: () => undefined },
    registerTool: () => undefined,
    on: () => undefined,
    registerService: () => undefined,
    registerHttpRoute: (route) => void routes.push(route),
    session: { controls: { registerControlUiDescriptor: () => undefined } },
  };
  const environment = { REEF_TOKEN: "test-token-0123456789", WRONG: "wrong-token-value-0123" };
  const reef = createReef({ url: reefUrl, gatewayId: "gtw_x", ...token }, environment);
  registerConsole(host, { reef, shared });
  const find = (url: string) =>
    routes.find(({ path, match }) => (match === "exact" ? url === path : url === path || url.startsWith(`${path}/`)));
  const server = createServer((request, response) => {
    const route = find((request.url ?? "").split("?")[0] ?? "");
    const isKnown = route?.auth !== "gateway" || request.headers.cookie === "grant=yes";
    if (route === undefined || !isKnown) response.writeHead(route === undefined ? 404 : 401).end();
    else void route.handler(request, response);
  });
  server.on("upgrade", (request, socket, head) => void find(request.url ?? "")?.handleUpgrade?.(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const builtPage = `<!doctype html>
<html><head>
<link rel="icon" href="/favicon.svg" type="image/svg+xml" />
<link rel="manifest" href="/manifest.webmanifest" />
<script src="/theme.js"></script>
<script type="module" crossorigin src="/assets/index-1.js"></script>
</head><body></body></html>`;

describe("the console on a gateway's port", () => {
  const shared: Shared = { heard: new Map(), frames: new Map(), places: new Map() };
  let reef: Served;
  let gateway: Awaited<ReturnType<typeof openGateway>>;
  let token: string;
  beforeAll(async () => {
    reef = await serve();
    gateway = await openGateway(reef.server.url, shared);
    token = createFrameTokens(shared, Date.now).make();
  });
  afterAll(async () => {
    gateway.server.closeAllConnections();
    gateway.server.close();
    await reef[Symbol.asyncDispose]();
  });

  const ask = (path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}) =>
    fetch(`${gateway.url}${path}`, { redirect: "manual", ...init });
  const asFrame = (bearer = token) => ({ origin: "null", authorization: `Bearer ${bearer}` });

  it("SE2: gives the page only to whom the gateway knows, with a token of its own and no policy but its own", async () => {
    expect((await ask("/reef-home/tab")).status).toBe(401);
    const built = createServer((_, response) => response.end(builtPage));
    await new Promise<void>((resolve) => built.listen(0, "127.0.0.1", resolve));
    const beside = await openGateway(`http://127.0.0.1:${(built.address() as AddressInfo).port}`, shared);
    const open = () => fetch(`${beside.url}/reef-home/tab`, { headers: { cookie: "grant=yes" } });
    const [page, again] = [await open(), await open()];
    const [first, second] = [await page.text(), await again.text()];
    const tokenOf = (html: string) => /name="reef-frame-token" content="([\w-]{43})"/.exec(html)?.[1];
    expect(tokenOf(first)).toBeDefined();
    expect(tokenOf(first)).not.toBe(tokenOf(second));
    expect(first).toContain('<script type="module" crossorigin src="/reef-home/app/assets/index-1.js">');
    expect(first).toContain('<link rel="icon" href="/reef-home/app/favicon.svg"');
    expect(first).not.toContain("manifest");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
    expect(page.headers.get("cache-control")).toBe("no-store");
    for (const server of [built, beside.server]) {
      server.closeAllConnections();
      server.close();
    }
  });

  it("SE3: the API is for the tab's page alone: its origin, and its token, which is in no address", async () => {
    expect((await ask("/reef-home/app/v1/status")).status).toBe(403);
    expect((await ask("/reef-home/app/v1/status", { headers: { origin: gateway.url } })).status).toBe(403);
    expect((await ask("/reef-home/app/v1/status", { headers: { origin: "null" } })).status).toBe(401);
    expect((await ask("/reef-home/app/v1/status", { headers: asFrame("wrong") })).status).toBe(401);
    const reefs = { origin: "null", authorization: "Bearer test-token-0123456789" };
    expect((await ask("/reef-home/app/v1/status", { headers: reefs })).status).toBe(401);
    const good = await ask("/reef-home/app/v1/status", { headers: asFrame() });
    expect([good.status, await good.json()]).toMatchObject([200, { runtime: "loop" }]);
  });

  it("SE3: a page elsewhere that has no origin either gets no credentials sent, and can read nothing", async () => {
    const preflight = await ask("/reef-home/app/v1/bots", { method: "OPTIONS", headers: { origin: "null" } });
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    const cookie = { origin: "null", cookie: "grant=yes; reef_login_x=y" };
    expect((await ask("/reef-home/app/v1/bots", { headers: cookie })).status).toBe(401);
  });

  it("writes as the page, and passes what Reef says of it", async () => {
    const headers = { ...asFrame(), "content-type": "application/json" };
    const made = await ask("/reef-home/app/v1/bots", { method: "POST", headers, body: '{"name":"framed"}' });
    expect([made.status, await made.json()]).toMatchObject([201, { name: "framed" }]);
    const bad = await ask("/reef-home/app/v1/bots", { method: "POST", headers, body: "{}" });
    expect([bad.status, await bad.json()]).toMatchObject([400, { code: "invalid_request" }]);
  });

  it.each([
    ["/reef-home/app/v1/login", 404],
    ["/reef-home/app/v1/login/code", 404],
    ["/reef-home/app/v1/logout", 404],
    ["/reef-home/app/", 404],
    ["/reef-home/app/metrics", 404],
    ["/reef-home/app/%2e%2e/tab", 404],
    ["/reef-home/app/v1/%2e%2e/metrics", 404],
    ["/reef-home/app//evil.example/a.js", 404],
  ])("does not pass %s on", async (path, status) => {
    // Sends the path unchanged: fetch would normalise it first.
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(gateway.url);
      get({ host: "127.0.0.1", port, path, headers: asFrame() }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
    expect(answered).toBe(status);
  });

  it("a page finds its browser where it was, and keeps nothing that leads out of the console", async () => {
    const put = (body: string, headers: Record<string, string> = asFrame()) =>
      ask("/reef-home/app/place", { method: "PUT", body, headers: { ...headers, "user-agent": "one" } });
    expect((await put("/s/ses_1", { origin: "null" })).status).toBe(401);
    expect((await put("/s/ses_1", { ...asFrame(), origin: gateway.url })).status).toBe(403);
    expect((await put("/s/ses_1?tab=memory")).status).toBe(204);
    for (const bad of [
      "//evil.example/x",
      "https://evil.example",
      "/\\evil.example",
      '/"><script>',
      "",
      "x".repeat(9_000),
    ]) {
      expect([bad.slice(0, 20), (await put(bad)).status]).toEqual([bad.slice(0, 20), 400]);
    }
    const find = (agent: string) => createPlaces(shared).find({ headers: { "user-agent": agent } } as never);
    expect([find("one"), find("another")]).toEqual(["/s/ses_1?tab=memory", null]);
  });

  it("TU8: joins the socket with the page's token, and refuses it without", async () => {
    const open = (protocols: string[], origin = "null") =>
      new Promise<WebSocket | null>((resolve) => {
        const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/reef-home/app/v1/socket`, protocols, {
          origin,
        });
        socket.on("open", () => resolve(socket)).on("error", () => resolve(null));
      });
    expect(await open(["reef"])).toBeNull();
    expect(await open(["reef", "reef.frame.wrong"])).toBeNull();
    expect(await open(["reef", `reef.frame.${token}`], gateway.url)).toBeNull();
    const socket = await open(["reef", `reef.frame.${token}`]);
    expect(socket?.protocol).toBe("reef");
    const welcomed = new Promise((resolve) => socket?.once("message", (data) => resolve(JSON.parse(String(data)))));
    socket?.send(JSON.stringify({ type: "hello", after: -1 }));
    expect(await welcomed).toMatchObject({ type: "welcome" });
    socket?.close();
  });

  it("a token ends when it is not used, and the oldest when there are many", () => {
    const frames: Shared = { heard: new Map(), frames: new Map(), places: new Map() };
    let nowMs = 0;
    const tokens = createFrameTokens(frames, () => nowMs);
    const first = tokens.make();
    nowMs += 11 * 3_600_000;
    expect(tokens.isGood(first)).toBe(true);
    nowMs += 11 * 3_600_000;
    expect(tokens.isGood(first)).toBe(true);
    nowMs += 13 * 3_600_000;
    expect(tokens.isGood(first)).toBe(false);
    const old = tokens.make();
    for (let n = 0; n < 200; n += 1) tokens.make();
    expect(tokens.isGood(old)).toBe(false);
    expect(frames.frames.size).toBeLessThanOrEqual(200);
  });

  it("says plainly that Reef is away", async () => {
    const away = await openGateway("http://127.0.0.1:9", shared);
    const answer = await fetch(`${away.url}/reef-home/tab`, { headers: { cookie: "grant=yes" } });
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining("Reef cannot be reached")]);
    away.server.close();
  });

  it.each([
    ["no variable", { tokenEnv: "NOT_SET_<b>" }, /The gateway has no token.*NOT_SET_&lt;b&gt; is not set/],
    [
      "no file",
      { tokenFile: "/no/such/token" },
      /no token for Reef: the file \/no\/such\/token cannot be read \(ENOENT\)/,
    ],
    ["a wrong token", { tokenEnv: "WRONG" }, /refuses the gateway's token \(the variable WRONG\)/],
  ])("SE3: with %s the tab says the cause and what to do, and tries again, in place of “Connecting…”", async (_, token, words) => {
    const broken = await openGateway(reef.server.url, shared, token);
    const answer = await fetch(`${broken.url}/reef-home/tab`, { headers: { cookie: "grant=yes" } });
    const page = await answer.text();
    expect(answer.status).toBe(502);
    expect(page).toMatch(words);
    expect(page).toContain("reef -- openclaw connect");
    expect(page).toContain('http-equiv="refresh"');
    expect(page).not.toContain("wrong-token-value");
    expect(page).not.toContain("reef-frame-token");
    // A page that was already open reloads and shows the cause.
    const api = await fetch(`${broken.url}/reef-home/app/v1/status`, { headers: asFrame() });
    expect(api.status).toBe(401);
    broken.server.close();
  });
});
