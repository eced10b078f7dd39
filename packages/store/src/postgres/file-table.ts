/**
 * MB11: keeps bytes of files in the database, in pieces, so that every worker can read them. What arrives is kept under
 * a name of its own and moved to its hash in one transaction: a file under its hash is complete.
 */
import { createHash } from "node:crypto";
import { makeId } from "@reef/engine/ids";
import type { FileBytes, ReceivedBytes } from "@reef/engine/port/files";
import { queryOf } from "./prepared.ts";
import type { Reader } from "./reader.ts";

const pieceBytes = 512 * 1024;
const hashPattern = /^[0-9a-f]{64}$/;
const hashesMax = 1_000;

const begin = "insert into incoming_files (id) values ($1)";
const addPiece = `with grown as (
  update incoming_files set size = size + length($3::bytea), started_at = now() where id = $1
) insert into incoming_chunks (id, place, bytes) values ($1, $2, $3::bytea)`;
const dropPieces = "delete from incoming_chunks where id = $1";
const dropIncoming = "delete from incoming_files where id = $1";
const lockHash = "select pg_advisory_xact_lock(hashtextextended($1, 6))";
const isRecent = "kept_at > now() - interval '10 minutes'";
/** The row of a file follows its bytes: until then, only the worker that kept them may delete them again. */
const keepName = `insert into file_bytes as bytes (sha256, size, kept_by, kept_at) values ($1, $2, $3, now())
  on conflict (sha256) do update set kept_at = now(),
    kept_by = case when bytes.kept_by <> $3 and bytes.${isRecent} then 'several' else $3 end
  returning (xmax = 0) as is_new`;
const dropName = `delete from file_bytes where sha256 = $1 and (kept_by = $2 or not ${isRecent})
  and not exists (select 1 from files where files.sha256 = file_bytes.sha256) returning sha256`;
const keepPieces =
  "insert into file_chunks (sha256, place, bytes) select $1, place, bytes from incoming_chunks where id = $2";
const sizeOf = "select size from file_bytes where sha256 = $1";
const pieceAt = "select bytes from file_chunks where sha256 = $1 and place = $2";
const incomingAt = "select bytes from incoming_chunks where id = $1 and place = $2";
const hashesAfter = "select sha256 from file_bytes where sha256 > $1 order by sha256 limit $2";
const usedBytes = `select (select coalesce(sum(size), 0) from file_bytes)
  + (select coalesce(sum(size), 0) from incoming_files) as bytes`;

type Connection = Pick<Reader, "send" | "inTransaction">;

export function openFileTable(reader: Connection): FileBytes {
  const keeper = makeId("worker");
  /** What has arrived here and is not sent yet. */
  const held = { bytes: 0 };
  const readPieces = async function* (sha256: string, first: number, last: number): AsyncGenerator<Uint8Array> {
    for (let place = Math.floor(first / pieceBytes); place * pieceBytes <= last; place++) {
      const [piece] = await reader.send<{ bytes: Uint8Array }>(queryOf(pieceAt, [sha256, place]));
      if (piece === undefined) return;
      const start = place * pieceBytes;
      yield piece.bytes.subarray(Math.max(0, first - start), last - start + 1);
    }
  };
  const size = async (sha256: string): Promise<number | null> => {
    if (!hashPattern.test(sha256)) throw new Error("this is not a hash");
    return (await reader.send<{ size: number }>(queryOf(sizeOf, [sha256])))[0]?.size ?? null;
  };

  return {
    async receive(chunks) {
      const id = makeId("file");
      const hash = createHash("sha256");
      const state = { sizeBytes: 0, places: 0, isKept: false };
      let rest: Buffer = Buffer.alloc(0);
      const hold = (bytes: Buffer) => {
        held.bytes += bytes.byteLength - rest.byteLength;
        rest = bytes;
      };
      const drop = async () => {
        if (state.isKept) return;
        state.isKept = true;
        // What is not dropped now is dropped when it is old.
        await dropAll(reader, id).catch(() => undefined);
      };
      const add = async (piece: Uint8Array) => {
        await reader.send(queryOf(addPiece, [id, state.places, Buffer.from(piece)]));
        state.places += 1;
      };
      try {
        await reader.send(queryOf(begin, [id]));
        for await (const chunk of chunks) {
          hash.update(chunk);
          state.sizeBytes += chunk.byteLength;
          hold(rest.byteLength === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]));
          while (rest.byteLength >= pieceBytes) {
            await add(rest.subarray(0, pieceBytes));
            hold(rest.subarray(pieceBytes));
          }
        }
        if (rest.byteLength > 0) await add(rest);
      } catch (error) {
        await drop();
        throw error;
      } finally {
        hold(Buffer.alloc(0));
      }
      const sha256 = hash.digest("hex");
      return {
        sha256,
        sizeBytes: state.sizeBytes,
        read: (offset, length) => readIncoming(reader, id, { offset, length }),
        async keep() {
          await reader.inTransaction(async (send) => {
            await send(queryOf(lockHash, [sha256]));
            const [kept] = await send<{ is_new: number }>(queryOf(keepName, [sha256, state.sizeBytes, keeper]));
            if (kept?.is_new === 1) await send(queryOf(keepPieces, [sha256, id]));
            await send(queryOf(dropPieces, [id]));
            await send(queryOf(dropIncoming, [id]));
          });
          state.isKept = true;
        },
        [Symbol.asyncDispose]: drop,
      } satisfies ReceivedBytes;
    },
    size,
    async read(sha256) {
      const bytes = await size(sha256);
      if (bytes === null) return null;
      const pieces: Uint8Array[] = [];
      for await (const piece of readPieces(sha256, 0, bytes - 1)) pieces.push(piece);
      return new Uint8Array(Buffer.concat(pieces));
    },
    async stream(sha256, { first, last }) {
      if ((await size(sha256)) === null) return null;
      return ReadableStream.from(readPieces(sha256, first, last)) as ReadableStream<Uint8Array>;
    },
    async delete(sha256) {
      await reader.inTransaction(async (send) => {
        await send(queryOf(lockHash, [sha256]));
        const gone = await send(queryOf(dropName, [sha256, keeper]));
        if (gone.length > 0) await send(queryOf("delete from file_chunks where sha256 = $1", [sha256]));
      });
    },
    async *hashes() {
      for (let after = ""; ; ) {
        const rows = await reader.send<{ sha256: string }>(queryOf(hashesAfter, [after, hashesMax]));
        for (const { sha256 } of rows) yield sha256;
        if (rows.length < hashesMax) return;
        after = rows.at(-1)?.sha256 ?? "";
      }
    },
    used: async () => ((await reader.send<{ bytes: number }>(queryOf(usedBytes)))[0]?.bytes ?? 0) + held.bytes,
  };
}

async function dropAll(reader: Connection, id: string): Promise<void> {
  await reader.inTransaction(async (send) => {
    await send(queryOf(dropPieces, [id]));
    await send(queryOf(dropIncoming, [id]));
  });
}

async function readIncoming(
  reader: Connection,
  id: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const end = offset + length;
  for (let place = Math.floor(offset / pieceBytes); place * pieceBytes < end; place++) {
    const [piece] = await reader.send<{ bytes: Uint8Array }>(queryOf(incomingAt, [id, place]));
    if (piece === undefined) break;
    const start = place * pieceBytes;
    parts.push(piece.bytes.subarray(Math.max(0, offset - start), Math.max(0, end - start)));
  }
  return new Uint8Array(Buffer.concat(parts));
}
