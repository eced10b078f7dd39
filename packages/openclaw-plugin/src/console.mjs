/**
 * Serves Reef's console on the gateway's own port. The gateway gives the tab's page only to people it knows. The page
 * runs in a sandbox without an origin, so it sends its frame token with each request, and this code replaces that by
 * Reef's token. Reef need not trust the gateway's pages: it sees this plugin only, and keeps all its rules (SE3, SE4).
 */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkPage, checkReef, escapeHtml } from "./check.mjs";
import { createFrameTokens } from "./frame-tokens.mjs";
import { createPlaces, isPlace } from "./places.mjs";

/** @typedef {import("./host.mjs").HttpRequest} Request @typedef {import("./host.mjs").HttpResponse} Response */

const tabPath = "/reef-home/tab";
const appPath = "/reef-home/app";
const placePath = `${appPath}/place`;

/** The Origin header of a page without an origin. */
const frameOrigin = "null";
/** Only these headers of a request reach Reef. */
const passedHeaders = ["accept", "content-type", "idempotency-key", "last-event-id", "if-none-match"];
/** These headers of an answer belong to this connection alone. */
const ownHeaders = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "set-cookie",
]);
/** A login here would end in a cookie, which the page cannot have. */
const closedPath = /^\/v1\/(login|logout)/;

/**
 * @param {import("./host.mjs").Host} api
 * @param {{ readonly reef: import("./reef.mjs").Reef, readonly shared: import("./shared.mjs").Shared }} parts
 */
export function registerConsole(api, { reef, shared }) {
  const parts = { reef, tokens: createFrameTokens(shared, Date.now), places: createPlaces(shared) };
  api.registerHttpRoute({
    path: tabPath,
    auth: "gateway",
    match: "exact",
    handler: (request, response) => answer(response, () => servePage(parts, request, response)),
  });
  api.registerHttpRoute({
    path: appPath,
    auth: "plugin",
    match: "prefix",
    handler: (request, response) => answer(response, () => serveApp(parts, request, response)),
    handleUpgrade: (request, socket, head) => joinSocket(parts, request, { socket, head }),
  });
  api.session.controls.registerControlUiDescriptor({
    surface: "tab",
    id: "console",
    // OpenClaw ships another product's channel that is named “Reef”.
    label: "Reef Home",
    description: "Every bot, session, message and memory of your Reef.",
    icon: "book",
    group: "control",
    path: tabPath,
    slug: "reef",
    requiredScopes: ["operator.write"],
  });
}

/** @param {Response} response @param {() => Promise<void>} act @returns {Promise<boolean>} */
async function answer(response, act) {
  try {
    await act();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (response.headersSent) response.destroy();
    else sendText(response, 502, `Reef cannot be reached: ${why}. Is it running? The tab works again when it is.`);
  }
  return true;
}

/**
 * @typedef {object} Parts
 * @property {import("./reef.mjs").Reef} reef
 * @property {ReturnType<typeof createFrameTokens>} tokens
 * @property {ReturnType<typeof createPlaces>} places
 * @param {Parts} parts @param {Request} request @param {Response} response
 */
async function servePage({ reef, tokens, places }, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") return sendText(response, 405, "GET only");
  const check = await checkReef(reef);
  if (check.state !== "ok") return sendCause(response, check);
  const page = await fetch(`${reef.url}/`, { signal: AbortSignal.timeout(5_000), headers: { accept: "text/html" } });
  if (!page.ok) throw new Error(`it answered ${page.status}`);
  const meta = [
    `<meta name="reef-frame-base" content="${appPath}" />`,
    `<meta name="reef-frame-token" content="${tokens.make()}" />`,
    `<meta name="reef-frame-gateway" content="${escapeHtml(reef.gatewayId)}" />`,
    `<meta name="reef-frame-place" content="${escapeHtml(places.find(request) ?? "")}" />`,
  ].join("\n    ");
  const html = (await page.text())
    .replace(/(<(?:script|link)\b[^>]*?\b(?:src|href)=")\/(?!\/)/g, `$1${appPath}/`)
    .replace(/<link rel="manifest"[^>]*>/, "")
    .replace("<head>", `<head>\n    ${meta}`);
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    // Reef's own policy, except that the gateway's page may frame it.
    "content-security-policy":
      "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  });
  response.end(html);
}

/** @param {Parts} parts @param {Request} request @param {Response} response */
async function serveApp({ reef, tokens, places }, request, response) {
  const isPlaceKept = request.url === placePath;
  const target = isPlaceKept ? { pathname: "/place", path: "" } : targetOf(request);
  if (target === null) return sendText(response, 404, "not here");
  const isApi = isPlaceKept || target.pathname.startsWith("/v1/");
  const { origin } = request.headers;
  if (isApi && origin !== frameOrigin) return sendText(response, 403, "only the tab's own page may call this");
  // Allowed without credentials: another page without an origin can read nothing without the token.
  response.setHeader("access-control-allow-origin", isApi ? frameOrigin : "*");
  if (request.method === "OPTIONS" && isApi) return allow(response);
  if (isApi && !tokens.isGood(bearerOf(request))) {
    return sendProblem(response, "this tab is no longer signed in: open it again");
  }
  if (isPlaceKept) return keepPlace(places, request, response);
  if (isApi && closedPath.test(target.pathname)) return sendText(response, 404, "not here");
  if (!isApi && request.method !== "GET" && request.method !== "HEAD") return sendText(response, 405, "GET only");
  await pass({ reef, target, isApi }, request, response);
}

/**
 * @param {Parts["places"]} places @param {Request} request @param {Response} response
 */
async function keepPlace(places, request, response) {
  if (request.method !== "PUT") return sendText(response, 405, "PUT only");
  let path = "";
  for await (const chunk of request) {
    path += chunk;
    if (path.length > 2_000) break;
  }
  if (!isPlace(path)) return sendText(response, 400, "expected a path of the console");
  places.keep(request, path);
  response.writeHead(204, { "cache-control": "no-store" }).end();
}

/**
 * Returns the address at Reef; null for what this port does not serve.
 * @param {Request} request
 */
function targetOf(request) {
  const url = new URL(request.url ?? "/", "http://gateway.invalid");
  const isBelow = url.pathname.startsWith(`${appPath}/`);
  if (!isBelow) return null;
  const pathname = url.pathname.slice(appPath.length);
  // Pages are served only with a token in them.
  const isKnown = pathname.startsWith("/v1/") || /^\/(?:assets\/)?[\w.-]+\.\w+$/.test(pathname);
  return isKnown ? { pathname, path: pathname + url.search } : null;
}

/**
 * @param {{ readonly reef: import("./reef.mjs").Reef, readonly target: { readonly path: string }, readonly isApi: boolean }} parts
 * @param {Request} request @param {Response} response
 */
async function pass({ reef, target, isApi }, request, response) {
  const left = new AbortController();
  response.on("close", () => left.abort());
  const token = isApi ? await reef.readToken().catch(() => null) : null;
  // The page then reloads and shows the cause.
  if (isApi && token === null) return sendProblem(response, "the gateway no longer has a token for Reef");
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  const answered = await fetch(`${reef.url}${target.path}`, {
    method: request.method ?? "GET",
    headers: {
      ...pick(request.headers),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(hasBody ? { body: /** @type {any} */ (Readable.toWeb(request)), duplex: "half" } : {}),
    redirect: "manual",
    signal: left.signal,
  });
  for (const [name, value] of answered.headers) if (!ownHeaders.has(name)) response.setHeader(name, value);
  // Reef says “this site only”, but to a page without an origin the gateway is another site.
  response.setHeader("cross-origin-resource-policy", "cross-origin");
  response.writeHead(answered.status);
  if (answered.body === null) response.end();
  else await pipeline(Readable.fromWeb(/** @type {any} */ (answered.body)), response);
}

/** @param {import("node:http").IncomingHttpHeaders} headers @returns {Record<string, string>} */
function pick(headers) {
  return Object.fromEntries(
    passedHeaders.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]]] : [])),
  );
}

