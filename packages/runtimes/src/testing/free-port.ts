/** Finds a port for a process that is killed and started again at the same address. */
import { createServer } from "node:net";

/** Systems give out ports from 32768 on: to listeners on port 0 and to every outgoing connection. */
const [from, count] = [20_000, 12_000];

/**
 * Returns a port that is free on 127.0.0.1, in a range from which the system gives out none: while its owner is dead,
 * neither a server of another test nor a client's own end of a connection can take it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = from + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
