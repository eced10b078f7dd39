/** Tests signing in at a remote MCP server, against a double of one on loopback that is as strict as a real one. */
import { createHash, randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve as serveHono } from "@hono/node-server";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

interface Code {
  readonly challenge: string;
  readonly redirect: string;
  readonly client: string;
}

/** Authorisation server and MCP server in one, as small services are. */
async function startService() {
  const clients = new Map<string, readonly string[]>();
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, string>();
  const tokens = new Set<string>();
  const heard = { refreshes: 0, registrations: 0 };
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
            return Response.json({ resource: `${base}/mcp`, authorization_servers: [base] });
          case "/.well-known/oauth-authorization-server":
            return Response.json({
              issuer: base,
              authorization_endpoint: `${base}/authorize`,
              token_endpoint: `${base}/token`,
              registration_endpoint: `${base}/register`,
              response_types_supported: ["code"],
              grant_types_supported: ["authorization_code", "refresh_token"],
              code_challenge_methods_supported: ["S256"],
              token_endpoint_auth_methods_supported: ["none"],
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
            if (form.get("grant_type") === "refresh_token") {
              const client = refreshes.get(form.get("refresh_token") ?? "");
              if (client === undefined || client !== form.get("client_id")) return fail("invalid_grant");
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
  return { url: `${base}/mcp`, heard, tokens, refreshes, close: () => http.close() };
}

let reef: Served;
let service: Awaited<ReturnType<typeof startService>>;
beforeEach(async () => {
  service = await startService();
  reef = await serve({ script: () => "ok" });
});
afterEach(async () => {
  service.close();
  await reef[Symbol.asyncDispose]();
});

async function register(): Promise<string> {
  const transport = { kind: "http", url: service.url, signIn: true };
  const made = await reef.request("POST", "/v1/mcp-servers", { name: "notes", transport });
  return ((await made.json()) as { readonly id: string }).id;
}

async function begin(id: string): Promise<URL> {
  const begun = await reef.request("POST", `/v1/mcp-servers/${id}/sign-in`);
  expect(begun.status).toBe(200);
  return new URL(((await begun.json()) as { readonly url: string }).url);
}

/** As a browser does: without Reef's cookie or token. */
async function allow(page: URL): Promise<URL> {
  const answer = await fetch(page, { redirect: "manual" });
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get("location") ?? "");
}

const stateOf = async (id: string) =>
  (await (await reef.request("GET", `/v1/mcp-servers/${id}`)).json()) as {
    readonly state: string;
    readonly tools: readonly object[];
    readonly problem: string | null;
  };

test("a person signs in at the server's page, and its tools are there; the tokens are secret, and refreshed", async () => {
  const id = await register();
  const refused = await reef.request("POST", `/v1/mcp-servers/${id}/check`);
  expect(refused.status).toBe(503);
  expect(((await refused.json()) as { readonly detail: string }).detail).toContain("sign in");

  const page = await begin(id);
  expect(page.searchParams.get("code_challenge_method")).toBe("S256");
  const back = await allow(page);
  const done = await fetch(back, { headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" } });
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining("Reef can use “notes” now")]);
  await until(async () => (await stateOf(id)).tools.length === 1);

  const secrets = await (await reef.request("GET", "/v1/secrets")).text();
  for (const token of [...service.tokens, ...service.refreshes.keys()]) expect(secrets).not.toContain(token);

  // The access token is over; the connection refreshes it without a person.
  service.tokens.clear();
  for (const enabled of [false, true]) await reef.request("PATCH", `/v1/mcp-servers/${id}`, { enabled });
  expect((await reef.request("POST", `/v1/mcp-servers/${id}/check`)).status).toBe(200);
  expect(service.heard).toEqual({ refreshes: 1, registrations: 1 });

  expect((await reef.request("DELETE", `/v1/mcp-servers/${id}/sign-in`)).status).toBe(204);
  expect(await (await reef.request("GET", "/v1/secrets")).json()).toMatchObject({ items: [] });
});

test("SE2: what a browser brings back is taken once, and only for a sign-in that was begun here", async () => {
  const id = await register();
  const back = await allow(await begin(id));
  const forged = new URL(back);
  forged.searchParams.set("state", "x".repeat(43));
  expect((await fetch(forged)).status).toBe(401);
  const elsewhere = new URL(back);
  elsewhere.searchParams.set("iss", "https://evil.example");
  expect((await fetch(elsewhere)).status).toBe(502);
  // A wrong answer ends the sign-in.
  expect((await fetch(back)).status).toBe(401);
  expect((await stateOf(id)).tools).toEqual([]);

  const second = await allow(await begin(id));
  expect((await fetch(second)).status).toBe(200);
  expect((await fetch(second)).status).toBe(401);
  const told = await fetch(`${second.origin}${second.pathname}?error=access_denied&error_description=%3Cb%3Eno`);
  expect([told.status, await told.text()]).toEqual([400, expect.stringContaining("&lt;b&gt;no")]);
});

test("a program is not signed in at, and a server that names no authority says so", async () => {
  const program = { name: "x", transport: { kind: "stdio", command: "true" } };
  const made = (await (await reef.request("POST", "/v1/mcp-servers", program)).json()) as { readonly id: string };
  expect((await reef.request("POST", `/v1/mcp-servers/${made.id}/sign-in`)).status).toBe(409);
  const plain = { name: "y", transport: { kind: "http", url: `${new URL(service.url).origin}/nothing` } };
  const other = (await (await reef.request("POST", "/v1/mcp-servers", plain)).json()) as { readonly id: string };
  service.close();
  const refused = await reef.request("POST", `/v1/mcp-servers/${other.id}/sign-in`);
  expect([refused.status, await refused.json()]).toEqual([
    503,
    expect.objectContaining({ detail: expect.stringContaining("signing in failed") }),
  ]);
});
