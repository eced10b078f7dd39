/**
 * Answers HTTP requests with one function. The order is the rule: origin first (SE3), then the caller (SE2), then the
 * request. Every failure is sent as problem+json (SE7), and every answer has the security headers.
 */
import { AppError } from "@reef/protocol/error";
import { type Context, Hono } from "hono";
import { actAs } from "../auth/acting.ts";
import { authenticate } from "../auth/guard.ts";
import { requireOwnOrigin } from "../auth/origin.ts";
import { doorCredentials } from "../doors/credentials.ts";
import { createDoors } from "../doors/door-parts.ts";
import { doorRoutes } from "../doors/routes.ts";
import { isApiPath, problemAt } from "./api-paths.ts";
import type { AppParts } from "./app-parts.ts";
import { approvalRoutes } from "./approvals.ts";
import { askRoutes } from "./asks.ts";
import { auditRoutes } from "./audit.ts";
import { blockRoutes } from "./blocks.ts";
import { botRoutes } from "./bots.ts";
import { budgetRoutes } from "./budgets.ts";
import { bulkRoutes } from "./bulk.ts";
import { callRoutes } from "./calls.ts";
import { createConsoleFiles } from "./console-files.ts";
import { consolidationRoutes } from "./consolidations.ts";
import { deviceRoutes } from "./devices.ts";
import { entryRoutes } from "./entries.ts";
import { eventRoutes } from "./events.ts";
import { exportRoutes } from "./exports.ts";
import { fileRoutes } from "./files.ts";
import { gatewayRoutes } from "./gateways.ts";
import { homeRoutes } from "./home.ts";
import { importRoutes } from "./imports.ts";
import { linkRoutes } from "./links.ts";
import { loginRoutes } from "./login.ts";
import { mcpOfferRoutes } from "./mcp-offers.ts";
import { mcpServerRoutes } from "./mcp-servers.ts";
import { mcpSignInRoutes } from "./mcp-sign-in.ts";
import { memoryRoutes } from "./memories.ts";
import { messageRoutes } from "./messages.ts";
import { modelRoutes } from "./models.ts";
import { overviewRoutes } from "./overview.ts";
import { progressRoutes } from "./progress.ts";
import { providerWaitRoutes } from "./provider-waits.ts";
import { providerRoutes } from "./providers.ts";
import { referenceRoutes } from "./reference.ts";
import type { Route } from "./route.ts";
import { scheduleRoutes } from "./schedules.ts";
import { searchRoutes } from "./search.ts";
import { secretRoutes } from "./secrets.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { sessionRoutes } from "./sessions.ts";
import { skillRoutes } from "./skills.ts";
import { statusRoutes } from "./status.ts";
import { stopRoutes } from "./stops.ts";
import { systemRoutes } from "./system.ts";
import { topicRoutes } from "./topics.ts";
import { turnRoutes } from "./turns.ts";
import { workerRoutes } from "./workers.ts";
import { workspaceRoutes } from "./workspaces.ts";

interface Bindings {
  readonly Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };
  readonly Variables: { route: string };
}

export type App = Hono<Bindings>;

