/**
 * Keeps the logins of browsers, which come in without the token (SE2). One-time codes live in memory, once; a login is
 * a random cookie of which only the hash is kept, so that it survives a restart. When a login ends,
 * everything it opened ends in the same moment: listeners of `onEnd` close it.
 */
import { randomBytes } from "node:crypto";
import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import type { AddedBy } from "@reef/protocol/device";
import { AppError } from "@reef/protocol/error";
import type { DeviceId } from "@reef/protocol/ids";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { toDiskProblem } from "@reef/store/sqlite/disk";
import { type Login, loginSeconds } from "./kept-logins.ts";
import { createLoginCodes, type LoginCodes } from "./login-codes.ts";
import type { LoginKeeper } from "./login-keepers.ts";
import { hashSecret } from "./token.ts";

/** Failed logins of one address and kind within a minute before it must wait. */
const maxFailures = 10;
const failureWindowMs = 60_000;
/** More browsers than a person has: beyond it the oldest login is forgotten. */
const maxLogins = 200;
const maxAddresses = 10_000;
/** The file is written no more often than this. */
const seenEveryMs = 5 * 60_000;

export interface NewLogin {
  /** The device's name. */
  readonly name: string;
  /** The login that this browser already has: the new one replaces it. */
  readonly instead?: string | null;
}

export interface Logins {
  readonly codes: LoginCodes;
  /** Uses up the code and returns the cookie's value. Throws `unauthorized` when it is wrong, used or too old. */
  redeem(code: string, login: NewLogin): Promise<string>;
  /** Creates a login without a code, for a client that has shown the token. */
  open(login: NewLogin & { readonly by: AddedBy }): Promise<string>;
  /** Returns the login of this cookie; null when it has ended. */
  find(cookie: string): Login | null;
  /** True while it has neither been ended nor expired. */
  isOpen(login: Login): boolean;
  /** Like `find`, for a request: also notes that the device was seen now. */
  see(cookie: string): Login | null;
  /** Newest seen first. */
  list(): readonly Login[];
  /**
   * Returns false when there is no such login. It has ended before this resolves. If that cannot be written, it stays
   * ended only until the next start.
   */
  end(id: DeviceId): Promise<boolean>;
  /** Ends every login but this one. */
  endOthers(id: DeviceId | null): Promise<void>;
  /** Calls the listener with the hash of each cookie whose login is ended before it expires. */
  onEnd(listener: (hash: string) => void): void;
  /**
   * Counts a failed login. Throws `rate_limited` in place of `error` when this address has failed too often with this
   * kind of credential. The right one is never refused: behind a proxy everyone has one address, and a stranger must
   * not lock the owner out.
   */
  fail(from: { readonly address: string; readonly kind: "code" | "token" }, error: AppError): never;
}

