import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostPattern } from "@reef/protocol/box";
import { describe, expect, it } from "vitest";
import { isHostAllowed } from "./network/host-pattern.ts";
import { openProxy, type ProxyOptions } from "./network/proxy.ts";
import { isPublicAddress, type Resolve } from "./network/public-address.ts";
import { closeBox, probeBox } from "./run/probe.ts";
import { startBox } from "./run/start.ts";
import { openHarness, whyNoBox } from "./testing/box-harness.ts";
import { realClock } from "./testing/real-clock.ts";

const reason = await whyNoBox();

it("SE8: only public addresses are reached, in whatever notation", () => {
  for (const address of ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1"])
    expect(isPublicAddress(address), address).toBe(true);
  for (const address of [
    ...["127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254"],
    ...["100.64.0.1", "100.100.100.200", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9"],
    ...["::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:1.1.1.1"],
    ...[
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "2001:db8::1",
      "2001::1",
      "::127.0.0.1",
      "localhost",
      "",
      "1.1.1",
      "0x7f.1",
    ],
  ])
    expect(isPublicAddress(address), address).toBe(false);
});

it("SE8: a host is on the list as it is written there, with its usual ports or the one named", () => {
  const list = ["example.com", "*.npmjs.org", "git.example.net:8443"];
  for (const [host, port] of [
    ["example.com", 443],
    ["EXAMPLE.com.", 80],
    ["registry.npmjs.org", 443],
    ["a.b.npmjs.org", 443],
    ["git.example.net", 8443],
  ] as const)
    expect(isHostAllowed(list, host, port), host).toBe(true);
  for (const [host, port] of [
    ["evil-example.com", 443],
    ["sub.example.com", 443],
    ["npmjs.org", 443],
    ["evilnpmjs.org", 443],
    ["example.com", 22],
    ["git.example.net", 443],
    ["example.com.evil.org", 443],
  ] as const)
    expect(isHostAllowed(list, host, port), host).toBe(false);
  for (const text of [
    "*",
    "*.*",
    "http://a.b",
    "a b",
    "a..b",
    "-a.b",
    "a.b:0",
    "a.b:70000",
    "169.254.169.254",
    "metadata.google.internal",
    "a/b",
    "",
  ])
    expect(HostPattern.safeParse(text).success, text).toBe(false);
  expect(HostPattern.parse(" Registry.NPMjs.org ")).toBe("registry.npmjs.org");
});

/** A proxy whose names resolve to a public address that is in truth a server of the test's. */
async function startProxy(
  options: Partial<ProxyOptions> & { readonly port: number; readonly addresses?: Record<string, string> },
) {
  const folder = await mkdtemp(join(tmpdir(), "reef-proxy-"));
  const resolve: Resolve = (name, _options, done) => {
    const address = (options.addresses ?? { "example.com": "93.184.216.34" })[name];
    if (address === undefined) done(Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" }), []);
    else done(null, [{ address, family: address.includes(":") ? 6 : 4 }]);
  };
  const dial = ({ host }: { readonly host: string }) =>
    host === "93.184.216.34" ? { host: "127.0.0.1", port: options.port } : { host, port: 1 };
  const proxy = await openProxy({ hosts: ["example.com"], folder, owner: null, resolve, dial, ...options });
  return {
    ...proxy,
    async ask(text: string): Promise<string> {
      const socket = connect(proxy.socketPath);
      socket.write(text);
      let answer = "";
      for await (const chunk of socket) answer += String(chunk);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serve(text: string) {
  const server = createServer((request, response) =>
    response.end(`${text} ${request.method} ${request.url} ${request.headers.host}`),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: async () => void server.close() };
}

it("SE8: the proxy passes requests and tunnels to hosts on its list, and says no to everything else", async () => {
  await using server = await serve("hello");
  const addresses = {
    "example.com": "93.184.216.34",
    "inside.example.com": "10.0.0.1",
    "meta.example.com": "169.254.169.254",
  };
  const hosts = ["example.com", "inside.example.com", "meta.example.com", "none.example.com", "127.0.0.1"];
  await using proxy = await startProxy({ port: server.port, addresses, hosts });
  expect(await proxy.ask("GET http://example.com/a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toContain(
    "hello GET /a?b example.com",
  );
  for (const [target, words] of [
    ["http://evil.com/", "is not on the list"],
    ["http://inside.example.com/", "private network"],
    ["http://meta.example.com/", "private network"],
    ["http://127.0.0.1/", "private network"],
    ["http://2130706433/", "private network"],
    ["http://0x7f000001/", "private network"],
    ["http://none.example.com/", "no none.example.com"],
    ["http://example.com:22/", "is not on the list"],
    ["https://example.com/", "expected an http:// address"],
    ["/path", "expected an http:// address"],
  ] as const)
    expect(await proxy.ask(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`), target).toContain(words);
  for (const target of [
    "evil.com:443",
    "127.0.0.1:443",
    "[::1]:443",
    "inside.example.com:443",
    "example.com:22",
    "example.com",
    "a@example.com:443",
    "x y:443",
  ])
    expect(await proxy.ask(`CONNECT ${target} HTTP/1.1\r\n\r\n`), target).toMatch(/403|400|^$/);
});

it("SE8: a tunnel carries bytes both ways, and ends with the proxy", async () => {
  const echo = createTcpServer((socket) => socket.pipe(socket));
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const proxy = await startProxy({ port: (echo.address() as AddressInfo).port });
  const socket = connect(proxy.socketPath);
  socket.write("CONNECT example.com:443 HTTP/1.1\r\n\r\nfirst ");
  const texts: string[] = [];
  socket.on("data", (chunk) => texts.push(String(chunk)));
  await expect.poll(() => texts.join("")).toContain("200 Connection established\r\n\r\nfirst ");
  socket.write("second");
  await expect.poll(() => texts.join("")).toContain("first second");
  const closed = once(socket, "close");
  await proxy[Symbol.asyncDispose]();
  await closed;
  echo.close();
});

describe.skipIf(reason !== null)("SE8: the network of a box", () => {
  it("SE8: a command reaches hosts on the list through the proxy, with the variables that programs read, and no other", async () => {
    await using server = await serve("hello");
    const box = await probeBox();
    if (box.state !== "ready") throw new Error(box.reason);
    await using proxy = await startProxy({ port: server.port, folder: box.folder, owner: box.owner });
    await using harness = await openHarness({ probe: { programFolders: [] } });
    const bot = harness.newBot();
    await bot.call("file_list", {});
    const running = await startBox(
      { box, clock: realClock },
      {
        root: bot.root,
        usage: { last: null },
        isReadOnly: true,
        limits: bot.box.limits,
        timeoutMs: 50_000,
        proxySocket: proxy.socketPath,
        cwd: "/work",
        argv: [
          "/opt/reef/bin/node",
          "--input-type=module",
          "--eval",
          `console.log(await (await fetch("http://example.com/x")).text());
           for (const url of ["http://evil.com/", "http://127.0.0.1:${server.port}/"])
             await fetch(url).then(() => console.log("REACHED"), (error) => console.log(error.cause.cause?.message ?? error.cause.message));
           process.exitCode = 5;`,
        ],
      },
    );
    let text = "";
    for await (const chunk of running.output) text += String(chunk);
    expect(text).toContain("hello GET /x example.com");
    expect(text).toContain("Proxy response (403)");
    expect(text).toContain("ECONNREFUSED");
    expect(text).not.toContain("REACHED");
    expect(await running.exit).toMatchObject({ code: 5, endedBy: "itself", problem: null });
    await closeBox(box);
  });
});