function allRoutes(parts: AppParts): readonly Route[] {
  const { edge } = parts;
  const routes = [
    ...systemRoutes(parts),
    ...loginRoutes(edge),
    ...deviceRoutes(edge),
    ...statusRoutes(edge),
    ...workerRoutes(edge),
    ...botRoutes(edge),
    ...topicRoutes(edge),
    ...bulkRoutes(edge),
    ...sessionRoutes(edge),
    ...exportRoutes(edge),
    ...searchRoutes(edge),
    ...entryRoutes(edge),
    ...messageRoutes(edge),
    ...fileRoutes(edge),
    ...turnRoutes(edge),
    ...askRoutes(edge),
    ...approvalRoutes(edge),
    ...scheduleRoutes(edge),
    ...callRoutes(edge),
    ...memoryRoutes(edge),
    ...consolidationRoutes(edge),
    ...blockRoutes(edge),
    ...linkRoutes(edge),
    ...budgetRoutes(edge),
    ...providerWaitRoutes(edge),
    ...overviewRoutes(edge),
    ...stopRoutes(edge),
    ...auditRoutes(edge),
    ...homeRoutes(edge),
    ...providerRoutes(edge),
    ...modelRoutes(edge),
    ...secretRoutes(edge),
    ...gatewayRoutes(edge),
    ...mcpOfferRoutes(edge),
    ...mcpSignInRoutes(edge),
    ...mcpServerRoutes(edge),
    ...skillRoutes(edge),
    ...workspaceRoutes(edge),
    ...progressRoutes(edge),
    ...importRoutes(edge),
    ...eventRoutes(edge),
    ...doorRoutes(createDoors(edge, parts.log)),
  ];
  return [...routes, ...referenceRoutes(routes, edge.version)];
}

export function createApp(parts: AppParts): App {
  // A slash at the end is the same address, for the checks below as for the routes.
  const app = new Hono<Bindings>({ strict: false });
  const routes = allRoutes(parts);
  const serveConsole = createConsoleFiles(parts.consoleFolders);
  const openPaths = new Set(routes.filter(({ isOpen }) => isOpen).map(({ path }) => path));

  app.use("*", (c, next) => observe(parts, c, next));
  app.use("*", async (c, next) => {
    requireOwnOrigin(parts.rules, headOf(c));
    if (!isApiPath(c.req.path) || openPaths.has(c.req.path)) return next();
    await actAs(authenticate(parts.edge.guard, doorCredentials(c.req.raw)), next);
  });
  for (const route of routes) {
    app.on(route.method.toUpperCase(), toPattern(route.path), (c) => {
      c.set("route", route.path);
      return route.handle(c.req.raw, { params: c.req.param() as Record<string, string>, address: addressOf(c) });
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    app.all(toPattern(path), (c) => refuseMethod(c.req, allowed));
  }
  app.notFound((c) => {
    if (isApiPath(c.req.path)) throw new AppError("not_found", `there is no endpoint ${c.req.path}: see /docs`);
    if (c.req.method !== "GET" && c.req.method !== "HEAD") return refuseMethod(c.req, ["GET"]);
    return serveConsole(c.req.raw);
  });
  app.onError((error, c) => {
    if (!(error instanceof AppError) || error.code === "internal") {
      parts.log.error({ error, method: c.req.method, route: c.get("route") ?? "" }, "a request failed");
    }
    return problemAt(c.req.path, error);
  });
  return app;
}

async function observe(
  { metrics, log, edge }: AppParts,
  c: Context<Bindings>,
  next: () => Promise<void>,
): Promise<void> {
  const startedAtMs = edge.deps.clock.now();
  await next();
  setSecurityHeaders(c.res.headers, c.req.path);
  const ms = edge.deps.clock.now() - startedAtMs;
  const facts = { method: c.req.method, route: c.get("route") ?? "other", status: c.res.status, ms };
  metrics.countRequest(facts);
  log.debug(facts, "answered a request");
}

function headOf(c: Context<Bindings>) {
  const url = new URL(c.req.url);
  return {
    method: c.req.method,
    target: url.pathname + url.search,
    host: c.req.header("host") ?? url.host,
    origin: c.req.header("origin"),
    fetchSite: c.req.header("sec-fetch-site"),
  };
}

function addressOf(c: Context<Bindings>): string {
  return c.env?.incoming?.socket?.remoteAddress ?? "local";
}

/** `/v1/bots/{id}` → `/v1/bots/:id`. */
function toPattern(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

function refuseMethod(
  { method, path }: { readonly method: string; readonly path: string },
  allowed: readonly string[],
): Response {
  const allow = [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
  if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow: allow.join(", ") } });
  const error = new AppError("method_not_allowed", `${method} is not possible here; use ${allow.join(", ")}`);
  return problemAt(path, error, { allow: allow.join(", ") });
}
