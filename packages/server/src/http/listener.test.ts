import { type AddressInfo, connect } from "node:net";
import { Problem } from "@reef/protocol/problem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../testing/serve.ts";
import { createListener } from "./listener.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve();
});
afterAll(() => reef[Symbol.asyncDispose]());

/** Returns the answer to these bytes until the server hangs up: status, media type, body. */
async function exchange(bytes: string): Promise<{ status: number; type: string | undefined; body: string }> {
  const { hostname, port } = new URL(reef.server.url);
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
  });
  const [head = "", body = ""] = text.split("\r\n\r\n", 2);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
    type: /^content-type: (.*)$/im.exec(head)?.[1],
    body,
  };
}

const host = () => `Host: ${new URL(reef.server.url).host}\r\nAuthorization: Bearer ${reef.server.token}`;
const rest = () => `${host()}\r\nConnection: close\r\n`;

const rows: readonly { readonly what: string; readonly bytes: () => string; readonly status: number }[] = [
  { what: "no HTTP at all", bytes: () => "HELLO\r\n\r\n", status: 400 },
  { what: "another version", bytes: () => `GET /v1/bots HTTP/9.9\r\n${rest()}\r\n`, status: 400 },
  { what: "a method of nobody", bytes: () => `FOO /v1/bots HTTP/1.1\r\n${rest()}\r\n`, status: 400 },
  { what: "a header without a colon", bytes: () => `GET /v1/bots HTTP/1.1\r\nfoo\r\n${rest()}\r\n`, status: 400 },
  { what: "no Host", bytes: () => `GET /v1/bots HTTP/1.1\r\nConnection: close\r\n\r\n`, status: 400 },
  {
    what: "two lengths",
    bytes: () => `POST /v1/bots HTTP/1.1\r\n${rest()}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    status: 400,
  },
  {
    what: "an address too long",
    bytes: () => `GET /v1/search?q=${"x".repeat(40_000)} HTTP/1.1\r\n${rest()}\r\n`,
    status: 431,
  },
  {
    what: "headers too large",
    bytes: () => `GET / HTTP/1.1\r\nX: ${"x".repeat(40_000)}\r\n${rest()}\r\n`,
    status: 431,
  },
  { what: "a tunnel", bytes: () => `CONNECT 127.0.0.1:22 HTTP/1.1\r\n${rest()}\r\n`, status: 405 },
];

for (const { what, bytes, status } of rows) {
  test(`SE7: ${what} is answered with ${status} as problem+json`, async () => {
    const answer = await exchange(bytes());
    expect([answer.status, answer.type]).toEqual([status, "application/problem+json"]);
    expect(Problem.parse(JSON.parse(answer.body)).status).toBe(status);
  });
}

test("a client that offers HTTP/2 beside its request gets its answer", async () => {
  const offer =
    "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA";
  const answer = await exchange(`GET /healthz HTTP/1.1\r\n${host()}\r\n${offer}\r\n\r\n`);
  expect([answer.status, answer.body]).toEqual([200, '{"status":"ok"}']);
});

test("SE7: a body that falls silent is given up", async () => {
  const http = createListener({
    app: { fetch: async (request: Request) => new Response(await request.text()) } as never,
    sockets: { upgrade: () => undefined } as never,
    silentMs: 50,
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1", () =>
    socket.write('POST /v1/bots HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"name":'),
  );
  socket.on("error", () => undefined);
  socket.resume();
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  http.close();
});

test("what is refused before its body came whole says that the connection ends; what was read keeps it", async () => {
  const { hostname, port } = new URL(reef.server.url);
  const headOf = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.once("data", (chunk) => {
        resolve(String(chunk).split("\r\n\r\n", 1)[0] ?? "");
        socket.destroy();
      });
      socket.once("error", reject);
    });
  const refused = await headOf(`POST /v1/files HTTP/1.1\r\n${host()}\r\nContent-Length: 90000000\r\n\r\nabc`);
  expect(refused).toMatch(/^HTTP\/1\.1 413 [\s\S]*^connection: close$/im);
  const read = await headOf(`POST /v1/files HTTP/1.1\r\n${host()}\r\nContent-Length: 3\r\n\r\nabc`);
  expect(read).toMatch(/^HTTP\/1\.1 201 [\s\S]*^connection: keep-alive$/im);
});
