/** Knows the paths that answer programs: they need a login, and every failure there is JSON in the protocol's shape. */
import { anthropicProblem } from "../doors/anthropic/problem.ts";
import { openAiProblem } from "../doors/openai/problem.ts";
import { problemResponse } from "./errors.ts";

const roots = ["/v1", "/openai", "/anthropic", "/mcp"] as const;

export function isApiPath(path: string): boolean {
  return path === "/metrics" || roots.some((root) => isBelow(path, root));
}

/** Returns the failure as programs at this path read it. */
export function problemAt(path: string, error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  if (isBelow(path, "/openai")) return withExtras(openAiProblem(error, headers), error);
  if (isBelow(path, "/anthropic")) return withExtras(anthropicProblem(error, headers), error);
  return problemResponse(error, headers);
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** Adds the headers that belong to a failure in any shape, such as `www-authenticate`. */
function withExtras(response: Response, error: unknown): Response {
  for (const [name, value] of problemResponse(error).headers) {
    if (name !== "content-type" && !response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
