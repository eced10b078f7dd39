import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { Resolve } from "./network/public-address.ts";
import { openHarness } from "./testing/box-harness.ts";
import { toReadable } from "./web/readable.ts";
import { createWebPages } from "./web/web-pages.ts";
import { createWebSearch, type SearchProvider } from "./web/web-search.ts";

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Names resolve to a public address, which is in truth the test's server; `inside` and `meta` to what they say. */
function internet(port: number) {
  const resolve: Resolve = (name, _options, done) => {
    const address = name.startsWith("inside")
      ? "192.168.1.1"
      : name.startsWith("meta")
        ? "169.254.169.254"
        : "93.184.216.34";
    done(null, [{ address, family: 4 }]);
  };
  return { resolve, dial: () => ({ host: "127.0.0.1", port }) };
}

const article = `<!doctype html><html><head><title>A  title</title><meta name="description" content="In short"></head><body>
<nav><a href="/menu">Menu</a></nav><article><h1>Heading</h1><p>${"A sentence of the article, with commas. ".repeat(20)}</p>
<p>A <a href="/next?a=(1)">link</a>, <a href="javascript:alert(1)">no link</a>, <img src="x" alt="a cat">.</p>
<pre><code>let a = 1;</code></pre><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></article>
<script>alert("script")</script></body></html>`;

it("TO1: a page is read as Markdown, with title, excerpt and whole links, in parts", async () => {
  await using server = await serve((_, response) => response.setHeader("content-type", "text/html").end(article));
  await using harness = await openHarness({ probe: { programFolders: [] }, web: internet(server.port) });
  const bot = harness.newBot();
  const text = await bot.call("web_fetch", { url: "http://example.com/a" });
  expect(text).toMatch(/^A {1,2}title\nhttp:\/\/example.com\/a\n> In short\n\n/);
  expect(text).toContain("[link](http://example.com/next?a=%281%29), no link, [picture: a cat]");
  expect(text).toContain("let a = 1;");
  expect(text).toContain("| 1 | 2 |");
  expect(text).not.toContain("alert");
  const part = await bot.call("web_fetch", { url: "http://example.com/a", limit: 100 });
  expect(part).toMatch(/\[Characters 0 to 100 of \d+: read on with offset 100\.\]$/);
  const silent = harness.newBot({ web: false });
  expect(await silent.call("web_fetch", { url: "http://example.com/" })).toContain("may not use the web");
});

it("SE8: no page leads to this machine, a private network or a cloud's metadata, also by redirect or name", async () => {
  const asked: string[] = [];
  await using server = await serve((request, response) => {
    asked.push(request.url ?? "");
    const to = new URL(request.url ?? "", "http://x").searchParams.get("to");
    if (to === null) response.setHeader("content-type", "text/plain").end("REACHED");
    else response.writeHead(302, { location: to }).end();
  });
  const pages = createWebPages(internet(server.port));
  const read = async (url: string) => {
    const page = await pages.read(url, new AbortController().signal);
    return page.state === "read" ? page.text : page.reason;
  };
  expect(await read("http://example.com/")).toBe("REACHED");
  expect(await read("http://example.com/?to=/again")).toBe("REACHED");
  asked.length = 0;
  for (const url of [
    ...[
      "http://127.0.0.1/",
      "http://localhost.localdomain@127.0.0.1/",
      "http://2130706433/",
      "http://0177.0.0.1/",
      "http://[::1]/",
    ],
    ...[
      "http://[::ffff:10.0.0.1]/",
      "http://169.254.169.254/latest/",
      "http://metadata.google.internal/",
      "http://inside.example/",
    ],
    ...[
      "http://meta.example/",
      "http://user:password@example.com/",
      "file:///etc/passwd",
      "ftp://example.com/",
      "example.com",
      "http://",
      "",
    ],
  ])
    expect(await read(url), url).not.toContain("REACHED");
  expect(asked).toEqual([]);
  for (const to of [
    "http://127.0.0.1/x",
    "http://inside.example/x",
    "http://meta.example/x",
    "file:///etc/passwd",
    "//169.254.169.254/x",
  ]) {
    expect(await read(`http://example.com/?to=${encodeURIComponent(to)}`), to).not.toContain("REACHED");
    expect(
      asked.every((url) => url.startsWith("/?to=")),
      to,
    ).toBe(true);
  }
});

