/**
 * Where the bytes of files are kept, each once under its hash. Which files there are, what they are called and what names
 * them stands in the store: bytes that no row knows are garbage, wherever a crash left them (MB11).
 */

/** Bytes that have arrived and are not kept yet. Disposing of them leaves nothing behind, unless they were kept. */
export interface ReceivedBytes extends AsyncDisposable {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** At most `length` bytes from `offset` on; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Resolves when they are on disk under their hash. What stood there is replaced: it is the same. */
  keep(): Promise<void>;
}

/** Both ends are part of it, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface FileBytes {
  /**
   * Takes in what comes, piece by piece, never the whole at once. Rejects with what `chunks` throws, and with `storage_full`
   * when the disk takes no more; nothing is left behind then.
   */
  receive(chunks: AsyncIterable<Uint8Array>): Promise<ReceivedBytes>;
  /** Null when they are not there. */
  size(sha256: string): Promise<number | null>;
  /** The whole of them; null when they are not there. */
  read(sha256: string): Promise<Uint8Array | null>;
  /** In pieces; null when they are not there. The reader cancels it or reads it to its end. */
  stream(sha256: string, range: ByteRange): Promise<ReadableStream<Uint8Array> | null>;
  /** Nothing when they are not there. */
  delete(sha256: string): Promise<void>;
  /** Of everything that is kept. What comes or goes while it is read may be part of it or not. */
  hashes(): AsyncIterable<string>;
  /** Bytes of everything that is kept or arriving. */
  used(): Promise<number>;
}
