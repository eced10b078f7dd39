import { startProviderDouble } from "@reef/runtimes/testing/provider-double";
import { expect, test } from "vitest";
import { findServers, lookAt } from "./find-servers.ts";

const { signal } = new AbortController();
const list = (...rows: readonly object[]) => ({ body: { object: "list", data: rows } });

const servers = {
  ollama: { "GET /api/tags": { body: { models: [{ name: "qwen3:8b" }] } } },
  lmstudio: { "GET /api/v0/models": list({ id: "llama", type: "llm", state: "not-loaded" }) },
  llamacpp: {
    "GET /props": { body: { default_generation_settings: { n_ctx: 4096 } } },
    "GET /v1/models": list({ id: "q.gguf", owned_by: "llamacpp" }),
  },
  vllm: { "GET /v1/models": list({ id: "m", owned_by: "vllm" }) },
} as const;
const kinds = Object.keys(servers) as (keyof typeof servers)[];

test("each local server is known by its own answers, and taken for no other", async () => {
  for (const there of kinds) {
    await using double = await startProviderDouble({ routes: servers[there] });
    for (const kind of kinds) {
      const found = await lookAt(kind, { root: double.url, signal });
      if (kind !== there) expect([there, kind, found]).toEqual([there, kind, null]);
      else expect(found).toMatchObject({ kind, baseUrl: `${double.url}/v1`, models: [expect.any(String)] });
    }
  }
});

test("another program at such a port is no model server, whatever it answers", async () => {
  const paths = ["/api/tags", "/api/v0/models", "/props", "/v1/models"];
  for (const reply of [
    { body: "<html>hi</html>" },
    { body: {} },
    { body: [] },
    { body: null },
    { body: { models: "many", data: "none" } },
    { body: { data: [{ id: "x" }], default_generation_settings: {} } },
    { status: 500, body: {} },
    { status: 302, headers: { location: "https://elsewhere.example" } },
  ]) {
    await using double = await startProviderDouble({
      routes: Object.fromEntries(paths.map((path) => [`GET ${path}`, reply])),
    });
    for (const kind of kinds) expect(await lookAt(kind, { root: double.url, signal })).toBeNull();
  }
});

test("off looks at nothing", async () => {
  expect(await findServers({ ollamaUrl: "off", signal })).toEqual([]);
});
