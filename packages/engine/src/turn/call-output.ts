/**
 * TO3: bounds what a call brings into the transcript. A longer output is kept whole as a file; the result shows its
 * beginning and its end, and tells the model how to read the rest.
 */
import type { FileRef } from "@reef/protocol/file";
import { maxFileBytes } from "@reef/protocol/file-limits";
import type { ToolCallRequest } from "../port/runtime.ts";
import type { Result } from "./call-result.ts";
import type { OpenTurn } from "./open-turn.ts";

/** How much of the room the beginning gets. */
const headShare = 0.6;

export async function boundOutput(open: OpenTurn, call: ToolCallRequest, outcome: Result): Promise<Result> {
  const { outputTextMax } = open.deps.settings;
  const { text } = outcome;
  if (text.length <= outputTextMax) return outcome;
  const head = cut(text.slice(0, outputTextMax * headShare));
  const tail = cut(text.slice(text.length - outputTextMax * (1 - headShare)));
  const left = text.length - head.length - tail.length;
  const file = await keepWhole(open, call, text);
  const where =
    file === null
      ? "The whole output could not be kept."
      : `The whole output is the file “${file.name}”: read on with attachment_read {"id": "${file.id}", "from": ${head.length}}.`;
  return {
    ...outcome,
    text: `${head}\n\n[Reef left out ${left} characters here. ${where}]\n\n${tail}`,
    ...(file === null ? {} : { files: [...(outcome.files ?? []), file] }),
  };
}

/** Returns null where files cannot be kept, such as on a full disk: the call itself has succeeded. */
async function keepWhole({ deps, turn }: OpenTurn, call: ToolCallRequest, text: string): Promise<FileRef | null> {
  if (deps.files === undefined) return null;
  const room = new Uint8Array(Math.min(3 * text.length, maxFileBytes));
  // Only whole characters, so that it stays a text.
  const bytes = room.subarray(0, new TextEncoder().encodeInto(text, room).written);
  try {
    const name = `${call.name} output.txt`;
    const file = await deps.files.keep({ name, mediaType: "text/plain", chunks: once(bytes) });
    const { sha256: _, createdAt: __, ...ref } = file;
    return ref;
  } catch (error) {
    deps.log.warn({ error, turnId: turn.id, tool: call.name }, "a long output was not kept");
    return null;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Leaves no half of a character at the ends. */
function cut(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]/, "").replace(/[\uD800-\uDBFF]$/, "");
}
