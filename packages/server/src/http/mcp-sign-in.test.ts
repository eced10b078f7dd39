/** Tests signing in at a remote MCP server, against a double of one on loopback that is as strict as a real one. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";
import { startSignInService } from "../testing/sign-in-service.ts";

let reef: Served;
let service: Awaited<ReturnType<typeof startSignInService>>;
beforeEach(async () => {
  service = await startSignInService();
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
  expect(service.heard).toMatchObject({ refreshes: 1, registrations: 1 });

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

test("SE8: a client of one's own signs in where no program can register; its secret is never shown, and goes nowhere else", async () => {
  const redirect = `${reef.server.url}/oauth/callback`;
  const own = { id: "reef-by-hand", secret: "s3cret-of-the-client", redirect };
  const strict = await startSignInService({ own });
  const put = (name: string, value: string) => reef.request("PUT", `/v1/secrets/${name}`, { value });
  expect((await put("client", own.secret)).status).toBe(201);
  const transport = {
    kind: "http",
    url: strict.url,
    signIn: true,
    oauth: { clientId: own.id, clientSecret: { secret: "client" }, scope: "notes.read" },
  };
  const made = await reef.request("POST", "/v1/mcp-servers", { name: "own", transport });
  const text = await made.text();
  expect([made.status, text.includes(own.secret)]).toEqual([201, false]);
  const { id } = JSON.parse(text) as { readonly id: string };
  const secrets = (await (await reef.request("GET", "/v1/secrets")).json()) as { readonly items: readonly object[] };
  expect(secrets.items).toMatchObject([
    { name: "client", usedBy: ["MCP server own"], origin: new URL(strict.url).origin },
  ]);

  expect((await fetch(await allow(await begin(id)))).status).toBe(200);
  await until(async () => (await stateOf(id)).tools.length === 1);
  expect(strict.heard).toMatchObject({ registrations: 0, scopes: ["notes.read"] });
  strict.tokens.clear();
  for (const enabled of [false, true]) await reef.request("PATCH", `/v1/mcp-servers/${id}`, { enabled });
  expect((await reef.request("POST", `/v1/mcp-servers/${id}/check`)).status).toBe(200);
  expect(strict.heard.refreshes).toBe(1);

  // The server now says that people sign in at another place, which knows the same client.
  strict.elsewhere.issuer = new URL(service.url).origin;
  const moved = await reef.request("POST", `/v1/mcp-servers/${id}/sign-in`);
  expect([moved.status, await moved.text()]).toEqual([503, expect.stringContaining("another place to sign in")]);
  strict.close();
});

test("a client of one's own with a wrong secret, and one that is no client, are refused in words", async () => {
  const own = { id: "by-hand", secret: "right", redirect: `${reef.server.url}/oauth/callback` };
  const strict = await startSignInService({ own });
  await reef.request("PUT", "/v1/secrets/wrong", { value: "wrong" });
  const oauth = { clientId: own.id, clientSecret: { secret: "wrong" } };
  const transport = { kind: "http", url: strict.url, signIn: true, oauth };
  const made = await reef.request("POST", "/v1/mcp-servers", { name: "own", transport });
  const { id } = (await made.json()) as { readonly id: string };
  const done = await fetch(await allow(await begin(id)));
  expect([done.status, await done.text()]).toEqual([
    502,
    expect.stringContaining("Couldn't sign in".replace("'", "&#39;")),
  ]);
  for (const bad of [{}, { clientId: " " }, { clientId: "a", clientSecret: "plain" }, { clientId: "a", more: 1 }]) {
    const refused = await reef.request("PATCH", `/v1/mcp-servers/${id}`, { transport: { ...transport, oauth: bad } });
    expect(refused.status).toBe(400);
  }
  strict.close();
});
