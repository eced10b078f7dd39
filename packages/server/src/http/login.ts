/**
 * Defines the endpoints of logging in and out, and of codes for another browser (SE2). The cookie is for browsers;
 * programs use the token.
 */
import type { Deps } from "@reef/engine/deps";
import type { AuditFacts } from "@reef/protocol/audit";
import { type AddedBy, LoginCode, LoginCodeState } from "@reef/protocol/device";
import { AppError } from "@reef/protocol/error";
import { CodeId } from "@reef/protocol/ids";
import { LoginRequest } from "@reef/protocol/request";
import { msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { toActor } from "../auth/acting.ts";
import { deviceName } from "../auth/device-name.ts";
import { authenticate, type Caller, type Guard, readCookie } from "../auth/guard.ts";
import { loginSeconds } from "../auth/kept-logins.ts";
import type { NewLogin } from "../auth/logins.ts";
import { isSameSecret } from "../auth/token.ts";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Login";
const codeParams = z.object({ id: CodeId });

export function loginRoutes({ guard, deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/login",
        tag,
        summary: "Log in a browser with a one-time code or the token",
        description:
          "Answers with a cookie. After many failures, wrong codes get 429 for a minute; the right one always works.",
        body: LoginRequest,
        isOpen: true,
        status: 204,
        answer: null,
      },
      async ({ body, address, request }) => {
        const kind = "code" in body ? "code" : "token";
        const device = {
          name: deviceName(request.headers.get("user-agent")),
          instead: readCookie(request.headers.get("cookie") ?? undefined, guard.cookieName),
        };
        const login = await openLogin(guard, body, device).catch((error: unknown) => {
          if (error instanceof AppError && error.code === "unauthorized") guard.logins.fail({ address, kind }, error);
          throw error;
        });
        const opened = guard.logins.find(login);
        if (opened !== null)
          await noteLogin(deps, { kind: "login", login: opened }, { action: "login.open", name: opened.name });
        return new Response(null, { status: 204, headers: { "set-cookie": cookieText(guard, login, loginSeconds) } });
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/login/code",
        tag,
        summary: "Create a one-time code for another browser",
        description:
          "Works once, within ten minutes. A signed-in browser can create at most ten in ten minutes; its codes end when it is signed out. Open `/#code=…` there.",
        status: 201,
        answer: LoginCode,
      },
      async ({ request }) => {
        const caller = authenticate(guard, credentialsOf(request));
        const code = guard.logins.codes.make(makerOf(caller));
        await noteLogin(deps, caller, { action: "login.code" });
        return code;
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/login/code/{id}",
        tag,
        summary: "Read the state of a one-time code",
        params: codeParams,
        status: 200,
        answer: LoginCodeState,
      },
      async ({ params: { id } }) => guard.logins.codes.state(id) ?? missingCode(),
    ),
    route(
      {
        method: "delete",
        path: "/v1/login/code/{id}",
        tag,
        summary: "Cancel a one-time code",
        params: codeParams,
        status: 204,
        answer: null,
      },
      async ({ params: { id } }) => guard.logins.codes.cancel(id) || missingCode(),
    ),
    route(
      { method: "post", path: "/v1/logout", tag, summary: "Log out this browser", status: 204, answer: null },
      async ({ request }) => {
        const cookie = readCookie(request.headers.get("cookie") ?? undefined, guard.cookieName);
        const login = cookie === null ? null : guard.logins.find(cookie);
        if (login !== null) {
          await guard.logins.end(login.id);
          await noteLogin(deps, { kind: "login", login }, { action: "login.end", subject: login.id, name: login.name });
        }
        return signedOut(guard);
      },
    ),
  ];
}

/**
 * Leaves a line in the audit. A login must work, and end, even while the store cannot save: it says that itself (SV1).
 */
export async function noteLogin(
  deps: Deps,
  caller: Caller,
  {
    action,
    subject = null,
    name,
  }: { readonly action: string; readonly subject?: string | null; readonly name?: string },
): Promise<void> {
  const details: AuditFacts["details"] = name === undefined ? {} : { name };
  const op = { op: "audit.add", facts: { action, subject, details } } as const;
  await deps.store.commit({ at: msToIso(deps.clock.now()), by: toActor(caller), ops: [op] }).catch(() => undefined);
}

/** Returns the answer that removes the cookie from the browser. */
export function signedOut(guard: Guard): Response {
  return new Response(null, { status: 204, headers: { "set-cookie": cookieText(guard, "", 0) } });
}

function missingCode(): never {
  throw new AppError("not_found", "there is no such code: it was used, cancelled or is older than ten minutes");
}

function makerOf(caller: Caller): AddedBy {
  if (caller.kind === "token") return { kind: "token", deviceId: null, name: null };
  return { kind: "device", deviceId: caller.login.id, name: caller.login.name };
}

export function credentialsOf(request: Request) {
  const header = (name: string) => request.headers.get(name) ?? undefined;
  return {
    method: request.method,
    authorization: header("authorization"),
    cookie: header("cookie"),
    origin: header("origin"),
    fetchSite: header("sec-fetch-site"),
  };
}

function openLogin(guard: Guard, body: LoginRequest, device: NewLogin): Promise<string> {
  if ("code" in body) return guard.logins.redeem(body.code, device);
  if (isSameSecret(body.token, guard.token)) {
    return guard.logins.open({ ...device, by: makerOf({ kind: "token" }) });
  }
  return Promise.reject(new AppError("unauthorized", "this is not the server's token"));
}

function cookieText(guard: Guard, value: string, maxAgeSeconds: number): string {
  const secure = guard.secureCookie ? "; Secure" : "";
  return `${guard.cookieName}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeSeconds}${secure}`;
}

/** Names who calls, for people: the signed-in browser, or a program with the token. */
export function callerName(guard: Guard, request: Request): string {
  const caller = authenticate(guard, credentialsOf(request));
  return caller.kind === "login" ? caller.login.name : "a program with the token";
}
