/**
 * Caches windows that were read lately, since a busy session's is read before each of its turns. Entries never change
 * and are deleted only with their session, so a cached window is true and lacks only later entries; after a rewind, a
 * window is read from scratch (TU10).
 */
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import type { WholeEntryRow } from "../tables.ts";

/** Bounds the whole cache, in UTF-16 units of its rows' texts with an allowance for the rest of a row. */
const sizeMax = 3_000_000;
const sizeOfRest = 400;

export interface KeptWindow {
  readonly entries: readonly Entry[];
  readonly size: number;
}

export class WindowCache {
  readonly #windows = new Map<SessionId, KeptWindow>();
  #size = 0;

  get(id: SessionId): KeptWindow | undefined {
    const kept = this.#windows.get(id);
    if (kept === undefined) return undefined;
    // The most recently used is dropped last.
    this.#windows.delete(id);
    this.#windows.set(id, kept);
    return kept;
  }

  /** A window larger than the whole cache is not kept, nor an empty one. */
  keep(id: SessionId, window: KeptWindow): void {
    this.#drop(id);
    if (window.entries.length === 0 || window.size > sizeMax) return;
    this.#windows.set(id, window);
    this.#size += window.size;
    for (const oldest of this.#windows.keys()) {
      if (this.#size <= sizeMax) return;
      this.#drop(oldest);
    }
  }

  /** ME6: deleted text must not stay here either. */
  clear(): void {
    this.#windows.clear();
    this.#size = 0;
  }

  #drop(id: SessionId): void {
    this.#size -= this.#windows.get(id)?.size ?? 0;
    this.#windows.delete(id);
  }
}

export function sizeOfRows(rows: readonly Pick<WholeEntryRow, "text" | "tool" | "reasoning" | "opaque">[]): number {
  const sizeOf = ({ text, tool, reasoning, opaque }: (typeof rows)[number]) =>
    [text, tool, reasoning, opaque].reduce((sum, part) => sum + (part?.length ?? 0), sizeOfRest);
  return rows.reduce((sum, row) => sum + sizeOf(row), 0);
}
