import { escapeHtml } from "@reef/protocol/escape-html";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../testing/serve.ts";
import type { OpenApiDocument } from "./openapi.ts";

let reef: Served;
let document: OpenApiDocument;
beforeAll(async () => {
  reef = await serve();
  document = (await (await reef.request("GET", "/v1/openapi.json")).json()) as OpenApiDocument;
});
afterAll(() => reef[Symbol.asyncDispose]());

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}

function operations(): readonly { path: string; method: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation: operation as unknown as Operation,
    })),
  );
}

/** Returns every value under the key `$ref`, at any depth. */
function refsOf(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "$ref" && typeof value === "string" ? [value] : refsOf(value),
  );
}

test("the OpenAPI document holds every route the server answers, and no other", () => {
  const served = reef.server.app.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "*" && path !== "/*")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const described = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(new Set(described)).toEqual(new Set(served));
  expect(described.length).toBeGreaterThan(45);
});

test("the OpenAPI document names every endpoint of this piece of the contract", () => {
  const paths = Object.keys(document.paths);
  const promised = [
    "/v1/bots/{id}/pause",
    "/v1/bots/{id}/resume",
    "/v1/topics/{id}",
    "/v1/sessions/{id}/messages",
    "/v1/sessions/{id}/entries",
    "/v1/sessions/{id}/cancel",
    "/v1/sessions/{id}/fork",
    "/v1/sessions/{id}/archive",
    "/v1/sessions/{id}/restore",
    "/v1/sessions/{id}/read",
    "/v1/sessions/{id}/turns",
    "/v1/sessions/{id}/tree",
    "/v1/turns/{id}",
    "/v1/messages/{id}",
    "/v1/messages",
    "/v1/messages/{id}/retry",
    "/v1/messages/{id}/dismiss",
    "/v1/files",
    "/v1/files/{id}",
    "/v1/files/{id}/meta",
    "/v1/activity",
    "/v1/asks",
    "/v1/asks/{id}/answer",
    "/v1/links",
    "/v1/events",
    "/v1/socket",
    "/v1/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
  ];
  expect(paths).toEqual(expect.arrayContaining(promised));
});

test("the OpenAPI document is sound: 3.1, references that resolve, ids that are unique, parameters that are declared", () => {
  expect(document.openapi).toBe("3.1.0");
  const refs = refsOf(document);
  expect(refs.length).toBeGreaterThan(100);
  for (const ref of refs) {
    expect(ref).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(document.components.schemas).toHaveProperty(ref.split("/").at(-1) ?? "");
  }
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation } of operations()) {
    expect(operation.operationId).toMatch(/^[a-z][a-zA-Z]+$/);
    const inPath = operation.parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    expect(Object.keys(operation.responses)).toContain("default");
    for (const parameter of operation.parameters) expect(parameter.schema).toBeTypeOf("object");
  }
  expect(document.components.schemas).toMatchObject({
    Bot: { type: "object" },
    Session: { type: "object" },
    Problem: {},
  });
});

test("the OpenAPI document tells required fields, refused extras and open endpoints", () => {
  expect(document.components.schemas.NewBot).toMatchObject({ required: ["name"], additionalProperties: false });
  const open = operations().filter(({ operation }) => operation.security?.length === 0);
  expect(open.map(({ path }) => path).sort()).toEqual([
    "/docs",
    "/docs/style.css",
    "/healthz",
    "/oauth/callback",
    "/readyz",
    "/v1/login",
  ]);
  const send = operations().find(({ path }) => path === "/v1/sessions/{id}/messages");
  expect(send?.operation.requestBody?.content["application/json"]?.schema).toEqual({
    $ref: "#/components/schemas/NewMessage",
  });
  expect(send?.operation.responses).toHaveProperty("202");
  expect(send?.operation.parameters.map(({ name }) => name)).toContain("Idempotency-Key");
  const upload = operations().find(({ path, method }) => path === "/v1/files" && method === "post");
  expect(Object.keys(upload?.operation.requestBody?.content ?? {})).toEqual(["*/*"]);
});

test("SE4: the reference page names every endpoint and shape, and has no script, style or address from elsewhere", async () => {
  const html = await (await reef.request("GET", "/docs")).text();
  for (const { path } of operations()) expect(html.includes(path)).toBe(true);
  for (const name of Object.keys(document.components.schemas)) expect(html.includes(`id="${name}"`)).toBe(true);
  expect(html.match(/<script|style=|\son\w+=|https?:\/\//i)).toBeNull();
  expect(html.includes("undefined")).toBe(false);
  expect((await reef.request("GET", "/docs/style.css")).headers.get("content-type")).toContain("text/css");
});

test("SE4: text is escaped on its way into the page", () => {
  expect(escapeHtml(`<img src=x onerror="a('b')">&`)).not.toMatch(/[<>"']/);
});

test("the OpenAPI document has the shapes of what the streams send, and where the server is", () => {
  expect(document).toMatchObject({ servers: [{ url: "/" }] });
  for (const name of ["Event", "ServerFrame", "ClientFrame"]) expect(document.components.schemas).toHaveProperty(name);
});
