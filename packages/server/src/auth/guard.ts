/** Checks that every request has the token or a login's cookie (SE2). HTTP and the socket upgrade share this guard. */
import { AppError } from "@reef/protocol/error";
import type { Login } from "./kept-logins.ts";
import type { Logins } from "./logins.ts";
import { hashSecret, isSameSecret } from "./token.ts";

export interface Credentials {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

export interface Guard {
  readonly token: string;
  readonly logins: Logins;
  readonly cookieName: string;
  /** True when browsers reach the server over TLS: the cookie is then never sent without it. */
  readonly secureCookie: boolean;
}

/** Cookies ignore ports, so two servers on one machine need different names. */
export function cookieNameOf(token: string): string {
  return `reef_login_${hashSecret(token)
    .replace(/[^a-zA-Z0-9]/g, "")
    .slice(0, 8)}`;
}

/** Who sent the request. */
export type Caller = { readonly kind: "token" } | { readonly kind: "login"; readonly login: Login };

/**
 * Returns the caller. Throws `unauthorized`, or `forbidden_origin` when a cookie alone would let a foreign page write.
 */
export function authenticate(guard: Guard, credentials: Credentials): Caller {
  if (credentials.authorization !== undefined) {
    const given = /^Bearer +(\S+)$/i.exec(credentials.authorization)?.[1];
    if (given !== undefined && isSameSecret(given, guard.token)) return { kind: "token" };
    throw new AppError(
      "unauthorized",
      "the bearer token is wrong: the right one is in the file “token” of the server's data folder",
    );
  }
  const cookie = readCookie(credentials.cookie, guard.cookieName);
  const login = cookie === null ? null : guard.logins.see(cookie);
  if (login === null) {
    throw new AppError("unauthorized", "expected “Authorization: Bearer …” or a login: open the address Reef printed");
  }
  const isRead = credentials.method === "GET" || credentials.method === "HEAD";
  // The origin guard has checked an Origin that was sent; here one is required, or the browser must vouch.
  if (!isRead && credentials.origin === undefined && credentials.fetchSite !== "same-origin") {
    throw new AppError(
      "forbidden_origin",
      "a request that changes something with a login cookie needs an Origin header; or use the token",
    );
  }
  return { kind: "login", login };
}

/** Tells clients apart: logins by their cookie, programs with the token by their address. */
export function clientKey(
  guard: Guard,
  { cookie, address }: { readonly cookie: string | undefined; readonly address: string | undefined },
): string {
  const login = readCookie(cookie, guard.cookieName);
  return login === null ? `address ${address ?? ""}` : loginKey(hashSecret(login));
}

/** Returns the `clientKey` of the login whose cookie has this hash. */
export function loginKey(hash: string): string {
  return `login ${hash}`;
}

/** Returns the value of a cookie in a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(";") ?? []) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value !== undefined && value !== "") return value;
  }
  return null;
}
