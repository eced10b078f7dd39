/**
 * The HTTP server around the app: what is a request goes to the app, a WebSocket's upgrade to the sockets, and what is
 * neither is answered as problem+json on the bare connection (SE7).
 */
import { createServer, type Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener, RequestError } from "@hono/node-server";
import { AppError } from "@reef/protocol/error";
import type { SocketServer } from "../socket/socket-server.ts";
import type { App } from "./app.ts";
import { problemResponse } from "./errors.ts";
import { endWithProblem } from "./raw-problem.ts";

/** A request that sends nothing for this long is given up, in milliseconds. */
const defaultSilentMs = 30_000;

/** It does not listen yet. */
export function createListener(parts: {
  readonly app: App;
  readonly sockets: SocketServer;
  readonly silentMs?: number;
}): HttpServer {
  const { silentMs = defaultSilentMs } = parts;
  const http = createServer(
    {
      // Whoever offers HTTP/2 with a request (`Upgrade: h2c`) is answered in HTTP/1.1.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
      // Node's own refusal has no body; the app's has.
      requireHostHeader: false,
    },
    getRequestListener(parts.app.fetch, { errorHandler: toProblem }),
  );
  http.headersTimeout = silentMs;
  // What is refused before its body was read ends its connection: the next request on it would meet a closed one.
  http.prependListener("request", (request, response) => {
    const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => typeof response;
    response.writeHead = (...given: unknown[]) => {
      if (!request.complete) response.shouldKeepAlive = false;
      return writeHead(...given);
    };
  });
  // A body may take its time, but not fall silent: half-sent ones would add up to every connection there is.
  http.on("request", (request) => {
    if (request.complete) return;
    request.setTimeout(silentMs, () => request.destroy());
    request.once("end", () => request.setTimeout(0));
  });
  http.on("upgrade", (request, socket, head) => parts.sockets.upgrade(request, socket, head));
  http.on("connect", (_, socket) => {
    socket.on("error", () => socket.destroy());
    endWithProblem(socket, new AppError("method_not_allowed", "CONNECT is not possible here: this is not a proxy"));
  });
  http.on("clientError", refuseBytes);
  return http;
}

/** For what is no request to the app: an address or a Host header that cannot be read. */
function toProblem(error: unknown): Response {
  const isMalformed = error instanceof RequestError;
  return problemResponse(
    isMalformed ? new AppError("invalid_request", "the request's address or Host header is malformed") : error,
  );
}

/** For what is no HTTP, or too slow to become a request. An answer that has begun is not written into. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  const hasBegun = "_httpMessage" in socket && (socket._httpMessage as { headersSent?: boolean } | null)?.headersSent;
  if (!socket.writable || hasBegun || error.code === "ECONNRESET") {
    socket.destroy();
  } else if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    socket.end("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
  } else if (error.code === "HPE_HEADER_OVERFLOW") {
    endWithProblem(socket, new AppError("headers_too_large", "the address and the headers may have at most 16 KiB"));
  } else {
    endWithProblem(socket, new AppError("invalid_request", "this is not an HTTP/1.1 request"));
  }
}
