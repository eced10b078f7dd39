import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder } from "../testing/serve.ts";
import { createConsoleFiles } from "./console-files.ts";

let root: string;
let folder: string;
beforeAll(async () => {
  root = await makeFolder();
  folder = join(root, "dist");
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "index.html"), "<!doctype html>the console");
  await writeFile(join(folder, "assets/main-abc123.js"), "export {}");
  await writeFile(join(folder, ".hidden"), "secret");
  await writeFile(join(root, "secret.txt"), "secret");
});
afterAll(() => rm(root, { recursive: true }));

function get(path: string, method = "GET", headers = {}): Promise<Response> {
  // The URL class would normalise the path; a raw one reaches the function as an attacker sends it.
  const request = { url: `http://localhost${path}`, method, headers: new Headers(headers) } as Request;
  return createConsoleFiles(["/nowhere", folder])(request);
}

test("a file with a hash in its name is kept by browsers for good, the page itself is not", async () => {
  const script = await get("/assets/main-abc123.js");
  expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(script.headers.get("cache-control")).toContain("immutable");
  const page = await get("/");
  expect(await page.text()).toContain("the console");
  expect(page.headers.get("cache-control")).toBe("no-cache");
});

test("an address of the console's own gets the page, a file that is missing does not", async () => {
  const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
  expect(await (await get("/sessions/ses_1", "GET", { accept })).text()).toContain("the console");
  expect((await get("/assets/gone.js")).status).toBe(404);
  expect((await get("/favicon.ico")).status).toBe(404);
  expect(await (await get("/", "HEAD")).text()).toBe("");
});

test("a program that mistypes an address of the API is told, and not given a page", async () => {
  for (const accept of ["*/*", "application/json"]) {
    const answer = await get("//v1/bots", "GET", { accept });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect((await get("/", "GET", { accept })).status).toBe(200);
  }
});

test("SE6: nothing outside the folder and nothing hidden is served", async () => {
  for (const path of [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/.hidden",
    "/%00",
    "/%zz",
    "/..%5c..%5csecret.txt",
  ]) {
    expect([path, await (await get(path)).text()]).toEqual([path, expect.not.stringMatching(/^secret$/)]);
  }
});

test("without a built console, the page says what to do", async () => {
  const response = await createConsoleFiles(["/nowhere"])(new Request("http://localhost/"));
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build");
  expect((await createConsoleFiles(["/nowhere"])(new Request("http://localhost/x"))).status).toBe(404);
});

test("text is sent compressed to those who take it, and says how long it is", async () => {
  const zipped = await get("/assets/main-abc123.js", "GET", { "accept-encoding": "br, gzip" });
  const bytes = Buffer.from(await zipped.arrayBuffer());
  expect(brotliDecompressSync(bytes).toString()).toBe("export {}");
  expect(zipped.headers.get("content-length")).toBe(String(bytes.byteLength));
  const plain = await get("/assets/main-abc123.js");
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(plain.headers.get("vary")).toBe("accept-encoding");
});

test("a file without a hash in its name is sent again only when it is another, and a copy that is named is not sent", async () => {
  const first = await get("/");
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
  const zipped = await get("/", "GET", { "accept-encoding": "gzip", "if-none-match": `"other", ${etag}` });
  expect([zipped.status, await zipped.text(), zipped.headers.get("vary")]).toEqual([304, "", "accept-encoding"]);
  expect([zipped.headers.get("etag"), zipped.headers.get("cache-control")]).toEqual([etag, "no-cache"]);
  expect((await get("/", "GET", { "if-none-match": '"other"' })).status).toBe(200);
});
