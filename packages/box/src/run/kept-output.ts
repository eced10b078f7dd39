/**
 * Keeps what a command prints: its beginning in a file up to a bound, its end in memory, and the count of everything.
 * Reading never waits for a reader, so that a command that prints without end is not held up and nothing piles up.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { plainOutput } from "./plain-output.ts";

/** The most that is kept of one command's output. */
const maxKeptBytes = 10_000_000;
const tailBytes = 64_000;
/** After this much, no more of it is shown while it comes. */
const maxToldBytes = 2_000_000;

export interface KeptOutput {
  /** Everything printed, also what was not kept. */
  readonly totalBytes: number;
  /** The bytes from the start that are in the file. */
  readonly keptBytes: number;
  /** The newest bytes, at most 64 kB. */
  readonly tail: Buffer;
}

export interface OutputKeeper {
  /** As of now. */
  readonly now: KeptOutput;
  /** Resolves when the output has ended and is on disk. Contract: never rejects. */
  readonly done: Promise<void>;
}

export function keepOutput(
  stream: Readable,
  { path, onChunk }: { readonly path: string; readonly onChunk?: ((text: string) => void) | undefined },
): OutputKeeper {
  const kept = {
    totalBytes: 0,
    keptBytes: 0,
    get tail() {
      return Buffer.concat(newest).subarray(-tailBytes);
    },
  };
  const decoder = new TextDecoder("utf-8", { fatal: false });
  const newest: Buffer[] = [];
  const read = async () => {
    const { O_CREAT, O_TRUNC, O_WRONLY, O_NOFOLLOW } = constants;
    const handle = await open(path, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW, 0o600).catch(() => null);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        kept.totalBytes += chunk.byteLength;
        newest.push(chunk);
        while (newest.length > 1 && sizeOf(newest) - (newest[0]?.byteLength ?? 0) >= tailBytes) newest.shift();
        const room = maxKeptBytes - kept.keptBytes;
        if (room > 0 && handle !== null && kept.keptBytes === kept.totalBytes - chunk.byteLength) {
          const part = chunk.subarray(0, room);
          const isWritten = await handle.writeFile(part).then(
            () => true,
            () => false, // the disk is full: the end is still in memory
          );
          if (isWritten) kept.keptBytes += part.byteLength;
        }
        if (kept.totalBytes <= maxToldBytes) onChunk?.(decoder.decode(chunk, { stream: true }));
      }
    } catch {
      // the stream broke with the process
    } finally {
      await handle?.close();
    }
  };
  return { now: kept, done: read() };
}

/** What a model sees of an output: its beginning and its end, in characters. */
const shownHead = 6_000;
const shownTail = 10_000;

/**
 * Returns the output for a model, cut in the middle if it is long, with where the rest is. `head` holds its first bytes
 * and at least as many as are shown.
 */
export function showOutput(
  { head, tail, totalBytes, keptBytes }: { readonly head: Buffer } & KeptOutput,
  id: string,
): { readonly text: string; readonly isCut: boolean } {
  if (totalBytes <= shownHead + shownTail && totalBytes <= head.byteLength)
    return { text: plainOutput(head.toString()), isCut: false };
  const first = head.subarray(0, shownHead);
  const last = tail.subarray(-Math.min(shownTail, Math.max(totalBytes - first.byteLength, 0)));
  const left = totalBytes - first.byteLength - last.byteLength;
  const rest =
    keptBytes < totalBytes
      ? `the first ${count(keptBytes)} bytes are kept: read on with command_output, id ${id}, offset ${first.byteLength}`
      : `read on with command_output, id ${id}, offset ${first.byteLength}`;
  const note = `[… ${count(left)} bytes left out; ${rest} …]`;
  return { text: `${plainOutput(whole(first))}\n${note}\n${plainOutput(whole(last))}`, isCut: true };
}

function sizeOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Decodes a part of a text without the halves of characters at its ends. */
function whole(bytes: Buffer): string {
  return bytes.toString().replaceAll(/^\uFFFD{1,3}|\uFFFD{1,3}$/g, "");
}

function count(bytes: number): string {
  return bytes.toLocaleString("en-US");
}
