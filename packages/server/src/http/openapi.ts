/** Builds the OpenAPI 3.1 document from the route definitions that the server runs. */

import { Event } from "@reef/protocol/event";
import { Problem } from "@reef/protocol/problem";
import { ProviderTestLine } from "@reef/protocol/provider";
import { ClientFrame, ServerFrame } from "@reef/protocol/socket";
import { z } from "zod";
import { type BodyLimit, bodyLimits, sizeWords } from "./body.ts";
import type { HeaderSpec, Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly security: readonly Json[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Json; readonly securitySchemes: Json };
}

/** Named schemas (`.meta({ id })`) become components; all others are inlined. */
export function toOpenApi(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas: Record<string, unknown> = {};
  // No answer has the frames of streams; the descriptions of their endpoints name them.
  for (const shape of [Event, ServerFrame, ClientFrame, ProviderTestLine]) toSchema(shape, schemas);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    operations[route.method] = toOperation(route, schemas);
    paths[route.path] = operations;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Reef",
      version,
      description:
        "A persistent home for many bots. Lists are pages `{items, next}`: pass `next` as `cursor`. Every failure is problem+json. Times are returned in UTC with milliseconds and accepted with any offset and precision; without an offset they are UTC. A malformed id in a path gets 404, like an unknown one.",
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { login: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "The server's token." },
        login: { type: "apiKey", in: "cookie", name: "reef_login", description: "Set by POST /v1/login." },
      },
    },
  };
}

function toOperation(route: Route, schemas: Record<string, unknown>): Json {
  const schemaOf = (schema: z.ZodType) => toSchema(schema, schemas);
  return {
    operationId: operationIdOf(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.isOpen === true ? { security: [] } : {}),
    parameters: [
      ...toParameters(route.params, "path", schemaOf),
      ...toParameters(route.query, "query", schemaOf),
      ...(route.headers ?? []).map(toHeader),
    ],
    ...(route.rawBody === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [route.rawBody]: { schema: { type: "string", contentEncoding: "binary" } } },
          },
        }),
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: route.bodyIsOptional !== true,
            description: limitWords(bodyLimits[route.takes ?? "usual"]),
            content: { "application/json": { schema: schemaOf(route.body) } },
          },
        }),
    responses: {
      [route.status]: { description: "Success", ...toContent(route.answer, schemaOf) },
      default: {
        description: "What was wrong",
        content: toProblemContent(route.problem, schemaOf),
      },
    },
  };
}

/** `POST /v1/bots/{id}/pause` → `postBotsByIdPause`, `GET /docs/style.css` → `getDocsStyleCss`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.replace("/v1/", "/").split("/").slice(1);
  const names = words.map((word) => (word.startsWith("{") ? `by-${word.slice(1, -1)}` : word.replace(".", "-")));
  return `${method}-${names.join("-")}`.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
}

function toContent(answer: Route["answer"], schemaOf: (schema: z.ZodType) => unknown): Json {
  if (answer === null) return {};
  if (typeof answer === "string") return { content: { [answer]: { schema: { type: "string" } } } };
  return { content: { "application/json": { schema: schemaOf(answer) } } };
}

/** Protocols of others have their own failures. */
function toProblemContent(problem: Route["problem"], schemaOf: (schema: z.ZodType) => unknown): Json {
  if (problem !== undefined) return { "application/json": { schema: schemaOf(problem) } };
  return { "application/problem+json": { schema: schemaOf(Problem) } };
}

function toParameters(
  schema: z.ZodType | null,
  where: "path" | "query",
  schemaOf: (schema: z.ZodType) => unknown,
): readonly Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).map(([name, field]) => ({
    name,
    in: where,
    required: where === "path",
    schema: schemaOf(field),
  }));
}

function toHeader({ name, description }: HeaderSpec): Json {
  return { name, in: "header", required: false, description, schema: { type: "string" } };
}

/** Returns the schema in place, with its named parts moved to `schemas`. */
function toSchema(schema: z.ZodType, schemas: Record<string, unknown>): unknown {
  // Wrapped, so that a schema with its own name becomes a reference like any other.
  const { $defs, properties } = z.toJSONSchema(z.object({ schema }), { io: "input", unrepresentable: "any" });
  for (const [id, definition] of Object.entries($defs ?? {})) schemas[id] = toComponent(definition);
  return toComponent(properties?.schema);
}

function toComponent(node: unknown): unknown {
  const text = JSON.stringify(node, (key, value: unknown) =>
    key === "$ref" && typeof value === "string" ? value.replace("#/$defs/", "#/components/schemas/") : value,
  );
  const { id: _, ...component } = JSON.parse(text) as Record<string, unknown>;
  return component;
}

function limitWords({ bytes, values }: BodyLimit): string {
  return `At most ${sizeWords(bytes)}, with ${values.toLocaleString("en")} fields and items.`;
}
