/** Reads who a program is. Anthropic's clients send the token as `x-api-key`; a bearer beside it counts first (SE2). */
import type { Credentials } from "../auth/guard.ts";
import { credentialsOf } from "../http/login.ts";

export function doorCredentials(request: Request): Credentials {
  const credentials = credentialsOf(request);
  const key = request.headers.get("x-api-key");
  const isKeyed = credentials.authorization === undefined && key !== null;
  if (!isKeyed || !new URL(request.url).pathname.startsWith("/anthropic/")) return credentials;
  return { ...credentials, authorization: `Bearer ${key}` };
}
