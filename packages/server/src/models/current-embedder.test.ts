/** Tests SE8 for a server of embeddings: the same rule as for a model provider. */
import dns from "node:dns";
import { createServer } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { EmbeddingFailure } from "@reef/engine/port/embedding";
import { EmbeddingUrl } from "@reef/recall/embedding/settings";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCurrentEmbedder } from "./current-embedder.ts";

/** Names and their addresses during a test. A mocked module would not affect one that another file has loaded. */
const names = new Map<string, string>();
const { lookup } = dns;
beforeEach(() => {
  const lead = (name: string, options: never, done: (error: null, found: object[]) => void) =>
    names.has(name) ? done(null, [{ address: names.get(name), family: 4 }]) : lookup(name, options, done as never);
  dns.lookup = lead as typeof lookup;
  syncBuiltinESMExports();
});
afterEach(() => {
  names.clear();
  dns.lookup = lookup;
  syncBuiltinESMExports();
});

const signal = new AbortController().signal;

test("SE8: an embedding server's address leads to no cloud's metadata, in any writing, nor by a name at the moment of the call", async () => {
  for (const host of ["169.254.169.254", "0xa9fea9fe", "[::ffff:169.254.169.254]", "metadata.google.internal"]) {
    expect(EmbeddingUrl.safeParse(`http://${host}/v1`).success).toBe(false);
  }
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end(JSON.stringify({ data: [{ embedding: [1, 0] }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const settings = { kind: "openai", model: "m", weight: 1, baseUrl: `http://vectors.example:${port}/v1` } as const;
  const embedder = createCurrentEmbedder({ embedding: () => settings })();
  const embed = () => embedder?.embed(["tea"], { purpose: "memory", signal });
  try {
    names.set("vectors.example", "127.0.0.1");
    expect(await embed()).toHaveLength(1);
    server.closeAllConnections();
    names.set("vectors.example", "169.254.169.254");
    const failure = await embed()?.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddingFailure);
    expect(failure).toMatchObject({ kind: "refused", message: expect.stringContaining("link-local") });
    expect(asked).toBe(1);
  } finally {
    server.close();
  }
});
