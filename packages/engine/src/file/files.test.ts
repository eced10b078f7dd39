import { AppError } from "@reef/protocol/error";
import { maxFileBytes } from "@reef/protocol/file-limits";
import { describe, expect, it } from "vitest";
import type { Files } from "../deps.ts";
import { openModelFiles } from "../model/files.ts";
import { openModelStore } from "../model/store.ts";
import type { FileBytes } from "../port/files.ts";
import type { Store } from "../port/store.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { bytesOf, png } from "../testing/pictures.ts";
import { entrySeed, openKit } from "../testing/seeds.ts";
import { openFiles } from "./files.ts";

const day = 86_400_000;

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function keep(files: Files, bytes: Uint8Array, rest: { name?: string | null; mediaType?: string | null } = {}) {
  return files.keep({ name: "a.txt", mediaType: "text/plain", chunks: chunksOf(bytes), ...rest });
}

async function hashesOf(bytes: FileBytes): Promise<readonly string[]> {
  const hashes: string[] = [];
  for await (const hash of bytes.hashes()) hashes.push(hash);
  return hashes;
}

async function start(rest: { maxBytes?: number; bytes?: FileBytes; wrap?: (store: Store) => Store } = {}) {
  const kit = await openKit(async (clock) => openModelStore({ clock }));
  const bytes = rest.bytes ?? openModelFiles();
  const store = rest.wrap?.(kit.store) ?? kit.store;
  return { kit, bytes, files: openFiles({ store, clock: kit.clock, bytes, maxBytes: rest.maxBytes ?? 1_000_000_000 }) };
}

describe("files", () => {
  it("MB11: a file is kept with what its bytes say of it, and read again", async () => {
    const { files, kit } = await start();
    const picture = png({ width: 4, height: 3 });
    const file = await keep(files, picture, { name: "../cat.png", mediaType: "application/octet-stream" });
    expect(file).toMatchObject({ name: "cat.png", mediaType: "image/png", width: 4, height: 3, createdAt: kit.now() });
    expect(file.sizeBytes).toBe(picture.byteLength);
    expect(await files.read(file.id)).toEqual(picture);
    expect(await keep(files, picture, { name: null })).toMatchObject({ name: "image.png" });
  });

  it("MB11: the same bytes under two names are two files and kept once", async () => {
    const { files, bytes } = await start();
    const [one, two] = await Promise.all([
      keep(files, bytesOf("same"), { name: "one.txt" }),
      keep(files, bytesOf("same"), { name: "two.txt" }),
    ]);
    expect(one.id).not.toBe(two.id);
    expect([one.name, two.name]).toEqual(["one.txt", "two.txt"]);
    expect(await hashesOf(bytes)).toEqual([one.sha256]);
  });

  it("MB11: an empty file, one that is too large, and one too many leave nothing", async () => {
    const { files, bytes } = await start({ maxBytes: 10 });
    await expect(keep(files, new Uint8Array())).rejects.toMatchObject({ code: "invalid_request" });
    await keep(files, bytesOf("12345678"));
    await expect(keep(files, bytesOf("123"))).rejects.toMatchObject({
      code: "storage_full",
      message: expect.stringContaining("REEF_FILES_MAX_BYTES"),
    });
    expect(await bytes.used()).toBe(8);
    const large = await start();
    const megabyte = new Uint8Array(1_000_000);
    const chunks = chunksOf(...Array<Uint8Array>(maxFileBytes / 1_000_000).fill(megabyte), bytesOf("x"));
    const refused = large.files.keep({ name: "x", mediaType: null, chunks });
    await expect(refused).rejects.toMatchObject({ code: "payload_too_large" });
    expect(await large.bytes.used()).toBe(0);
  });

  it("MB11: bytes whose row could not be written are taken back, unless another file has them", async () => {
    const state = { isFull: false };
    const { files, bytes } = await start({
      wrap: (store) => ({
        ...store,
        commit: (unit) =>
          state.isFull ? Promise.reject(new AppError("storage_full", "the disk is full")) : store.commit(unit),
      }),
    });
    const kept = await keep(files, bytesOf("before"));
    state.isFull = true;
    await expect(keep(files, bytesOf("after"))).rejects.toMatchObject({ code: "storage_full" });
    await expect(keep(files, bytesOf("before"))).rejects.toMatchObject({ code: "storage_full" });
    expect(await hashesOf(bytes)).toEqual([kept.sha256]);
  });

  it("MB11: a sweep takes what nothing named for a day, and bytes that a crash left without a row", async () => {
    const { files, bytes, kit } = await start();
    await (await bytes.receive(chunksOf(bytesOf("left by a crash")))).keep();
    const session = await kit.session();
    const [named, draft] = [await keep(files, bytesOf("named")), await keep(files, bytesOf("draft"))];
    await kit.commit({ op: "entry.append", entry: entrySeed(session, "see", { attachments: [named] }) });
    expect(await files.sweep()).toBe(1);
    expect((await hashesOf(bytes)).toSorted()).toEqual([named.sha256, draft.sha256].toSorted());
    kit.clock.advance(day + 1);
    expect(await files.sweep()).toBe(1);
    expect(await files.read(draft.id)).toBeNull();
    expect(await files.read(named.id)).not.toBeNull();
    await kit.commit({ op: "session.delete", id: session });
    expect(await files.read(named.id)).toBeNull();
    expect(await files.sweep()).toBe(1);
    expect(await hashesOf(bytes)).toEqual([]);
  });

  it("MB11: a sweep never takes bytes that are being kept at the same time", async () => {
    const clock = createManualClock();
    const store = openModelStore({ clock });
    const bytes = openModelFiles();
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow: Store = {
      ...store,
      commit: async (unit) => {
        if (unit.ops.some(({ op }) => op === "file.create")) {
          reached.resolve();
          await goOn.promise;
        }
        return store.commit(unit);
      },
    };
    const files = openFiles({ store: slow, clock, bytes, maxBytes: 1_000 });
    const keeping = keep(files, bytesOf("mine"));
    await reached.promise; // its bytes exist, its row does not
    const sweeping = files.sweep();
    // Nothing here waits for a disk: a sweep that did not wait for `keep` would have finished by then.
    const turns = (async () => {
      for (let n = 0; n < 50; n += 1) await new Promise((resolve) => setImmediate(resolve));
      return "waits";
    })();
    expect(await Promise.race([sweeping, turns])).toBe("waits");
    goOn.resolve();
    const [file, removed] = await Promise.all([keeping, sweeping]);
    expect(removed).toBe(0);
    expect(await files.read(file.id)).toEqual(bytesOf("mine"));
  });

  it("MB11: a file whose bytes are gone or damaged reads as gone", async () => {
    const { files, bytes } = await start();
    const file = await keep(files, bytesOf("here"));
    const short: FileBytes = { ...bytes, read: async () => bytesOf("he") };
    const { files: damaged } = await start({ bytes: short });
    const other = await keep(damaged, bytesOf("here"));
    expect(await damaged.read(other.id)).toBeNull();
    await bytes.delete(file.sha256);
    expect(await files.read(file.id)).toBeNull();
  });
});
