/** Bytes of files without a disk, for tests: the port's contract in its plainest form. */
import type { FileBytes } from "../port/files.ts";

export function openMemoryFiles(): FileBytes {
  const kept = new Map<string, Uint8Array>();
  return {
    async receive(chunks) {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk.slice());
      const bytes = new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return {
        sha256,
        sizeBytes: bytes.byteLength,
        read: async (offset, length) => bytes.slice(offset, offset + length),
        keep: async () => {
          kept.set(sha256, bytes);
        },
        [Symbol.asyncDispose]: async () => {},
      };
    },
    size: async (sha256) => kept.get(sha256)?.byteLength ?? null,
    read: async (sha256) => kept.get(sha256)?.slice() ?? null,
    stream: async (sha256, { first, last }) => {
      const bytes = kept.get(sha256);
      return bytes === undefined ? null : new Blob([bytes.slice(first, last + 1)]).stream();
    },
    delete: async (sha256) => {
      kept.delete(sha256);
    },
    async *hashes() {
      yield* [...kept.keys()];
    },
    used: async () => [...kept.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}
