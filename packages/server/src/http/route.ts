/**
 * Defines an endpoint once: what it takes, what it answers, and what it does. The router, the checks, the OpenAPI
 * document and the reference page are all built from it, so that they cannot differ.
 */
import { AppError } from "@reef/protocol/error";
import { z } from "zod";
import { bodyLimits, readJsonBody } from "./body.ts";
import { compressAnswer } from "./compress.ts";
import { zodToAppError } from "./errors.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

interface Shape<Params, Query, Body> {
  readonly method: Method;
  /** With parameters in braces: `/v1/bots/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** A malformed id in the path names nothing that exists: `not_found`. */
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** A missing body is the same as `{}`. */
  readonly bodyIsOptional?: boolean;
  /** The size of body it accepts; `usual` by default. */
  readonly takes?: keyof typeof bodyLimits;
  /** Media type of a body that is not JSON: the handler reads it from the request. */
  readonly rawBody?: string;
  readonly headers?: readonly HeaderSpec[];
  /** Open to everyone (SE2). */
  readonly isOpen?: boolean;
  readonly status: number;
  /** JSON of the answer; null when there is none. A string is the media type of an answer that is not JSON. */
  readonly answer: z.ZodType | string | null;
  /** JSON of its failures, where another protocol defines it; problem+json by default. */
  readonly problem?: z.ZodType;
}

export interface HeaderSpec {
  readonly name: string;
  readonly description: string;
}

export interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  /** The caller's network address. */
  readonly address: string;
}

export interface Route extends Omit<Shape<unknown, unknown, unknown>, "params" | "query" | "body"> {
  readonly params: z.ZodType | null;
  readonly query: z.ZodType | null;
  readonly body: z.ZodType | null;
  handle(
    request: Request,
    raw: { readonly params: Readonly<Record<string, string>>; readonly address: string },
  ): Promise<Response>;
}

/** The handler's result is the JSON answer; a `Response` is sent unchanged. */
export function route<Params = unknown, Query = unknown, Body = unknown>(
  shape: Shape<Params, Query, Body>,
  handle: (input: Input<Params, Query, Body>) => Promise<unknown>,
): Route {
  return {
    ...shape,
    params: shape.params ?? null,
    query: shape.query ?? null,
    body: shape.body ?? null,
    async handle(request, raw) {
      const params = readParams(shape.params, raw.params);
      const query = readQuery(shape.query, new URL(request.url).searchParams);
      const body = await readBody(shape, request);
      const answer = await handle({ params, query, body, request, address: raw.address });
      if (answer instanceof Response) return answer;
      if (shape.answer === null) return new Response(null, { status: shape.status });
      const { body: written, headers } = await compressAnswer(request, JSON.stringify(answer));
      return new Response(written, {
        status: shape.status,
        headers: { "content-type": "application/json; charset=utf-8", ...headers },
      });
    },
  };
}

function readParams<Params>(schema: z.ZodType<Params> | undefined, raw: Readonly<Record<string, string>>): Params {
  const parsed = (schema ?? z.unknown()).safeParse(raw);
  if (parsed.success) return parsed.data as Params;
  throw new AppError("not_found", `nothing has this address: ${parsed.error.issues[0]?.message ?? "malformed id"}`);
}

/** An empty parameter counts as missing; a repeated or unknown one is refused rather than silently ignored. */
function readQuery<Query>(schema: z.ZodType<Query> | undefined, search: URLSearchParams): Query {
  const raw: Record<string, string> = {};
  for (const [name, value] of search) {
    if (Object.hasOwn(raw, name)) throw new AppError("invalid_request", `the query has “${name}” more than once`);
    if (value !== "") Object.defineProperty(raw, name, { value, enumerable: true });
  }
  const expected = schema ?? z.strictObject({});
  const parsed = expected.safeParse(raw);
  if (parsed.success) return parsed.data as Query;
  throw zodToAppError(parsed.error, "query", expected);
}

async function readBody<Body>(shape: Shape<unknown, unknown, Body>, request: Request): Promise<Body> {
  if (shape.body === undefined) return undefined as Body;
  const raw = await readJsonBody(request, bodyLimits[shape.takes ?? "usual"]);
  const parsed = shape.body.safeParse(raw === undefined && shape.bodyIsOptional === true ? {} : raw);
  if (parsed.success) return parsed.data;
  throw zodToAppError(parsed.error, "body", shape.body);
}
