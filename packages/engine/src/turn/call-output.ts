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

export async function boundOutput(
  open: Pick<OpenTurn, "deps" | "turn">,
  call: Pick<ToolCallRequest, "name">,
  outcome: Result,
): Promise<Result> {
  const { outputTextMax } = open.deps.settings;
  const { text } = outcome;
  if (text.length <= outputTextMax) return outcome;
  const { file, where, head, tail, left } = await keepEnds(open, {
    text,
    most: outputTextMax,
    name: `${call.name} output.txt`,
  });
  return {
    ...outcome,
    text: `${head}\n\n[Reef left out ${left} characters here. ${where}]\n\n${tail}`,
    ...(file === null ? {} : { files: [...(outcome.files ?? []), file] }),
  };
}

export interface Ends {
  readonly head: string;
  readonly tail: string;
  /** How many characters are between them. */
  readonly left: number;
  /** Null where the whole could not be kept. */
  readonly file: FileRef | null;
  /** Where the whole is, in words for a model. */
  readonly where: string;
}

/** Keeps a text that is too long as a file of the session, and returns its two ends. */
export async function keepEnds(
  open: Pick<OpenTurn, "deps" | "turn">,
  { text, most, name }: { readonly text: string; readonly most: number; readonly name: string },
): Promise<Ends> {
  const head = cut(text.slice(0, most * headShare));
  const tail = cut(text.slice(text.length - most * (1 - headShare)));
  const file = await keepWhole(open, { text, name });
  const where =
    file === null
      ? "The whole output could not be kept."
      : `The whole output is the file “${file.name}”: read on with attachment_read {"id": "${file.id}", "from": ${head.length}}.`;
  return { head, tail, left: text.length - head.length - tail.length, file, where };
}

/** Returns null where files cannot be kept, such as on a full disk: the call itself has succeeded. */
async function keepWhole(
  { deps, turn }: Pick<OpenTurn, "deps" | "turn">,
  { text, name }: { readonly text: string; readonly name: string },
): Promise<FileRef | null> {
  if (deps.files === undefined) return null;
  const room = new Uint8Array(Math.min(3 * text.length, maxFileBytes));
  // Only whole characters, so that it stays a text.
  const bytes = room.subarray(0, new TextEncoder().encodeInto(text, room).written);
  try {
    const file = await deps.files.keep({ name, mediaType: "text/plain", chunks: once(bytes) });
    const { sha256: _, createdAt: __, ...ref } = file;
    return ref;
  } catch (error) {
    deps.log.warn({ error, turnId: turn.id, name }, "a long text was not kept");
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
