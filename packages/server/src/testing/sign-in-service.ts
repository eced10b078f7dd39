/** A remote MCP server behind OAuth 2.1, on loopback and as strict as a real one: authorisation server and MCP server in one. */
import { createHash, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve as serveHono } from "@hono/node-server";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";

interface Code {
  readonly challenge: string;
  readonly redirect: string;
  readonly client: string;
}

export interface OwnClientDouble {
  readonly id: string;
  readonly secret: string;
  readonly redirect: string;
}

/** With `own`, no program can register itself: it knows this one client, which has to show its secret. */
export async function startSignInService({ own }: { readonly own?: OwnClientDouble } = {}) {
  const clients = new Map<string, readonly string[]>(own === undefined ? [] : [[own.id, [own.redirect]]]);
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, string>();
  const tokens = new Set<string>();
  const heard = { refreshes: 0, registrations: 0, scopes: [] as string[] };
  /** Where it says that people sign in; itself if empty. */
  const elsewhere = { issuer: "" };
  const isKnown = (request: Request, form: URLSearchParams) => {
    if (own === undefined) return true;
    const basic = /^Basic (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const given = basic === undefined ? "" : Buffer.from(basic, "base64").toString();
    return given === `${own.id}:${own.secret}` || form.get("client_secret") === own.secret;
  };
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: "notes", version: "1.0.0" });
    server.registerTool("read", { description: "Reads." }, async () => ({
      content: [{ type: "text", text: "a note" }],
    }));
    return server;
  });
  const { promise, resolve } = Promise.withResolvers<AddressInfo>();
  let base = "";
  const give = (client: string) => {
    const [access, refresh] = [randomUUID(), randomUUID()];
    tokens.add(access);
    refreshes.set(refresh, client);
    return Response.json({ access_token: access, token_type: "Bearer", expires_in: 3600, refresh_token: refresh });
  };
  const fail = (error: string) => Response.json({ error }, { status: 400 });
  const http = serveHono(
    {
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        const url = new URL(request.url);
        switch (url.pathname) {
          case "/.well-known/oauth-protected-resource/mcp":
            return Response.json({ resource: `${base}/mcp`, authorization_servers: [elsewhere.issuer || base] });
          case "/.well-known/oauth-authorization-server":
            return Response.json({
              issuer: base,
              authorization_endpoint: `${base}/authorize`,
              token_endpoint: `${base}/token`,
              ...(own === undefined && { registration_endpoint: `${base}/register` }),
              response_types_supported: ["code"],
              grant_types_supported: ["authorization_code", "refresh_token"],
              code_challenge_methods_supported: ["S256"],
              token_endpoint_auth_methods_supported: [own === undefined ? "none" : "client_secret_basic"],
              authorization_response_iss_parameter_supported: true,
            });
          case "/register": {
            heard.registrations += 1;
            const { redirect_uris } = (await request.json()) as { readonly redirect_uris: readonly string[] };
            const id = randomUUID();
            clients.set(id, redirect_uris);
            return Response.json({ client_id: id, redirect_uris }, { status: 201 });
          }
          case "/authorize": {
            const get = (name: string) => url.searchParams.get(name) ?? "";
            const redirect = get("redirect_uri");
            heard.scopes.push(get("scope"));
            if (!clients.get(get("client_id"))?.includes(redirect)) return fail("invalid_client");
            if (get("code_challenge_method") !== "S256" || get("code_challenge") === "") return fail("invalid_request");
            const code = randomUUID();
            codes.set(code, { challenge: get("code_challenge"), redirect, client: get("client_id") });
            const back = new URL(redirect);
            back.searchParams.set("code", code);
            back.searchParams.set("state", get("state"));
            back.searchParams.set("iss", base);
            return new Response(null, { status: 302, headers: { location: back.href } });
          }
          case "/token": {
            const form = new URLSearchParams(await request.text());
            if (!isKnown(request, form)) return Response.json({ error: "invalid_client" }, { status: 401 });
            if (form.get("grant_type") === "refresh_token") {
              const client = refreshes.get(form.get("refresh_token") ?? "");
              if (client === undefined || (own === undefined && client !== form.get("client_id"))) {
                return fail("invalid_grant");
              }
              heard.refreshes += 1;
              refreshes.delete(form.get("refresh_token") ?? "");
              return give(client);
            }
            const code = codes.get(form.get("code") ?? "");
            codes.delete(form.get("code") ?? "");
            const hash = createHash("sha256")
              .update(form.get("code_verifier") ?? "")
              .digest("base64url");
            if (code === undefined || code.redirect !== form.get("redirect_uri") || code.challenge !== hash) {
              return fail("invalid_grant");
            }
            return give(code.client);
          }
          case "/mcp": {
            const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
            if (tokens.has(token)) return handler.fetch(request);
            const challenge = `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`;
            return new Response("sign in", { status: 401, headers: { "www-authenticate": challenge } });
          }
          default:
            return new Response("no", { status: 404 });
        }
      },
    },
    resolve,
  );
  base = `http://127.0.0.1:${(await promise).port}`;
  return { url: `${base}/mcp`, elsewhere, heard, tokens, refreshes, close: () => http.close() };
}
