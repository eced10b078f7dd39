/** Serves the API's own description: the OpenAPI document and the page built from it, created on the first request. */
import { z } from "zod";
import { type Route, route } from "./route.ts";

interface Reference {
  readonly json: string;
  readonly html: string;
  readonly css: string;
}

export function referenceRoutes(routes: readonly Route[], version: string): readonly Route[] {
  let built: Promise<Reference> | undefined;

  function reference(): Promise<Reference> {
    built ??= build([...routes, ...own], version);
    return built;
  }

  const own: readonly Route[] = [
    route(
      {
        method: "get",
        path: "/v1/openapi.json",
        tag: "Server",
        summary: "Read this description (OpenAPI 3.1)",
        status: 200,
        answer: z.record(z.string(), z.unknown()),
      },
      async () => respond("application/json", (await reference()).json),
    ),
    route(
      {
        method: "get",
        path: "/docs",
        tag: "Server",
        summary: "Read this description as a page",
        isOpen: true,
        status: 200,
        answer: "text/html",
      },
      async () => respond("text/html; charset=utf-8", (await reference()).html),
    ),
    route(
      {
        method: "get",
        path: "/docs/style.css",
        tag: "Server",
        summary: "The style of that page",
        isOpen: true,
        status: 200,
        answer: "text/css",
      },
      async () => respond("text/css; charset=utf-8", (await reference()).css),
    ),
  ];
  return own;
}

async function build(routes: readonly Route[], version: string): Promise<Reference> {
  const [{ toOpenApi }, { toDocsPage, docsStyle }] = await Promise.all([import("./openapi.ts"), import("./docs.ts")]);
  const document = toOpenApi(routes, version);
  return { json: JSON.stringify(document), html: toDocsPage(document), css: docsStyle };
}

function respond(type: string, text: string): Response {
  return new Response(text, { headers: { "content-type": type } });
}
