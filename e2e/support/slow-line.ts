/** Connects a page to its Reef over a line that a test can slow, cut, or freeze, also in one direction only. */
import { connect as connectTcp, createServer, type Server, type Socket } from "node:net";

export interface SlowLine extends AsyncDisposable {
  readonly url: string;
  /** Delay of each direction, in milliseconds. */
  delayMs: number;
  /** `cut`: new connections are refused. `mute`: the page's bytes arrive, and no answer comes back. `frozen`: nothing passes. */
  set(state: "open" | "cut" | "mute" | "frozen"): void;
}

export async function openSlowLine(targetUrl: string): Promise<SlowLine> {
  const target = new URL(targetUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  const line = { delayMs: 0, state: "open" as "open" | "cut" | "mute" | "frozen" };
  const server: Server = createServer((page) => {
    if (line.state === "cut") {
      page.destroy();
      return;
    }
    const reef = connectTcp(Number(target.port), target.hostname);
    const pair = [page, reef] as const;
    pairs.add(pair);
    pass(page, reef, () => line.state !== "frozen");
    pass(reef, page, () => line.state === "open");
    const end = (): void => {
      pairs.delete(pair);
      page.destroy();
      reef.destroy();
    };
    for (const socket of pair) socket.on("close", end).on("error", end);
  });
  /** Bytes keep their order, each after the delay that was set when it came. */
  const pass = (from: Socket, to: Socket, isOpen: () => boolean): void => {
    from.on("data", (bytes) => {
      setTimeout(() => {
        if (isOpen() && !to.destroyed) to.write(bytes);
      }, line.delayMs);
    });
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${address.port}`,
    get delayMs() {
      return line.delayMs;
    },
    set delayMs(ms) {
      line.delayMs = ms;
    },
    set(state) {
      line.state = state;
      if (state === "cut" || state === "open") for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
