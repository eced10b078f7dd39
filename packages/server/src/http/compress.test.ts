import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { chooseEncoding, compressAnswer } from "./compress.ts";

const long = JSON.stringify(Array.from({ length: 500 }, (_, at) => ({ id: at, title: `Session ${at}` })));
const ask = (path: string, takes?: string): Request =>
  new Request(`http://reef${path}`, takes === undefined ? {} : { headers: { "accept-encoding": takes } });

test("a long answer is written in the best way that the client takes, and reads back the same", async () => {
  const readers = { zstd: zstdDecompressSync, br: brotliDecompressSync, gzip: gunzipSync };
  for (const [takes, expected] of [
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, br", "br"],
    ["deflate, gzip;q=0.5", "gzip"],
  ] as const) {
    const { body, headers } = await compressAnswer(ask("/v1/sessions", takes), long);
    expect(headers).toEqual({ vary: "accept-encoding", "content-encoding": expected });
    expect(readers[expected](body as Uint8Array).toString()).toBe(long);
    expect((body as Uint8Array).byteLength).toBeLessThan(long.length / 3);
  }
});

test("SE7: a client that takes nothing, a short answer and one that holds a secret get it as it is", async () => {
  expect((await compressAnswer(ask("/v1/sessions"), long)).body).toBe(long);
  expect((await compressAnswer(ask("/v1/sessions", "identity, gzip;q=0"), long)).body).toBe(long);
  expect((await compressAnswer(ask("/v1/sessions", "gzip"), "{}")).body).toBe("{}");
  for (const path of ["/v1/login", "/v1/login-codes", "/v1/secrets", "/v1/gateways", "/v1/providers/x"]) {
    expect(await compressAnswer(ask(path, "gzip"), long)).toEqual({ body: long, headers: {} });
  }
});

test("odd headers choose nothing that was not offered", () => {
  expect(chooseEncoding("*", ["br"])).toBe("br");
  expect(chooseEncoding("*;q=0", ["br"])).toBeNull();
  expect(chooseEncoding(";;q=,,gzip;q=abc", ["gzip"])).toBeNull();
  expect(chooseEncoding("__proto__, constructor", ["gzip"])).toBeNull();
  expect(chooseEncoding("x,".repeat(100_000), ["gzip"])).toBeNull();
});
