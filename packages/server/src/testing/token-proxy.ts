/** Adds Reef's token to every request, for programs that cannot send one; passes Host and Origin on as they are. */
import { createServer, request as openRequest } from "node:http";
import type { AddressInfo } from "node:net";

export async function startTokenProxy(reef: {
  readonly url: string;
  readonly token: string;
}): Promise<AsyncDisposable & { readonly url: string }> {
  const { hostname, port } = new URL(reef.url);
  const http = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${reef.token}` };
    const { method, url: path } = incoming;
    const passed = openRequest({ hostname, port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => http.listen({ host: "127.0.0.1", port: 0 }, resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
