/**
 * Serves as the only way out of one box: an HTTP proxy on a socket that is mounted into it. It passes tunnels (CONNECT)
 * and plain requests to hosts on the bot's list, at public addresses, and refuses everything else with a sentence.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, isIP, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { BoxOwner } from "../workspace/workspaces.ts";
import { isHostAllowed } from "./host-pattern.ts";
import { isPublicAddress, publicLookup, type Resolve, resolveName } from "./public-address.ts";

interface Target {
  readonly host: string;
  readonly port: number;
}

export interface ProxyOptions {
  /** Patterns as the settings have them; `public` for every public address. */
  readonly hosts: readonly string[] | "public";
  /** Where the socket is created. */
  readonly folder: string;
  /** Who may connect, if not this process's own user. */
  readonly owner: BoxOwner | null;
  readonly resolve?: Resolve;
  /** Where a checked address is reached, if not there itself. */
  readonly dial?: (target: Target) => Target;
}

export interface OpenProxy extends AsyncDisposable {
  readonly socketPath: string;
}

const maxConnections = 64;
const idleMs = 120_000;
/** Headers of one hop, which end here. */
const hopHeaders = ["proxy-authorization", "proxy-connection", "connection", "keep-alive", "upgrade", "te", "trailer"];

export async function openProxy(options: ProxyOptions): Promise<OpenProxy> {
  const socketPath = join(options.folder, `proxy-${randomBytes(8).toString("hex")}`);
  const open = new Set<Duplex>();
  const track = (socket: Duplex) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const server = createServer(
    { maxHeaderSize: 16_384, requestTimeout: idleMs },
    (incoming, response) => void passRequest(options, { incoming, response }),
  );
  server.maxConnections = maxConnections;
  server.on("connection", track);
  server.on("connect", (incoming, near, head) => void passTunnel(options, { incoming, near, head }));
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
  if (options.owner !== null) await chown(socketPath, options.owner.uid, options.owner.gid);
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(socketPath, { force: true });
    },
  };
}

/** Returns why a target is refused; null if it is allowed. Names are checked again when they are resolved. */
function refuse({ hosts }: ProxyOptions, { host, port }: Target): string | null {
  if (hosts !== "public" && !isHostAllowed(hosts, host, port))
    return `${host}:${port} is not on the list of hosts that this box may reach (${hosts.join(", ")})`;
  if (isIP(host) !== 0 && !isPublicAddress(host))
    return `${host} is an address of this machine or of a private network: not contacted`;
  return null;
}

async function passTunnel(
  options: ProxyOptions,
  { incoming, near, head }: { readonly incoming: IncomingMessage; readonly near: Duplex; readonly head: Buffer },
): Promise<void> {
  const target = parseTarget(incoming.url ?? "");
  const far = target === null ? "expected CONNECT host:port" : await reach(options, target);
  if (typeof far === "string") return void near.end(refusalBytes(far));
  if (near.destroyed) return void far.destroy();
  near.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (head.byteLength > 0) far.write(head);
  near.pipe(far).pipe(near);
  near.on("close", () => far.destroy());
  far.on("close", () => near.destroy());
}

async function passRequest(
  options: ProxyOptions,
  { incoming, response }: { readonly incoming: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const url = URL.canParse(incoming.url ?? "") ? new URL(incoming.url ?? "") : null;
  const target = url?.protocol === "http:" ? parseTarget(`${url.hostname}:${url.port || 80}`) : null;
  const far = target === null ? "expected an http:// address or CONNECT" : await reach(options, target);
  if (url === null || typeof far === "string") {
    response.writeHead(403, { "content-type": "text/plain", connection: "close" }).end(`Reef: ${far}\n`);
    return;
  }
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopHeaders.includes(name)));
  const onward = request(
    {
      createConnection: () => far,
      method: incoming.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host, connection: "close" },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    },
  );
  onward.on("error", (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { "content-type": "text/plain" }).end(`Reef: ${error.message}\n`);
  });
  response.on("close", () => far.destroy());
  incoming.pipe(onward);
}

/** Connects to a target that is allowed; returns why not otherwise. The address that was checked is the one used. */
async function reach(options: ProxyOptions, target: Target): Promise<Socket | string> {
  const refusal = refuse(options, target);
  if (refusal !== null) return refusal;
  try {
    const host = isIP(target.host) === 0 ? await addressOf(options, target.host) : target.host;
    const socket = connect(options.dial?.({ host, port: target.port }) ?? { host, port: target.port });
    socket.setTimeout(idleMs, () => socket.destroy(new Error("nothing was sent for too long")));
    await once(socket, "connect");
    socket.on("error", () => socket.destroy());
    return socket;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function addressOf({ resolve = resolveName }: ProxyOptions, name: string): Promise<string> {
  return new Promise((found, reject) => {
    publicLookup(resolve)(name, { all: false }, (error, address) =>
      error === null ? found(String(address)) : reject(error),
    );
  });
}

function parseTarget(text: string): Target | null {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/@\s]+)):(\d{1,5})$/.exec(text) ?? [];
  // As a URL writes it, which turns decimal, octal and hexadecimal addresses into dotted ones.
  const url = `http://${bracketed === undefined ? plain : `[${bracketed}]`}/`;
  if (port === undefined || Number(port) > 65_535 || !URL.canParse(url)) return null;
  return { host: new URL(url).hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function refusalBytes(reason: string): string {
  const body = `Reef: ${reason}\n`;
  return `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
}
