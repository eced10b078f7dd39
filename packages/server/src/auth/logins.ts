/**
 * Who may come in without the token (SE2): a browser that has logged in. One-time codes live in memory, once; a login
 * is a random cookie of which only the hash is kept, in a file, so that it survives a restart and a logout ends it.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@reef/engine/port/clock";
import { AppError } from "@reef/protocol/error";
import type { LoginCode } from "@reef/protocol/request";
import { type IsoTime, isoToMs, msToIso } from "@reef/protocol/time";
import { toDiskProblem } from "@reef/store/sqlite/disk";
import { z } from "zod";
import { hashSecret } from "./token.ts";

const KeptLogins = z.array(z.object({ hash: z.string(), expiresAt: z.string() }));

/** How long a one-time code is good. */
export const codeMinutes = 10;
/** How long a browser stays logged in, in seconds. */
export const loginSeconds = 30 * 24 * 3600;
/** Failed logins of one address and kind within a minute before it is told to wait. */
const maxFailures = 10;
const failureWindowMs = 60_000;
/** More browsers than a person has: the oldest login is forgotten. */
const maxLogins = 200;
const maxAddresses = 10_000;

export interface Logins {
  /** A new code; good for `minutes`, and once. */
  makeCode(minutes: number): LoginCode;
  /** Uses up the code and gives the cookie's value. `unauthorized` when it is wrong, used or too old. */
  redeem(code: string): Promise<string>;
  /** A login without a code, for who has shown the token. */
  open(): Promise<string>;
  isOpen(cookie: string): boolean;
  close(cookie: string): Promise<void>;
  /**
   * Counts a failed login; throws `rate_limited` in place of `error` when this address has failed too often with this kind of
   * credential. The right one is never refused: behind a proxy everybody has one address, and a stranger must not lock the
   * owner out.
   */
  fail(from: { readonly address: string; readonly kind: "code" | "token" }, error: AppError): never;
}

export async function loadLogins(options: { readonly folder: string; readonly clock: Clock }): Promise<Logins> {
  const { clock } = options;
  const path = join(options.folder, "logins.json");
  const expiryByHash = new Map<string, IsoTime>(await readKept(path));
  const codes = new Map<string, IsoTime>();
  const failuresByAddress = new Map<string, number[]>();
  let writing = Promise.resolve();

  /** Writes one after another, each whole: a crash leaves the old file or the new one. */
  function keep(): Promise<void> {
    writing = writing.then(async () => {
      const kept = [...expiryByHash].map(([hash, expiresAt]) => ({ hash, expiresAt }));
      await writeFile(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
      await rename(`${path}.new`, path);
    });
    const done = writing;
    writing = writing.catch(() => undefined);
    return done;
  }

  async function open(): Promise<string> {
    const cookie = randomBytes(32).toString("base64url");
    const nowMs = clock.now();
    for (const [hash, expiresAt] of expiryByHash) if (isoToMs(expiresAt) <= nowMs) expiryByHash.delete(hash);
    for (const hash of expiryByHash.keys()) if (expiryByHash.size >= maxLogins) expiryByHash.delete(hash);
    expiryByHash.set(hashSecret(cookie), msToIso(nowMs + loginSeconds * 1000));
    await keep().catch((error: unknown) => {
      // A disk that is full must not lock the owner out: this login lasts until the next start, or until another is kept.
      if (toDiskProblem(error) === null) throw error;
    });
    return cookie;
  }

  function recentFailures(address: string): number[] {
    const sinceMs = clock.now() - failureWindowMs;
    return (failuresByAddress.get(address) ?? []).filter((atMs) => atMs > sinceMs);
  }

  return {
    open,
    makeCode(minutes) {
      const nowMs = clock.now();
      for (const [hash, expiresAt] of codes) if (isoToMs(expiresAt) <= nowMs) codes.delete(hash);
      const code = randomBytes(16).toString("base64url");
      const expiresAt = msToIso(nowMs + minutes * 60_000);
      codes.set(hashSecret(code), expiresAt);
      return { code, expiresAt };
    },
    redeem(code) {
      const hash = hashSecret(code);
      const expiresAt = codes.get(hash);
      codes.delete(hash);
      if (expiresAt !== undefined && isoToMs(expiresAt) > clock.now()) return open();
      return Promise.reject(
        new AppError("unauthorized", "the code is wrong, used or too old: restart Reef or ask it for a new one"),
      );
    },
    isOpen(cookie) {
      const expiresAt = expiryByHash.get(hashSecret(cookie));
      return expiresAt !== undefined && isoToMs(expiresAt) > clock.now();
    },
    async close(cookie) {
      if (expiryByHash.delete(hashSecret(cookie))) await keep();
    },
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

async function readKept(path: string): Promise<[string, IsoTime][]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "[]";
    throw error;
  });
  const kept = KeptLogins.safeParse(parseOrNull(text));
  // A damaged file logs everybody out; it must not keep the server from starting.
  return kept.success ? kept.data.map(({ hash, expiresAt }) => [hash, expiresAt]) : [];
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
