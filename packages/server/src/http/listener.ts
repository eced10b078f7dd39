/**
 * Runs the HTTP server around the app: requests go to the app, WebSocket upgrades to the sockets, and anything else is
 * answered as problem+json on the bare connection (SE7).
 */
import { createServer, type Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener, RequestError } from "@hono/node-server";
import { AppError } from "@reef/protocol/error";
import type { SocketServer } from "../socket/socket-server.ts";
import type { App } from "./app.ts";
import { problemResponse } from "./errors.ts";
import { endWithProblem } from "./raw-problem.ts";

/** A request that sends nothing for this long is dropped, in milliseconds. */
const defaultSilentMs = 30_000;

/** Creates the server; it does not listen yet. */
export function createListener(parts: {
  readonly app: App;
  readonly sockets: SocketServer;
  readonly silentMs?: number;
}): HttpServer {
  const { silentMs = defaultSilentMs } = parts;
  const http = createServer(
    {
      // A client that offers HTTP/2 with a request (`Upgrade: h2c`) is answered in HTTP/1.1.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
      // Node's own refusal has no body; the app's has.
      requireHostHeader: false,
    },
    getRequestListener(parts.app.fetch, { errorHandler: toProblem }),
  );
  http.headersTimeout = silentMs;
  // A request refused before its body was read ends its connection: the next request would be lost.
  http.prependListener("request", (request, response) => {
    const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => typeof response;
    response.writeHead = (...given: unknown[]) => {
      if (!request.complete) response.shouldKeepAlive = false;
      return writeHead(...given);
    };
  });
  // A body may take long, but not stop: half-sent ones would use up every connection.
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

/** For a request that cannot reach the app: its address or Host header cannot be read. */
function toProblem(error: unknown): Response {
  const isMalformed = error instanceof RequestError;
  return problemResponse(
    isMalformed ? new AppError("invalid_request", "the request's address or Host header is malformed") : error,
  );
}

/** Refuses what is not HTTP, or too slow to become a request. An answer that has begun is left alone. */
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
