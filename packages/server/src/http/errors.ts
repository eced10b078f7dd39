/** Maps an error's code to a status, and any failure to problem+json (SE7, RFC 9457). Nothing else does. */
import { AppError, type ErrorCode } from "@reef/protocol/error";
import type { Problem } from "@reef/protocol/problem";
import { z } from "zod";

const statusByCode: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  unauthorized: 401,
  forbidden_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  idempotency_mismatch: 422,
  limit_exceeded: 429,
  payload_too_large: 413,
  headers_too_large: 431,
  range_not_satisfiable: 416,
  unsupported_media_type: 415,
  rate_limited: 429,
  unavailable: 503,
  storage_full: 507,
  internal: 500,
};

const titleByCode: Readonly<Record<ErrorCode, string>> = {
  invalid_request: "Invalid request",
  unauthorized: "Not logged in",
  forbidden_origin: "Not allowed from this address",
  not_found: "Not found",
  method_not_allowed: "Method not allowed",
  conflict: "Not possible in this state",
  idempotency_mismatch: "The idempotency key was used for another body",
  limit_exceeded: "Limit reached",
  payload_too_large: "The body is too large",
  headers_too_large: "The headers are too large",
  range_not_satisfiable: "Range outside the file",
  unsupported_media_type: "Unsupported content type",
  rate_limited: "Too many attempts",
  unavailable: "Not available right now",
  storage_full: "No space left",
  internal: "Something went wrong on the server",
};

/** The message of a bug stays in the log: it may contain anything. */
export function errorToProblem(error: unknown): Problem {
  if (!(error instanceof AppError)) return toProblem("internal", "an unexpected error; the server's log has it");
  const problem = toProblem(error.code, error.message);
  return error.fields.length === 0 ? problem : { ...problem, errors: [...error.fields] };
}

export function problemResponse(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const problem = errorToProblem(error);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", ...extraHeaders(problem.code), ...headers },
  });
}

/** Converts the schema's findings to `invalid_request`, with a path and a message for each. */
export function zodToAppError(error: z.ZodError, where: "body" | "query", schema: z.ZodType): AppError {
  const fields = issuesOf(error.issues)
    .slice(0, 50)
    .flatMap((issue) => {
      const path = issue.path.map(String).join(".");
      if (issue.code !== "unrecognized_keys") return [{ path, message: sayIssue(issue) }];
      const known = path === "" ? `; there are: ${fieldsOf(schema).join(", ") || "none"}` : "";
      return issue.keys.slice(0, 50).map((key) => ({
        path: path === "" ? key : `${path}.${key}`,
        message: `not a known field${known}`,
      }));
    });
  const first = fields[0];
  const summary = first === undefined ? "" : `: ${first.path === "" ? "" : `${first.path}: `}${first.message}`;
  return new AppError("invalid_request", `the ${where} is not as expected${summary}`, { fields });
}

/** For a union, returns the issues of the shape that fits best. */
function issuesOf(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union") return [issue];
    const [nearest] = issue.errors.toSorted((a, b) => a.length - b.length);
    if (nearest === undefined || nearest.length === 0) return [issue];
    return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

function sayIssue({ message }: z.core.$ZodIssue): string {
  return message.replace(/^Invalid input: (expected \w+), received undefined$/, "missing: $1");
}

/** Returns the expected names at the top level. */
function fieldsOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodPipe) return fieldsOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodObject) return namesOf(schema);
  if (!(schema instanceof z.ZodUnion)) return [];
  return [...new Set(schema.options.flatMap((option) => fieldsOf(option as z.ZodType)))];
}

/** Omits names that are accepted only for older clients. */
function namesOf({ shape }: z.ZodObject): readonly string[] {
  return Object.entries(shape).flatMap(([name, field]) =>
    z.globalRegistry.get(field)?.deprecated === true ? [] : [name],
  );
}

function toProblem(code: ErrorCode, detail: string): Problem {
  return { type: `urn:reef:problem:${code}`, title: titleByCode[code], status: statusByCode[code], code, detail };
}

function extraHeaders(code: ErrorCode): Record<string, string> {
  if (code === "unauthorized") return { "www-authenticate": "Bearer" };
  return code === "rate_limited" ? { "retry-after": "60" } : {};
}
