/**
 * Replaces an exact piece of a text file. What is absent or ambiguous changes nothing. A call that a crash cut off is
 * not run again: the new text may contain the old one, and then it would take effect twice.
 */
import { defineTool, errorResult, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import { readWhole, writeWhole } from "../workspace/files.ts";
import { sayPath } from "../workspace/relative-path.ts";
import { decodeText } from "../workspace/text.ts";
import { type BoxDeps, boxOf } from "./box-deps.ts";

const maxEditedBytes = 10_000_000;

export function fileEdit(deps: BoxDeps): Tool {
  return defineTool({
    name: "file_edit",
    description:
      "Replaces an exact piece of a text file in your workspace. The old text must occur exactly once, unless all is true: give enough of the lines around it.",
    input: z.strictObject({
      path: z.string().min(1).max(4_096),
      old: z.string().min(1).max(200_000).describe("The text to replace, exactly as it is in the file."),
      new: z.string().max(200_000).describe("The text to put in its place."),
      all: z.boolean().default(false).describe("Replace every occurrence."),
    }),
    effects: { kind: "outside", afterCrash: "skip" },
    changes: "lasting",
    words: "own",
    tells: "nobody",
    folds: true,
    async run(run, { path, old, new: fresh, all }) {
      if (old === fresh) return errorResult("the old and the new text are the same");
      const { workspace, settings } = await boxOf(deps, run);
      const before = decodeText(await readWhole(workspace.root, path, maxEditedBytes));
      if (before === null) return errorResult(`${sayPath(path)} is not UTF-8 text: file_edit cannot change it`);
      const edit = replaceExactly(before, { old, fresh, all });
      if (edit.state === "refused") return errorResult(`${sayPath(path)}: ${edit.reason}`);
      await writeWhole(workspace, path, { bytes: Buffer.from(edit.text), limits: settings.limits });
      const lines = sayLines(edit.lines);
      return { type: "result", text: `edited ${sayPath(path)} (${lines})` };
    },
  });
}

type Edit =
  | { readonly state: "done"; readonly text: string; readonly lines: readonly number[] }
  | { readonly state: "refused"; readonly reason: string };

/** Keeps a file's line breaks: where it has CRLF, a piece with plain breaks is read and written with CRLF. */
export function replaceExactly(
  text: string,
  { old, fresh, all }: { readonly old: string; readonly fresh: string; readonly all: boolean },
): Edit {
  const withBreaks = (piece: string) => piece.replaceAll(/\r?\n/g, "\r\n");
  const isCrlf = text.includes("\r\n") && !text.includes(old) && text.includes(withBreaks(old));
  const usesCrlf = isCrlf || (text.includes("\r\n") && !/(?<!\r)\n/.test(text));
  const wanted = isCrlf ? withBreaks(old) : old;
  const starts = findAll(text, wanted);
  if (starts.length === 0) return { state: "refused", reason: absent(text, old) };
  const lines = starts.map((start) => lineOf(text, start));
  if (starts.length > 1 && !all) {
    return {
      state: "refused",
      reason: `the old text occurs ${starts.length} times (${sayLines(lines)}): give more of the lines around it, or set all`,
    };
  }
  return { state: "done", text: text.split(wanted).join(usesCrlf ? withBreaks(fresh) : fresh), lines };
}

function findAll(text: string, piece: string): readonly number[] {
  const starts: number[] = [];
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + piece.length)) starts.push(at);
  return starts;
}

/** A model often has the words right and the spaces wrong: says where it nearly fits. */
function absent(text: string, old: string): string {
  const squeeze = (part: string) => part.replaceAll(/\s+/g, " ").trim();
  const first = squeeze(old.split("\n").find((line) => line.trim() !== "") ?? "");
  const near = first === "" ? -1 : text.split("\n").findIndex((line) => squeeze(line) === first);
  return near < 0
    ? "the old text is not in the file: read the file again"
    : `the old text is not in the file exactly as given; line ${near + 1} is like its first line, with other white space or another continuation`;
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) line += 1;
  return line;
}

function sayLines(lines: readonly number[]): string {
  const shown = lines.slice(0, 10).join(", ");
  return `${lines.length === 1 ? "line" : "lines"} ${shown}${lines.length > 10 ? ` and ${lines.length - 10} more` : ""}`;
}
