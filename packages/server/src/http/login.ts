/** Endpoints of logging in and out (SE2). The cookie is the browser's; programs use the token. */
import { AppError } from "@reef/protocol/error";
import { LoginCode, LoginRequest } from "@reef/protocol/request";
import { authenticate, type Guard, readCookie } from "../auth/guard.ts";
import { codeMinutes, loginSeconds } from "../auth/logins.ts";
import { isSameSecret } from "../auth/token.ts";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Login";

export function loginRoutes({ guard }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/login",
        tag,
        summary: "Log a browser in with a one-time code or the token",
        description:
          "Answers with a cookie. After many failures wrong ones are answered with 429 for a minute; the right one always passes.",
        body: LoginRequest,
        isOpen: true,
        status: 204,
        answer: null,
      },
      async ({ body, address }) => {
        const kind = "code" in body ? "code" : "token";
        const login = await openLogin(guard, body).catch((error: unknown) => {
          if (error instanceof AppError && error.code === "unauthorized") guard.logins.fail({ address, kind }, error);
          throw error;
        });
        return new Response(null, { status: 204, headers: { "set-cookie": cookieText(guard, login, loginSeconds) } });
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/login/code",
        tag,
        summary: "Make a one-time code for another browser",
        status: 201,
        answer: LoginCode,
      },
      async ({ request }) => {
        if (authenticate(guard, credentialsOf(request)) !== "token") {
          throw new AppError("unauthorized", "only the bearer token can make a code");
        }
        return guard.logins.makeCode(codeMinutes);
      },
    ),
    route(
      { method: "post", path: "/v1/logout", tag, summary: "Log this browser out", status: 204, answer: null },
      async ({ request }) => {
        const login = readCookie(request.headers.get("cookie") ?? undefined, guard.cookieName);
        if (login !== null) await guard.logins.close(login);
        return new Response(null, { status: 204, headers: { "set-cookie": cookieText(guard, "", 0) } });
      },
    ),
  ];
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

function openLogin(guard: Guard, body: LoginRequest): Promise<string> {
  if ("code" in body) return guard.logins.redeem(body.code);
  if (isSameSecret(body.token, guard.token)) return guard.logins.open();
  return Promise.reject(new AppError("unauthorized", "this is not the server's token"));
}

function cookieText(guard: Guard, value: string, maxAgeSeconds: number): string {
  const secure = guard.secureCookie ? "; Secure" : "";
  return `${guard.cookieName}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeSeconds}${secure}`;
}