export async function loadLogins(options: { readonly keeper: LoginKeeper; readonly clock: Clock }): Promise<Logins> {
  const { clock, keeper } = options;
  const loginByHash = new Map((await keeper.read()).map((login) => [login.hash, login]));
  const codes = createLoginCodes(clock);
  const listeners: ((hash: string) => void)[] = [];
  const failuresByAddress = new Map<string, number[]>();
  let writing = Promise.resolve();

  let ended: Login[] = [];

  /** Writes one after another, each with the state at its start. */
  function keep(...changed: readonly Login[]): Promise<void> {
    writing = writing.then(async () => {
      const change = { changed: changed.filter(({ hash }) => loginByHash.has(hash)), ended };
      ended = [];
      await keeper.keep(loginByHash.values(), change).catch((error: unknown) => {
        // The next write says it again.
        ended.unshift(...change.ended);
        throw error;
      });
    });
    const done = writing;
    writing = writing.catch(() => undefined);
    return done;
  }

  /** Takes over what other workers have kept: a login that one ended ends here in the same moment. */
  async function readAgain(): Promise<void> {
    const kept = new Map((await keeper.read()).map((login) => [login.hash, login]));
    for (const login of [...loginByHash.values()]) if (!kept.has(login.hash)) forget(login);
    for (const [hash, login] of kept) loginByHash.set(hash, login);
  }
  // After the own writes, which the rows may not have yet.
  keeper.onChange(() => {
    writing = writing.then(readAgain).catch(() => undefined);
  });

  function drop(login: Login): void {
    ended.push(login);
    forget(login);
  }

  function forget({ hash, id }: Login): void {
    loginByHash.delete(hash);
    codes.cancelOf(id);
    for (const listener of listeners) listener(hash);
  }

  function findLogin(cookie: string): Login | null {
    const login = loginByHash.get(hashSecret(cookie));
    return login !== undefined && isoToMs(login.expiresAt) > clock.now() ? login : null;
  }

  async function openLogin({ name, by, instead }: NewLogin & { readonly by: AddedBy }) {
    const cookie = randomBytes(32).toString("base64url");
    const nowMs = clock.now();
    const before = instead ? loginByHash.get(hashSecret(instead)) : undefined;
    if (before !== undefined) drop(before);
    for (const login of loginByHash.values()) if (isoToMs(login.expiresAt) <= nowMs) drop(login);
    for (const login of loginByHash.values()) if (loginByHash.size >= maxLogins) drop(login);
    const at = msToIso(nowMs);
    const id = makeId("device");
    const expiresAt = msToIso(nowMs + loginSeconds * 1000);
    const hash = hashSecret(cookie);
    const login: Login = { id, hash, name, addedBy: by, createdAt: at, lastSeenAt: at, expiresAt };
    loginByHash.set(hash, login);
    await keep(login).catch((error: unknown) => {
      // A full disk must not lock the owner out: this login lasts until the next start, or until another is kept.
      if (toDiskProblem(error) === null) throw error;
    });
    return { cookie, id };
  }

  function recentFailures(address: string): number[] {
    const sinceMs = clock.now() - failureWindowMs;
    return (failuresByAddress.get(address) ?? []).filter((atMs) => atMs > sinceMs);
  }

  return {
    codes,
    open: async (login) => (await openLogin(login)).cookie,
    async redeem(code, login) {
      const taken = codes.take(code);
      if (taken === null) {
        throw new AppError(
          "unauthorized",
          "the code is wrong, already used or expired: restart Reef or ask it for a new one",
        );
      }
      const { cookie, id } = await openLogin({ ...login, by: taken.by });
      codes.used(taken.id, id);
      return cookie;
    },
    find: findLogin,
    isOpen: ({ hash, expiresAt }) => loginByHash.has(hash) && isoToMs(expiresAt) > clock.now(),
    see(cookie) {
      const login = findLogin(cookie);
      if (login !== null && clock.now() - isoToMs(login.lastSeenAt) >= seenEveryMs) {
        login.lastSeenAt = msToIso(clock.now());
        // Nothing waits for it, and the next write includes it.
        keep(login).catch(() => undefined);
      }
      return login;
    },
    list: () =>
      [...loginByHash.values()]
        .filter(({ expiresAt }) => isoToMs(expiresAt) > clock.now())
        .sort((a, b) =>
          a.lastSeenAt === b.lastSeenAt ? (a.id < b.id ? 1 : -1) : a.lastSeenAt < b.lastSeenAt ? 1 : -1,
        ),
    async end(id) {
      const login = [...loginByHash.values()].find((each) => each.id === id);
      if (login === undefined) return false;
      drop(login);
      await keep();
      return true;
    },
    async endOthers(id) {
      for (const login of [...loginByHash.values()]) if (login.id !== id) drop(login);
      await keep();
    },
    onEnd: (listener) => void listeners.push(listener),
    fail({ address, kind }, error) {
      const key = `${kind} ${address}`;
      const failures = recentFailures(key);
      if (failuresByAddress.size >= maxAddresses) failuresByAddress.clear();
      failuresByAddress.set(key, [...failures.slice(-maxFailures), clock.now()]);
      if (failures.length < maxFailures) throw error;
      throw new AppError("rate_limited", "too many failed logins: wait a minute and try again");
    },
  };
}