/** @param {Request} request */
function bearerOf({ headers }) {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

const frameProtocol = "reef.frame.";

/**
 * Joins a socket to Reef. The frame token comes as the name of a subprotocol; Reef sees a socket with its own token.
 * @param {Parts} parts
 * @param {Request} request
 * @param {{ readonly socket: import("node:stream").Duplex, readonly head: Buffer }} peer
 */
async function joinSocket({ reef, tokens }, request, { socket, head }) {
  socket.on("error", () => socket.destroy());
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const token = offered.find((name) => name.startsWith(frameProtocol))?.slice(frameProtocol.length);
  const isSocket = targetOf(request)?.pathname === "/v1/socket";
  const isAllowed = isSocket && request.headers.origin === frameOrigin && tokens.isGood(token);
  if (!isAllowed) return refuse(socket, "403 Forbidden");
  const reefToken = await reef.readToken().catch(() => null);
  if (reefToken === null) return refuse(socket, "502 Bad Gateway");
  const target = new URL("/v1/socket", reef.url);
  const send = target.protocol === "https:" ? httpsRequest : httpRequest;
  const upstream = send(target, {
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": request.headers["sec-websocket-version"] ?? "13",
      "sec-websocket-key": request.headers["sec-websocket-key"] ?? "",
      authorization: `Bearer ${reefToken}`,
    },
  });
  upstream.on("error", () => refuse(socket, "502 Bad Gateway"));
  upstream.on("response", (response) => {
    response.resume();
    refuse(socket, "502 Bad Gateway");
  });
  upstream.on("upgrade", (response, reefSocket, reefHead) => {
    const lines = [
      "HTTP/1.1 101 Switching Protocols",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Accept: ${response.headers["sec-websocket-accept"]}`,
      "Sec-WebSocket-Protocol: reef",
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    if (reefHead.length > 0) socket.write(reefHead);
    if (head.length > 0) reefSocket.write(head);
    reefSocket.on("error", () => socket.destroy()).on("close", () => socket.destroy());
    socket.on("close", () => reefSocket.destroy());
    // A tab that stays open keeps its token valid.
    reefSocket.on("data", () => tokens.isGood(token));
    socket.pipe(reefSocket).pipe(socket);
  });
  upstream.end();
  return true;
}

/** @param {import("node:stream").Duplex} socket @param {string} status */
function refuse(socket, status) {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  return true;
}

/** @param {Response} response */
function allow(response) {
  response.writeHead(204, {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": ["authorization", ...passedHeaders].join(", "),
    "access-control-max-age": "600",
    "access-control-allow-private-network": "true",
  });
  response.end();
}

/** @param {Response} response @param {import("./check.mjs").Check} check */
function sendCause(response, check) {
  response.writeHead(502, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
  });
  response.end(checkPage(check));
}

/** @param {Response} response @param {string} detail */
function sendProblem(response, detail) {
  response.writeHead(401, { "content-type": "application/problem+json", "cache-control": "no-store" });
  response.end(
    JSON.stringify({ type: "about:blank", title: "Not signed in", status: 401, code: "unauthorized", detail }),
  );
}

/** @param {Response} response @param {number} status @param {string} text */
function sendText(response, status, text) {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'self'",
  });
  response.end(text);
}
