/** Reads a file of the workspace: a part of a text, or a picture as a file. */
import { defineTool, errorResult, type Tool, type ToolOutcome, type ToolRun } from "@reef/engine/tool/tool";
import { maxFileBytes } from "@reef/protocol/file-limits";
import { z } from "zod";
import { readWhole } from "../workspace/files.ts";
import { sayPath } from "../workspace/relative-path.ts";
import { type BoxDeps, boxOf } from "./box-deps.ts";

const maxShown = 40_000;
const maxLine = 2_000;

export function fileRead(deps: BoxDeps): Tool {
  return defineTool({
    name: "file_read",
    description:
      "Reads a file of your workspace. Paths are relative to the workspace (/work for commands). Long files are read in parts: give offset and limit in lines. Pictures come as files.",
    input: z.strictObject({
      path: z.string().min(1).max(4_096),
      offset: z.int().min(1).max(100_000_000).default(1).describe("The first line to read."),
      limit: z.int().min(1).max(10_000).default(1_000).describe("How many lines to read."),
    }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "nothing",
    words: "others",
    tells: "nobody",
    folds: true,
    async run(run, { path, offset, limit }) {
      const { workspace } = await boxOf(deps, run);
      const bytes = await readWhole(workspace.root, path, maxFileBytes);
      const picture = pictureType(bytes);
      if (picture !== null) return await keepPicture(run, { path, bytes, mediaType: picture });
      if (bytes.subarray(0, 8_000).includes(0))
        return errorResult(`${sayPath(path)} is not text (${bytes.byteLength.toLocaleString("en-US")} bytes)`);
      return { type: "result", text: showLines(bytes, { path, offset, limit }) };
    },
  });
}

function showLines(
  bytes: Buffer,
  { path, offset, limit }: { readonly path: string; readonly offset: number; readonly limit: number },
): string {
  if (bytes.byteLength === 0) return `${sayPath(path)} is empty.`;
  const lines = bytes.toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (offset > lines.length) return `${sayPath(path)} has ${lines.length} lines; there is no line ${offset}.`;
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.slice(offset - 1, offset - 1 + limit)) {
    const cut = line.length > maxLine ? `${line.slice(0, maxLine)} … (${line.length - maxLine} characters cut)` : line;
    length += cut.length + 1;
    if (length > maxShown && shown.length > 0) break;
    shown.push(cut);
  }
  const last = offset - 1 + shown.length;
  const isWhole = offset === 1 && last === lines.length;
  const head = isWhole ? "" : `[${sayPath(path)}, lines ${offset} to ${last} of ${lines.length}]\n`;
  const more = last < lines.length ? `\n[Read on with offset ${last + 1}.]` : "";
  return `${head}${shown.join("\n")}${more}`;
}

async function keepPicture(
  { deps }: ToolRun,
  { path, bytes, mediaType }: { readonly path: string; readonly bytes: Buffer; readonly mediaType: string },
): Promise<ToolOutcome> {
  if (deps.files === undefined) return errorResult(`${sayPath(path)} is a picture, and files cannot be kept here`);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const file = await deps.files.keep({ name, mediaType, chunks: oneChunk(bytes) });
  return { type: "result", text: `${sayPath(path)} is a picture: it comes with this result.`, files: [file] };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function pictureType(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 12).toString("latin1");
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (/^GIF8[79]a/.test(start)) return "image/gif";
  if (/^RIFF[\s\S]{4}WEBP/.test(start)) return "image/webp";
  return null;
}
