/**
 * Searches the texts of the workspace: with ripgrep in a box where both are there. Without them, words are searched as
 * they are: a bot's regular expression can run for hours, so it never runs in Reef's own process.
 */
import { defineTool, errorResult, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import type { Box } from "../run/box.ts";
import { plainOutput } from "../run/plain-output.ts";
import { startBox } from "../run/start.ts";
import { listFolder } from "../workspace/list.ts";
import { boxRoot, parsePath, sayPath } from "../workspace/relative-path.ts";
import { searchWords } from "../workspace/search-words.ts";
import { type BoxDeps, type BoxOfBot, boxOf } from "./box-deps.ts";

const searchMs = 20_000;
const maxBytes = 200_000;

interface Wanted {
  readonly pattern: string;
  readonly path: string;
  readonly isExact: boolean;
  readonly glob: string | null;
  readonly limit: number;
}

export function fileSearch(deps: BoxDeps): Tool {
  return defineTool({
    name: "file_search",
    description:
      "Searches the text files of your workspace for a regular expression, or for exact words. Shows path, line number and line of each match.",
    input: z.strictObject({
      pattern: z.string().min(1).max(1_000),
      path: z.string().min(1).max(4_096).default("."),
      exact: z.boolean().default(false).describe("Search for the words as they are, not as a regular expression."),
      glob: z.string().min(1).max(200).optional().describe("Only files whose name fits, such as *.ts"),
      limit: z.int().min(1).max(500).default(100),
    }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "nothing",
    words: "others",
    tells: "nobody",
    folds: true,
    async run(run, { pattern, path, exact, glob, limit }) {
      const found = await boxOf(deps, run);
      const wanted: Wanted = { pattern, path, isExact: exact, glob: glob ?? null, limit };
      const { box } = deps;
      if (box.state === "ready" && box.ripgrepPath !== null)
        return await searchInBox({ deps, box, ripgrepPath: box.ripgrepPath, found }, wanted, run.signal);
      if (!exact || glob !== undefined) {
        return errorResult(
          "regular expressions and globs need ripgrep in a box, which this machine cannot run (install bubblewrap and ripgrep): search for exact words",
        );
      }
      const matches = await searchWords(found.workspace.root, path, { words: pattern, limit });
      return { type: "result", text: matches.length === 0 ? "No results." : matches.join("\n") };
    },
  });
}

async function searchInBox(
  {
    deps,
    box,
    ripgrepPath,
    found: { workspace, settings },
  }: { readonly deps: BoxDeps; readonly box: Box; readonly ripgrepPath: string; readonly found: BoxOfBot },
  wanted: Wanted,
  signal: AbortSignal,
) {
  // Says in Reef's words what is wrong with the path; ripgrep then sees the same folder read-only.
  const names = parsePath(wanted.path);
  await listFolder(workspace.root, wanted.path, { depth: 1, limit: 1 }).catch((error: Error) => {
    if (!error.message.includes("is a file")) throw error;
  });
  const running = await startBox(
    { box, clock: deps.clock },
    {
      root: workspace.root,
      usage: workspace.usage,
      isReadOnly: true,
      limits: settings.limits,
      timeoutMs: searchMs,
      proxySocket: null,
      cwd: boxRoot,
      argv: [ripgrepPath, ...ripgrepArguments(wanted), "--", wanted.pattern, `./${names.join("/")}`],
    },
  );
  const stop = () => void running.stop();
  signal.addEventListener("abort", stop, { once: true });
  const lines: string[] = [];
  let rest = "";
  let length = 0;
  for await (const chunk of running.output) {
    if (lines.length > wanted.limit || length > maxBytes) {
      stop();
      continue;
    }
    length += chunk.byteLength;
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  }
  if (rest !== "") lines.push(rest);
  const { code, endedBy, problem } = await running.exit;
  signal.removeEventListener("abort", stop);
  if (problem !== null && code !== 0) return errorResult(`the search could not start: ${problem}`);
  const shown = lines.slice(0, wanted.limit).map((line) => plainOutput(line.replace("\0", ":")).replace(/^\.\//, ""));
  if (code === 2 && shown.length > 0 && !shown.some((line) => /:\d+:/.test(line)))
    return errorResult(`the search failed: ${shown.join(" ").slice(0, 500)}`);
  if (code === 1 || shown.length === 0)
    return { type: "result" as const, text: `No results in ${sayPath(wanted.path)}.` };
  const more =
    lines.length > wanted.limit || endedBy !== "itself"
      ? [`[There may be more: ${endedBy === "time" ? "the search took too long" : "narrow the search"}.]`]
      : [];
  return { type: "result" as const, text: [...shown, ...more].join("\n") };
}

function ripgrepArguments({ isExact, glob, limit }: Wanted): readonly string[] {
  return [
    ...["--no-config", "--color", "never", "--no-heading", "--with-filename", "--line-number", "--null", "--hidden"],
    ...["--max-columns", "400", "--max-columns-preview", "--max-count", String(limit + 1), "--max-filesize", "20M"],
    ...["--sort", "path", "--glob", "!.git/"],
    ...(isExact ? ["--fixed-strings"] : []),
    ...(glob === null ? [] : ["--glob", glob]),
  ];
}
