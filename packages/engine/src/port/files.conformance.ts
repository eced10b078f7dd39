/** Tests what every keeper of file bytes must do, whatever it keeps them in. */
import { AppError } from "@reef/protocol/error";
import { describe, expect, it } from "vitest";
import type { FileBytes } from "./files.ts";

/** Opens an empty keeper. */
export type OpenFileBytes = () => Promise<FileBytes>;

const letters = (text: string) => new TextEncoder().encode(text);
/** The SHA-256 of "hello". */
const helloHash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

async function* chunksOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield letters(text);
}

async function keep(files: FileBytes, ...texts: readonly string[]): Promise<string> {
  await using received = await files.receive(chunksOf(...texts));
  await received.keep();
  return received.sha256;
}

async function hashesOf(files: FileBytes): Promise<readonly string[]> {
  const hashes: string[] = [];
  for await (const hash of files.hashes()) hashes.push(hash);
  return hashes.toSorted();
}

export function describeFileBytes(name: string, open: OpenFileBytes): void {
  describe(`bytes of files in ${name}`, () => {
    it("MB11: what comes in pieces is kept whole under its hash", async () => {
      const files = await open();
      await using received = await files.receive(chunksOf("hel", "", "lo"));
      expect(received).toMatchObject({ sha256: helloHash, sizeBytes: 5 });
      expect(new TextDecoder().decode(await received.read(1, 3))).toBe("ell");
      expect(new TextDecoder().decode(await received.read(3, 10))).toBe("lo");
      expect(await received.read(9, 10)).toHaveLength(0);
      expect(await files.read(helloHash)).toBeNull();
      await received.keep();
      expect(new TextDecoder().decode((await files.read(helloHash)) ?? undefined)).toBe("hello");
      expect(await files.size(helloHash)).toBe(5);
    });

    it("MB11: what was not kept leaves nothing, nor does what broke off", async () => {
      const files = await open();
      await (await files.receive(chunksOf("hello")))[Symbol.asyncDispose]();
      const broken = async function* () {
        yield letters("hel");
        throw new AppError("invalid_request", "it broke off");
      };
      await expect(files.receive(broken())).rejects.toThrow("it broke off");
      expect(await hashesOf(files)).toEqual([]);
      expect(await files.used()).toBe(0);
    });

    it("MB11: the same bytes are kept once, however many bring them at the same time", async () => {
      const files = await open();
      const hashes = await Promise.all(Array.from({ length: 8 }, () => keep(files, "hello")));
      expect(new Set(hashes)).toEqual(new Set([helloHash]));
      expect(await hashesOf(files)).toEqual([helloHash]);
      expect(await files.used()).toBe(5);
    });

    it("gives a range of them in pieces, and null for what is not there", async () => {
      const files = await open();
      const hash = await keep(files, "hello");
      const part = await files.stream(hash, { first: 1, last: 3 });
      expect(await new Response(part).text()).toBe("ell");
      const left = await files.stream(hash, { first: 0, last: 4 });
      await left?.cancel();
      const missing = "f".repeat(64);
      expect(await files.stream(missing, { first: 0, last: 0 })).toBeNull();
      expect(await files.read(missing)).toBeNull();
      expect(await files.size(missing)).toBeNull();
    });

    it("deletes bytes once and for all, and counts what is left", async () => {
      const files = await open();
      const [first, second] = [await keep(files, "hello"), await keep(files, "goodbye")];
      expect(await files.used()).toBe(12);
      await files.delete(first);
      await files.delete(first);
      expect(await files.read(first)).toBeNull();
      expect(await hashesOf(files)).toEqual([second]);
      expect(await files.used()).toBe(7);
    });

    it("counts what is arriving", async () => {
      const files = await open();
      const seen: number[] = [];
      const watched = async function* () {
        for (const text of ["hel", "lo"]) {
          yield letters(text);
          seen.push(await files.used());
        }
      };
      await using received = await files.receive(watched());
      expect(seen).toEqual([3, 5]);
      await received.keep();
      await received[Symbol.asyncDispose]();
      expect(await files.used()).toBe(5);
    });
  });
}
