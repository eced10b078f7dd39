/**
 * Says what a failure of the database means: try again, nothing can be saved, or a mistake of the unit. No message
 * names the password or the address with it (SE5).
 */
import { AppError } from "@reef/protocol/error";
import { diskIsFull } from "../sqlite/disk.ts";

/** Others changed the same rows first, or the server cut a transaction short: nothing of it happened. */
const passing = new Set(["40001", "40P01", "55P03", "0A000"]);
/** Another worker wrote a row with the same key first: the unit sees it when it is applied again. */
const taken = "23505";
/** Statements that one client prepared were not there, or belonged to another client: a pooler is in between. */
const unnamed = new Set(["26000", "42P05"]);
/** The connection is gone, or the server does not take statements now. */
const connectionClasses = /^(08|57P0|25P03|25P04|53300)/;
const networkCodes = /^(E[A-Z]+)$/;

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

export function isLocked(error: unknown): boolean {
  return passing.has(codeOf(error)) || isOfPooler(error);
}

/** True if the unit may work when it is applied again; `tries` says how often it has failed. */
export function isPassing(error: unknown, tries = 0): boolean {
  return isLocked(error) || (codeOf(error) === taken && tries < 2);
}

export function isOfPooler(error: unknown): boolean {
  return unnamed.has(codeOf(error));
}

/** True if the connection is of no use any more. Whether a commit under way took place is unknown then. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  const code = codeOf(error);
  return connectionClasses.test(code) || networkCodes.test(code);
}

/** Thrown in place of the driver's many errors for a connection that has ended. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super("the connection to the database ended", { cause });
    this.name = "ConnectionLost";
  }
}

/** Turns a failure into what the caller of a unit gets. Returns the error itself if it is a bug of ours. */
export function toUnitError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code.startsWith("53100")) return new AppError(diskIsFull.code, serverDiskIsFull, { cause: error });
  if (code.startsWith("23")) {
    const text = error instanceof Error ? error.message : String(error);
    return new AppError("conflict", `this breaks a rule of the store: ${text}`, { cause: error });
  }
  if (code === "25006") return new AppError("unavailable", isReadOnly, { cause: error });
  if (isLocked(error)) {
    const text = "other workers changed the same rows each time, so this was not saved; try again";
    return new AppError("unavailable", text, { cause: error });
  }
  if (isConnectionLost(error)) return new AppError("unavailable", isUnreachable, { cause: error });
  return error;
}

const serverDiskIsFull =
  "the disk of the database server is full, so nothing can be saved; free some space, and Reef continues by itself";
const isReadOnly =
  "the database takes no writes (it may be a standby); set REEF_DATABASE_URL to the primary and restart Reef";
export const isUnreachable =
  "the database cannot be reached, so nothing can be saved; Reef tries again and continues by itself";
