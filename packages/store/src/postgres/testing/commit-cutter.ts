/** Stands between a store and its server, and can cut a connection at the worst moment of a commit. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Cut =
  /** The server never hears of the commit. */
  | "before"
  /** The server commits, and its answer is lost. */
  | "after";

export interface CommitCutter extends AsyncDisposable {
  readonly url: string;
  /** Cuts the connection of the next commit in this way. */
  cutNext(cut: Cut): void;
  /** How many were cut. */
  readonly cuts: number;
}

const commit = Buffer.from("commit\0");
const committed = Buffer.from("COMMIT\0");

export async function startCommitCutter(serverUrl: string): Promise<CommitCutter> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let next: Cut | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    let isSilent = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (chunk) => {
      if (next !== null && chunk.includes(commit)) {
        const cut = next;
        next = null;
        cuts += 1;
        if (cut === "before") return end();
        isSilent = true;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (!isSilent) return void client.write(chunk);
      if (chunk.includes(committed)) end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(serverUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutNext(cut) {
      next = cut;
    },
    get cuts() {
      return cuts;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
