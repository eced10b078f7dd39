/** Reads the address of a database. The password is used to connect and appears nowhere else (SE5). */
import { AppError } from "@reef/protocol/error";
import type { ClientConfig } from "pg";

export interface Target {
  readonly config: ClientConfig;
  /** Names the server and the database for people, without user and password. */
  readonly name: string;
  /** Where the address was given, for people. */
  readonly setting: string;
}

/** Throws `invalid_request` for a text that is no address of a Postgres database. */
export function urlToTarget(url: string, setting = "REEF_DATABASE_URL"): Target {
  const parsed = /^postgres(ql)?:\/\//.test(url) ? URL.parse(url) : null;
  if (parsed === null || parsed.pathname.length < 2) {
    throw new AppError(
      "invalid_request",
      `${setting}: expected an address such as postgres://user:password@host:5432/reef, with special characters of the password written as %40 and so on`,
    );
  }
  const where = parsed.hostname || "this machine";
  return {
    config: { connectionString: url },
    setting,
    name: `“${decodeURIComponent(parsed.pathname.slice(1))}” on ${where}${parsed.port && `:${parsed.port}`}`,
  };
}
