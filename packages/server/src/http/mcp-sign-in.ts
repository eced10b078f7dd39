/**
 * Defines the endpoints of signing in at remote MCP servers. A browser comes back from the server's page without its
 * cookie, since that page is another site: what it brings is accepted for the random state of a sign-in that a person
 * began here, once, and nothing is returned but a sentence.
 */
import { changeMcpServer, readMcpServer } from "@reef/engine/mcp/servers";
import { AppError } from "@reef/protocol/error";
import { escapeHtml } from "@reef/protocol/escape-html";
import { McpServerId } from "@reef/protocol/ids";
import { z } from "zod";
import { signInCallback } from "../auth/origin.ts";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Tools";
const params = z.object({ id: McpServerId });

const SignInPage = z.object({ url: z.string() }).meta({ id: "McpSignInPage" });

export function mcpSignInRoutes({ deps, mcpServers, signIns }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/mcp-servers/{id}/sign-in",
        tag,
        summary: "Begin to sign in at a remote MCP server",
        description:
          "Returns the address of the server's page (OAuth 2.1). The person allows Reef there, and comes back to Reef, at the address that this request was made to. Ten minutes are left for it.",
        params,
        status: 200,
        answer: SignInPage,
      },
      async ({ params: { id }, request }) => {
        const { transport } = await readMcpServer(deps, id);
        if (transport.kind !== "http")
          throw new AppError("conflict", "a program needs no sign-in: give it its secrets");
        if (transport.signIn !== true) {
          await changeMcpServer(deps, id, { transport: { ...transport, signIn: true } });
        }
        return { url: await signIns.begin(id, new URL(signInCallback, addressSeen(request)).href) };
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/mcp-servers/{id}/sign-in",
        tag,
        summary: "Forget the sign-in at a remote MCP server",
        params,
        status: 204,
        answer: null,
      },
      async ({ params: { id } }) => {
        await readMcpServer(deps, id);
        await signIns.signOut(id);
      },
    ),
    route(
      {
        method: "get",
        path: signInCallback,
        tag,
        summary: "Take what a server's page sends back",
        description: "For browsers that come back from signing in.",
        isOpen: true,
        query: z.object({
          state: z.string().max(500).optional(),
          code: z.string().max(4_000).optional(),
          iss: z.string().max(2_000).optional(),
          error: z.string().max(500).optional(),
          error_description: z.string().max(2_000).optional(),
        }),
        status: 200,
        answer: "text/html",
      },
      async ({ query: { state, code, iss, error, error_description: about } }) => {
        if (error !== undefined) return page(400, "Couldn't sign in", `The server says: ${about ?? error}`);
        if (state === undefined || code === undefined)
          return page(400, "Couldn't sign in", "The address is not whole.");
        try {
          const server = await signIns.finish({ state, code, iss });
          // What it offers is read in the background, as after every first start.
          void mcpServers.check(server.id, AbortSignal.timeout(120_000)).catch(() => undefined);
          return page(200, "Signed in", `Reef can use “${server.name}” now. You can close this page.`);
        } catch (problem) {
          if (!(problem instanceof AppError)) throw problem;
          return page(problem.code === "unauthorized" ? 401 : 502, "Couldn't sign in", problem.message);
        }
      },
    ),
  ];
}

/** Returns the address at which the browser sees Reef. Host and Origin were checked before (SE3). */
function addressSeen(request: Request): string {
  const origin = request.headers.get("origin");
  if (origin !== null && URL.canParse(origin)) return origin;
  const { protocol } = new URL(request.url);
  return `${protocol}//${request.headers.get("host") ?? new URL(request.url).host}`;
}

function page(status: number, title: string, text: string): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text.slice(0, 2_000))}</p><p><a href="/">Open Reef</a></p></html>`;
  return new Response(html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}
