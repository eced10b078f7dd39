/** Keeps file bytes without a disk, for tests: the port's contract in its simplest form. */
import type { FileBytes } from "../port/files.ts";

export function openModelFiles(): FileBytes {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const arriving = new Set<{ sizeBytes: number }>();
  return {
    async receive(chunks) {
      const state = { sizeBytes: 0 };
      const parts: Uint8Array<ArrayBuffer>[] = [];
      arriving.add(state);
      try {
        for await (const chunk of chunks) {
          parts.push(Uint8Array.from(chunk));
          state.sizeBytes += chunk.byteLength;
        }
      } catch (error) {
        arriving.delete(state);
        throw error;
      }
      const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return {
        sha256,
        sizeBytes: bytes.byteLength,
        read: async (offset, length) => bytes.slice(offset, offset + length),
        keep: async () => {
          kept.set(sha256, bytes);
        },
        [Symbol.asyncDispose]: async () => {
          arriving.delete(state);
        },
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
    used: async () => [...kept.values(), ...arriving].reduce((sum, bytes) => sum + sizeOf(bytes), 0),
  };
}

function sizeOf(bytes: Uint8Array | { readonly sizeBytes: number }): number {
  return bytes instanceof Uint8Array ? bytes.byteLength : bytes.sizeBytes;
}
