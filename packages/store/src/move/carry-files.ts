/** Carries the bytes of attachments whose rows are in the snapshot. What is there already, whole, is left as it is. */
import { AppError } from "@reef/protocol/error";
import type { Snapshot, Source, TableShape, Target } from "./side.ts";

export interface CarriedFiles {
  readonly files: number;
  readonly bytes: number;
  /** Bytes that the source no longer had: these attachments were gone before. */
  readonly gone: number;
}

export async function carryFiles({
  source,
  snapshot,
  target,
  tables,
  signal,
}: {
  readonly source: Source;
  readonly snapshot: Snapshot;
  readonly target: Target;
  readonly tables: readonly TableShape[];
  readonly signal: AbortSignal;
}): Promise<CarriedFiles> {
  const table = tables.find(({ name }) => name === "files");
  if (table === undefined) throw new Error("there is no table of files");
  const [hashAt, sizeAt] = ["sha256", "size_bytes"].map((name) =>
    table.columns.findIndex((column) => column.name === name),
  ) as [number, number];
  const kept = await target.openFiles();
  const done = new Set<string>();
  let bytes = 0;
  let gone = 0;
  for await (const rows of snapshot.rows(table)) {
    for (const row of rows) {
      const [sha256, size] = [String(row[hashAt]), Number(row[sizeAt])];
      if (done.has(sha256)) continue;
      done.add(sha256);
      signal.throwIfAborted();
      if ((await kept.size(sha256)) === size) bytes += size;
      else {
        const found = await source.readBytes(sha256);
        if (found === null) gone += 1;
        else {
          await using received = await kept.receive(found);
          if (received.sha256 !== sha256) {
            const text = `the bytes of an attachment are damaged in ${source.name} (${sha256}): restore that file, or delete it`;
            throw new AppError("unavailable", text);
          }
          await received.keep();
          bytes += received.sizeBytes;
        }
      }
    }
  }
  return { files: done.size - gone, bytes, gone };
}
