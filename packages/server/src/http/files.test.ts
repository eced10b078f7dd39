import { readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { png } from "@reef/engine/testing/pictures";
import type { StoredFile } from "@reef/protocol/file";
import { maxFileBytes } from "@reef/protocol/file-limits";
import type { FileId } from "@reef/protocol/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, type Served, serve, until } from "../testing/serve.ts";

const picture = png({ width: 5, height: 4 });

let reef: Served;
beforeAll(async () => {
  reef = await serve();
});
afterAll(() => reef[Symbol.asyncDispose]());

interface Upload {
  readonly type?: string;
  readonly name?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Body = NonNullable<RequestInit["body"]>;

function post(body: Body, { type = "text/plain", name, headers }: Upload = {}): Promise<Response> {
  const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
  return fetch(`${reef.server.url}/v1/files${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${reef.server.token}`, "content-type": type, ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
}

async function upload(body: Body, options?: Upload): Promise<StoredFile> {
  const response = await post(body, options);
  expect(response.status).toBe(201);
  return (await response.json()) as StoredFile;
}

function get(id: FileId, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Response> {
  return fetch(reef.client.fileUrl(id), {
    method,
    headers: { authorization: `Bearer ${reef.server.token}`, ...headers },
  });
}

async function problemOf(response: Response): Promise<{ status: number; code: string; detail: string }> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return (await response.json()) as { status: number; code: string; detail: string };
}

const incomingOf = (served: Served) => readdir(join(served.folder, "files", "incoming"));

describe("uploading", () => {
  test("MB11: a file is answered when it is on disk, with what its bytes say of it", async () => {
    const file = await upload(picture, { type: "application/octet-stream", name: "reef.png" });
    expect(file).toMatchObject({
      name: "reef.png",
      mediaType: "image/png",
      width: 5,
      height: 4,
      sizeBytes: picture.byteLength,
    });
    const folder = join(reef.folder, "files", file.sha256.slice(0, 2));
    expect(await readdir(folder)).toContain(file.sha256);
    expect(await reef.client.file(file.id)).toEqual(file);
    expect(new Uint8Array(await (await reef.client.readFile(file.id)).arrayBuffer())).toEqual(picture);
  });

  test("MB11: names are one line without a path, however they come", async () => {
    const nameOf = async (name: string) => (await upload("x", { name })).name;
    expect(await nameOf("../../../etc/passwd")).toBe("passwd");
    expect(await nameOf('a\r\nset-cookie: x="y";z.txt')).toBe('a set-cookie: x="y";z.txt');
    expect(await nameOf("nul\0l \u202egpj.exe")).toBe("null gpj.exe");
    expect(await nameOf("Übersicht 会议 👩‍🚀.txt")).toBe("Übersicht 会议 👩‍🚀.txt");
    expect(await nameOf(`${"n".repeat(10_000)}.txt`)).toMatch(/^n{195}….txt$/);
    expect(await nameOf("..")).toBe("file.txt");
    expect((await upload("x", { type: "text/html" })).name).toBe("file");
    const broken = await fetch(`${reef.server.url}/v1/files?name=%FF%fe%80.txt`, {
      method: "POST",
      headers: { authorization: `Bearer ${reef.server.token}` },
      body: "x",
    });
    expect(((await broken.json()) as StoredFile).name).toBe("\ufffd\ufffd\ufffd.txt");
  });

  test("SE7: what is no file is refused in words, and nothing of it is left", async () => {
    const refused: readonly (readonly [Promise<Response>, string, RegExp])[] = [
      [post(""), "invalid_request", /empty/],
      [post(new FormData(), { type: "multipart/form-data; boundary=x" }), "unsupported_media_type", /found a form/],
      [post("x", { headers: { "content-encoding": "gzip" } }), "unsupported_media_type", /gzip/],
      [post(new Uint8Array(maxFileBytes + 1)), "payload_too_large", /at most 20 MB/],
      [post(endless(maxFileBytes + 1)), "payload_too_large", /at most 20 MB/],
    ];
    for (const [response, code, words] of refused) {
      expect(await problemOf(await response)).toMatchObject({ code, detail: expect.stringMatching(words) });
    }
    for (const query of ["?name=a&name=b", "?size=3"]) {
      expect((await reef.request("POST", `/v1/files${query}`, "x")).status).toBe(400);
    }
    await until(async () => (await incomingOf(reef)).length === 0);
  });

  test("MB11: the largest file there may be is taken", async () => {
    const file = await upload(endless(maxFileBytes), { name: "large.bin" });
    expect(file.sizeBytes).toBe(maxFileBytes);
    expect((await (await get(file.id)).arrayBuffer()).byteLength).toBe(maxFileBytes);
  });

  test("MB11: one who leaves in the middle leaves nothing behind", async () => {
    const before = await reef.server.engine.deps.files?.bytes.used();
    for (const head of ["content-length: 5000", "transfer-encoding: chunked"]) {
      const socket = connect(Number(new URL(reef.server.url).port), "127.0.0.1");
      const lines = ["POST /v1/files HTTP/1.1", "host: 127.0.0.1", `authorization: Bearer ${reef.server.token}`, head];
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      socket.write(head.startsWith("transfer") ? "5\r\nhello\r\n" : "hello");
      await until(async () => (await incomingOf(reef)).length === 1);
      socket.destroy();
      await until(async () => (await incomingOf(reef)).length === 0);
    }
    expect(await reef.server.engine.deps.files?.bytes.used()).toBe(before);
  });

  test("MB11: the same bytes from many at the same time are kept once, each with its row", async () => {
    const text = `the same ${"x".repeat(100_000)}`;
    const files = await Promise.all(Array.from({ length: 12 }, (_, n) => upload(text, { name: `${n}.txt` })));
    expect(new Set(files.map(({ id }) => id)).size).toBe(12);
    expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(1);
    for (const { id } of files) expect(await (await get(id)).text()).toBe(text);
  });

  test("MB11: what does not fit into the room for files is refused, and what is there stays", async () => {
    await using small = await serve({ config: { filesMaxBytes: 1_000 } });
    const first = await small.client.uploadFile(new Blob(["a".repeat(800)]), { name: "a" });
    const full = { code: "storage_full", message: expect.stringContaining("REEF_FILES_MAX_BYTES") };
    await expect(small.client.uploadFile(new Blob(["b".repeat(300)]), { name: "b" })).rejects.toMatchObject(full);
    expect((await small.client.readFile(first.id)).size).toBe(800);
    const response = await small.request("POST", "/v1/files", "b".repeat(300));
    expect([response.status, (await problemOf(response)).code]).toEqual([507, "storage_full"]);
  });
});

describe("giving back", () => {
  test("SE4: pictures are shown; what could run is a download of no type, in a sandbox", async () => {
    const shown = await get((await upload(picture, { name: "a.png" })).id);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      "content-type": "image/png",
      "content-disposition": "inline; filename=\"a.png\"; filename*=UTF-8''a.png",
    });
    const script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    const hostile = ["image/svg+xml", "text/html; charset=utf-8", "text/html", "application/xhtml+xml", "text/xml"];
    for (const type of [...hostile, "application/javascript", "text/css", "image/png"]) {
      const response = await get((await upload(script, { type, name: "x.svg" })).id);
      expect(Object.fromEntries(response.headers), type).toMatchObject({
        "content-type": "application/octet-stream",
        "content-disposition": expect.stringMatching(/^attachment;/),
        "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "private, max-age=31536000, immutable",
      });
    }
    const text = await get((await upload(script, { type: "Text/Plain; charset=utf-7" })).id);
    expect(text.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(text.headers.get("content-disposition")).toMatch(/^attachment;/);
    const asked = await fetch(reef.client.fileUrl((await upload(picture)).id, { download: true }), {
      headers: { authorization: `Bearer ${reef.server.token}` },
    });
    expect(asked.headers.get("content-disposition")).toMatch(/^attachment;/);
  });

  test("SE4: no name breaks out of its header", async () => {
    for (const name of [
      'a";x="b.txt',
      "a\\b%22.txt",
      "a\r\nx: y",
      "100%.txt",
      "Ünï ‘quoted’ (1)*.txt",
      "😀\u202e.txt",
    ]) {
      const file = await upload("x", { name });
      const header = (await get(file.id)).headers.get("content-disposition") ?? "";
      const match = /^attachment; filename="([^"\\%]*)"; filename\*=UTF-8''([\w.~!$&+^`|#%-]+)$/.exec(header);
      expect(match, header).not.toBeNull();
      expect(decodeURIComponent(match?.[2] ?? "")).toBe(file.name);
    }
  });

  test("a single range is given, an odd one ignored, one beyond the end refused", async () => {
    const { id, sha256 } = await upload("0123456789");
    const ranged = async (range: string, rest: Readonly<Record<string, string>> = {}) => {
      const response = await get(id, { range, ...rest });
      return [response.status, response.headers.get("content-range"), await response.text()];
    };
    expect(await ranged("bytes=0-3")).toEqual([206, "bytes 0-3/10", "0123"]);
    expect(await ranged("bytes=4-")).toEqual([206, "bytes 4-9/10", "456789"]);
    expect(await ranged("bytes=-2")).toEqual([206, "bytes 8-9/10", "89"]);
    expect(await ranged("bytes=-100")).toEqual([206, "bytes 0-9/10", "0123456789"]);
    expect(await ranged("bytes=9-99999999999999999999")).toEqual([206, "bytes 9-9/10", "9"]);
    for (const odd of ["bytes=3-1", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=-", "bytes"]) {
      expect(await ranged(odd), odd).toEqual([200, null, "0123456789"]);
    }
    for (const beyond of ["bytes=10-", "bytes=99999999999999999999-", "bytes=-0"]) {
      const response = await get(id, { range: beyond });
      expect([response.status, response.headers.get("content-range")], beyond).toEqual([416, "bytes */10"]);
      expect(await problemOf(response)).toMatchObject({ code: "range_not_satisfiable" });
    }
    const statuses = [`"${sha256}"`, '"other"'].map(async (tag) => (await ranged("bytes=0-3", { "if-range": tag }))[0]);
    expect(await Promise.all(statuses)).toEqual([206, 200]);
  });

  test("a copy that is there is not sent again, and HEAD tells the length", async () => {
    const file = await upload("cached");
    const etag = `"${file.sha256}"`;
    for (const header of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const response = await get(file.id, { "if-none-match": header });
      expect([response.status, response.headers.get("etag"), await response.text()], header).toEqual([304, etag, ""]);
    }
    expect((await get(file.id, { "if-none-match": '"other"' })).status).toBe(200);
    const head = await get(file.id, {}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "6", ""]);
    const part = await get(file.id, { range: "bytes=0-1" }, "HEAD");
    expect([part.status, part.headers.get("content-length")]).toEqual([206, "2"]);
  });

  test("SE2: only who is let in reads or writes files, and a page shows pictures with its cookie", async () => {
    const { id } = await upload(picture);
    const url = reef.client.fileUrl(id);
    for (const [method, address] of [
      ["GET", url],
      ["GET", `${url}/meta`],
      ["POST", `${reef.server.url}/v1/files`],
    ] as const) {
      expect((await fetch(address, { method, ...(method === "POST" && { body: "x" }) })).status, address).toBe(401);
    }
    const login = await reef.request("POST", "/v1/login", { code: reef.server.makeLoginCode() });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await fetch(url, { headers: { cookie } })).status).toBe(200);
    const foreign = { method: "POST", body: "x", headers: { cookie } };
    expect((await fetch(`${reef.server.url}/v1/files`, foreign)).status).toBe(403);
  });

  test("a file that is not there, or whose bytes are gone, is told in plain words", async () => {
    expect((await get("fil_01a2292a-7956-73df-a7c7-f6972d449ea4" as FileId)).status).toBe(404);
    expect((await get("../token" as FileId)).status).toBe(404);
    const file = await upload("to be lost", { name: "lost.txt" });
    const path = join(reef.folder, "files", file.sha256.slice(0, 2), file.sha256);
    for (const damage of [() => writeFile(path, "to be"), () => rm(path)]) {
      await damage();
      expect(await problemOf(await get(file.id))).toMatchObject({
        status: 404,
        detail: expect.stringContaining("“lost.txt” is gone"),
      });
    }
  });
});

