/** Stands between a worker and its database, and does what networks do: cuts connections, and swallows what is sent. */

import type { AddressInfo } from "node:net";
import { createServer, connect as dial, type Socket } from "node:net";

export interface DatabaseLine extends AsyncDisposable {
  readonly url: string;
  /** Closes every connection, in the middle of whatever it carries. */
  cut(): void;
  /** What is open stays open and carries nothing any more, in either direction; new connections work. */
  halfOpen(): void;
  /** New connections are refused, and open ones cut, until it is called with false. */
  refuse(isRefusing: boolean): void;
}

export async function startProxy(databaseUrl: string): Promise<DatabaseLine> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  const state = { isRefusing: false };
  const cut = () => {
    for (const pair of pairs) for (const end of pair) end.destroy();
  };
  const server = createServer((inner) => {
    if (state.isRefusing) return void inner.destroy();
    const outer = dial(Number(target.port), target.hostname);
    const pair = [inner, outer] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [outer, inner] as const]) {
      one.setNoDelay(true);
      one.on("error", () => undefined);
      one.on("close", () => {
        pairs.delete(pair);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut,
    halfOpen() {
      for (const [inner, outer] of pairs) {
        inner.unpipe(outer);
        outer.unpipe(inner);
        // Read on, so that neither side notices by its full buffers.
        inner.resume();
        outer.resume();
      }
    },
    refuse(isRefusing) {
      state.isRefusing = isRefusing;
      if (isRefusing) cut();
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