it("TO3: pages are bounded in redirects, size, time and kind", async () => {
  await using server = await serve((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://x");
    if (pathname === "/loop") response.writeHead(302, { location: "/loop" }).end();
    else if (pathname === "/bomb")
      response
        .writeHead(200, { "content-type": "text/plain", "content-encoding": "gzip" })
        .end(gzipSync(Buffer.alloc(50_000_000, "a")));
    else if (pathname === "/slow") response.writeHead(200, { "content-type": "text/plain" }).write("begin");
    else if (pathname === "/pdf") response.setHeader("content-type", "application/pdf").end("%PDF");
    else if (pathname === "/latin")
      response.setHeader("content-type", "text/plain; charset=iso-8859-1").end(Buffer.from([0xe4]));
    else response.writeHead(404, { "content-type": "application/json" }).end('{"error":"none"}');
  });
  const pages = createWebPages(internet(server.port));
  const read = (path: string) => pages.read(`http://example.com${path}`, new AbortController().signal);
  expect(await read("/loop")).toMatchObject({ reason: "http://example.com/loop redirects more than 5 times" });
  expect(await read("/bomb")).toMatchObject({ isCut: true, text: "a".repeat(3_000_000) });
  const hasty = createWebPages({ ...internet(server.port), timeoutMs: 500 });
  expect(await hasty.read("http://example.com/slow", new AbortController().signal)).toMatchObject({
    reason: "no answer within 0.5 s",
  });
  expect(await read("/pdf")).toMatchObject({ reason: expect.stringContaining("not text but application/pdf") });
  expect(await read("/latin")).toMatchObject({ text: "ä" });
  expect(await read("/none")).toMatchObject({ status: 404, text: '{"error":"none"}' });
});

it("TO3: a page that keeps the parser busy for ever is given up, and Reef goes on in the meantime", async () => {
  await using server = await serve((_, response) =>
    response.setHeader("content-type", "text/html").end("<div>".repeat(100_000)),
  );
  const pages = createWebPages(internet(server.port));
  const stopped = new AbortController();
  const ticks: number[] = [];
  const timer = setInterval(() => {
    ticks.push(1);
    if (ticks.length === 10) stopped.abort();
  }, 20);
  expect(await pages.read("http://example.com/", stopped.signal)).toMatchObject({ state: "failed" });
  expect(ticks.length).toBeGreaterThanOrEqual(10);
  clearInterval(timer);
});

it("TO3: odd pages are text all the same", () => {
  expect(toReadable("", "https://e.com").markdown).toBe("");
  expect(toReadable("plain words", "https://e.com").markdown).toContain("plain words");
  expect(toReadable("<html><body><p>a<p>b<table><td>c", "https://e.com").markdown).toContain("b");
  const large = toReadable(
    `<title>Large</title><article>${"<p>words <b>and</b> more</p>".repeat(6_000)}</article>`,
    "https://e.com",
  );
  expect(large).toMatchObject({ title: "Large", markdown: expect.stringContaining("words **and** more") });
  expect(toReadable("<title>only</title>", "https://e.com").title).toBe("only");
});

it("TO1: a search asks what a person configured, and without says so", async () => {
  const asked: { url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const state = { status: 200, body: "{}" };
  await using server = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    asked.push({ url: request.url ?? "", headers: request.headers, body });
    response.writeHead(state.status, { location: "/elsewhere" }).end(state.body);
  });
  const provider: { now: SearchProvider | null } = { now: null };
  const { search } = createWebSearch({ provider: () => provider.now });
  const find = () => search("two words", { limit: 2, signal: new AbortController().signal });
  expect(await find()).toMatchObject({ reason: expect.stringContaining("no web search is configured") });

  const url = `http://127.0.0.1:${server.port}`;
  provider.now = { kind: "searxng", url: `${url}/` };
  const hit = (n: number) => ({ title: `<b>T</b>${n}`, url: `https://e.com/${n}`, content: "some\n <b>words</b>" });
  state.body = JSON.stringify({ results: [hit(1), { title: "x", url: "javascript:1" }, 7, hit(2), hit(3)] });
  expect(await find()).toEqual({
    state: "found",
    hits: [1, 2].map((n) => ({ title: `T${n}`, url: `https://e.com/${n}`, excerpt: "some words" })),
  });
  expect(asked.at(-1)?.url).toBe("/search?q=two+words&format=json");

  provider.now = { kind: "brave", key: "k1", url: `${url}/brave` };
  state.body = JSON.stringify({ web: { results: [{ ...hit(1), content: undefined, description: "d" }] } });
  expect(await find()).toMatchObject({ hits: [{ excerpt: "d" }] });
  expect(asked.at(-1)?.headers["x-subscription-token"]).toBe("k1");

  provider.now = { kind: "tavily", key: "k2", url: `${url}/tavily` };
  state.body = JSON.stringify({ results: [hit(1)] });
  expect(await find()).toMatchObject({ hits: [{ title: "T1" }] });
  expect(asked.at(-1)).toMatchObject({
    body: '{"query":"two words","max_results":2}',
    headers: { authorization: "Bearer k2" },
  });

  for (const [status, body, words] of [
    [401, "", "its key is not accepted"],
    [429, "", "too many searches"],
    [500, "", "answered 500"],
    [302, "", "redirects, which is not followed"],
    [200, "<html>", "not a list of results"],
    [200, '{"results":7}', "not a list of results"],
  ] as const) {
    Object.assign(state, { status, body });
    expect(await find(), words).toMatchObject({ reason: expect.stringContaining(words) });
  }
  expect(JSON.stringify(await find())).not.toContain("k2");
});