describe("messages with files", () => {
  test("MB2, MB11: a message names files; the same body under a key is the same message, other files another body", async () => {
    const session = await reef.newSession("with files");
    const [one, two] = [await upload("one", { name: "one.txt" }), await upload("two")];
    const send = (attachments: readonly string[], text = "") =>
      reef.request("POST", `/v1/sessions/${session.id}/messages`, { text, attachments }, { "idempotency-key": "k" });
    const first = (await (await send([one.id])).json()) as { message: { id: string; attachments: unknown } };
    expect(first.message.attachments).toEqual([{ id: one.id, name: "one.txt", mediaType: "text/plain", sizeBytes: 3 }]);
    expect(await (await send([one.id])).json()).toMatchObject({ message: { id: first.message.id } });
    expect((await send([two.id])).status).toBe(422);
    expect((await send([one.id, two.id])).status).toBe(422);
    const { items } = await reef.client.entries(session.id);
    expect(items[0]).toMatchObject({ kind: "person", text: "", attachments: [{ id: one.id }] });
  });

  test("SE7: no text and no file, an unknown file, and too many files are refused in words", async () => {
    const session = await reef.newSession();
    const send = (body: unknown) => reef.request("POST", `/v1/sessions/${session.id}/messages`, body);
    const unknown = "fil_01a2292a-7956-73df-a7c7-f6972d449ea4";
    const { id } = await upload("x");
    const bad: readonly (readonly [unknown, RegExp])[] = [
      [{ text: "" }, /text: expected at least 1 character, or an attachment/],
      [{ text: "", attachments: [] }, /or an attachment/],
      [{ text: "a", attachments: [unknown] }, new RegExp(`there is no file ${unknown}`)],
      [{ text: "a", attachments: ["../x"] }, /expected a file id/],
      [{ text: "a", attachments: Array(21).fill(id) }, /<=20 items/],
      [{ text: "a", attachments: id }, /expected array/],
    ];
    for (const [body, words] of bad) {
      expect(await problemOf(await send(body))).toMatchObject({ status: 400, detail: expect.stringMatching(words) });
    }
    expect((await send({ text: "", attachments: Array(20).fill(id) })).status).toBe(202);
  });

  test("MB11: files outlive a restart, and go with the last session that names them", async () => {
    const folder = await makeFolder();
    try {
      const { session, file } = await (async () => {
        await using before = await serve({ folder });
        const made = await before.newSession("kept");
        const kept = await before.client.uploadFile(new Blob([picture]), { name: "kept.png" });
        await before.client.sendMessage(made.id, { text: "look", attachments: [kept.id] });
        return { session: made, file: kept };
      })();
      await using after = await serve({ folder });
      expect((await after.client.readFile(file.id)).size).toBe(file.sizeBytes);
      const fork = await after.client.forkSession(session.id);
      await after.client.deleteSession(session.id);
      expect((await after.client.readFile(file.id)).size).toBe(file.sizeBytes);
      await after.client.deleteSession(fork.id);
      await expect(after.client.readFile(file.id)).rejects.toMatchObject({ code: "not_found" });
      const own = join(folder, "files", file.sha256.slice(0, 2));
      await until(async () => (await readdir(own)).length === 0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

/** Returns a body of that many bytes without a length. */
function endless(size: number): ReadableStream<Uint8Array> {
  let left = size;
  return new ReadableStream({
    pull(controller) {
      const chunk = new Uint8Array(Math.min(left, 65_536)).fill(120);
      left -= chunk.byteLength;
      if (chunk.byteLength > 0) controller.enqueue(chunk);
      if (left === 0) controller.close();
    },
  });
}
