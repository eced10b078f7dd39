/** Answers on a connection that no app serves: a refused upgrade, or bytes that are not a request. */
import type { Duplex } from "node:stream";
import { errorToProblem } from "./errors.ts";

/** Writes the error as problem+json and ends the connection. */
export function endWithProblem(socket: Duplex, error: unknown): void {
  const problem = errorToProblem(error);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
