/** Says in one sentence what ended a move, and what to do. Whatever it was, the same command goes on where it stopped. */
import { AppError } from "@reef/protocol/error";
import { codeOf, isConnectionLost } from "../postgres/failure.ts";
import { diskIsFull, toDiskProblem } from "../sqlite/disk.ts";

const again = "run the same command again; it goes on where it stopped";

/** Returns the error itself if it is a bug of ours. */
export function toMoveError(error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof AppError) return error.code === diskIsFull.code ? full("the disk", error) : error;
  if (code === "53100") return full("the disk of the database server", error);
  if (code === "42501") {
    const text = `the user of the database may not create or change tables in it: grant it CREATE on the schema, then ${again}`;
    return new AppError("unavailable", text, { cause: error });
  }
  if (isConnectionLost(error)) {
    return new AppError("unavailable", `the connection to the database ended: ${again}`, { cause: error });
  }
  const problem = toDiskProblem(error);
  if (problem === null) return error;
  if (problem.code === diskIsFull.code) return full("the disk", error);
  return new AppError("unavailable", `${problem.message}; then ${again}`, { cause: error });
}

function full(what: string, cause: unknown): AppError {
  return new AppError("storage_full", `${what} is full: free some space, then ${again}`, { cause });
}
