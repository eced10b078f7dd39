/**
 * Keeps the bytes of files, each once under its hash. Which files exist, their names and their references are in the
 * store: bytes without a row are garbage, wherever a crash left them (MB11).
 */

/** Bytes that have arrived but are not kept yet. Disposing removes them, unless `keep` was called. */
export interface ReceivedBytes extends AsyncDisposable {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Reads at most `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Resolves when the bytes are on disk under their hash. Replaces any that are already there: they are equal. */
  keep(): Promise<void>;
}

/** Both ends are inclusive, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface FileBytes {
  /**
   * Receives the bytes piece by piece, and never holds all of them in memory. Rejects with what `chunks` throws, and
   * with `storage_full` when the disk is full; nothing is left behind then.
   */
  receive(chunks: AsyncIterable<Uint8Array>): Promise<ReceivedBytes>;
  /** Returns null if the bytes are gone. */
  size(sha256: string): Promise<number | null>;
  /** Returns all bytes, or null if they are gone. */
  read(sha256: string): Promise<Uint8Array | null>;
  /**
   * Streams the bytes in pieces; returns null if they are gone. The reader must cancel the stream or read it to its
   * end.
   */
  stream(sha256: string, range: ByteRange): Promise<ReadableStream<Uint8Array> | null>;
  /** Does nothing if the bytes are gone. */
  delete(sha256: string): Promise<void>;
  /** Lists every kept hash. A hash added or deleted during the listing may or may not be included. */
  hashes(): AsyncIterable<string>;
  /** Counts the bytes of everything kept or arriving. */
  used(): Promise<number>;
}
