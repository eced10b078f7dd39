/**
 * Runs a command in the bot's box and shows its output, cut in the middle when it is long. One in the background goes on
 * after the turn. A call that a crash cut off is not run again: the command ended with Reef, and may have had effects.
 */
import { defineTool, errorResult, type Tool, type ToolOutcome, type ToolRun } from "@reef/engine/tool/tool";
import { maxFileBytes } from "@reef/protocol/file-limits";
import { z } from "zod";
import type { CommandNote } from "../run/command-notes.ts";
import type { Commands } from "../run/commands.ts";
import { showOutput } from "../run/kept-output.ts";
import { hasEscapes } from "../run/plain-output.ts";
import type { Workspace } from "../workspace/workspaces.ts";
import { type BoxDeps, commandsOf } from "./box-deps.ts";
import { sayEnd } from "./say-command.ts";

const headBytes = 16_000;

export function commandRun(deps: BoxDeps): Tool {
  return defineTool({
    name: "command_run",
    description:
      "Runs a shell command in your workspace, in a box: /work is your workspace, the system is read-only, other files of the machine and most of the network are not there. Shows output and exit code. For servers and long work set background: it returns an id for command_output and command_stop.",
    input: z.strictObject({
      command: z.string().min(1).max(50_000).describe("As for bash -c."),
      cwd: z.string().min(1).max(4_096).default(".").describe("A folder of the workspace to run in."),
      seconds: z
        .int()
        .min(1)
        .max(3_600)
        .optional()
        .describe("When to end the command; the box's own limit if left out, and at most that."),
      background: z.boolean().default(false).describe("Return immediately and let it run on."),
    }),
    effects: { kind: "outside", afterCrash: "skip" },
    changes: "lasting",
    words: "others",
    tells: "nobody",
    folds: false,
    async run(run, { command, cwd, seconds, background }) {
      if (command.includes("\0")) return errorResult("the command holds a NUL character");
      const { commands, workspace, settings } = await commandsOf(deps, run);
      const { limits, hosts } = settings;
      const turnMs = Math.min(seconds ?? limits.seconds, limits.seconds) * 1_000;
      const backgroundMs = Math.min((seconds ?? Number.POSITIVE_INFINITY) * 1_000, limits.backgroundHours * 3_600_000);
      const note = await commands.run(workspace, {
        botId: run.bot.id,
        sessionId: run.session.id,
        turnId: run.turn.id,
        callId: run.callId,
        command,
        cwd,
        isBackground: background,
        timeoutMs: background ? backgroundMs : turnMs,
        limits,
        hosts,
        mounts: (await deps.mountsOf?.(run.bot)) ?? [],
        onOutput: background ? undefined : (text) => tellProgress(deps, run, text),
        signal: run.signal,
      });
      if (background) return { type: "result", text: `${note.id} runs in the background.` };
      return await showResult(run, { commands, workspace, note });
    },
  });
}

function tellProgress({ onProgress }: BoxDeps, { bot, session, turn, callId }: ToolRun, text: string): void {
  onProgress?.({ botId: bot.id, sessionId: session.id, turnId: turn.id, callId, text });
}

async function showResult(
  { deps }: ToolRun,
  {
    commands,
    workspace,
    note,
  }: { readonly commands: Commands; readonly workspace: Workspace; readonly note: CommandNote },
): Promise<ToolOutcome> {
  const { id, totalBytes, keptBytes } = note;
  const head = await commands.read(workspace, id, { offset: 0, length: headBytes });
  const tailLength = Math.min(keptBytes, headBytes);
  const tail = await commands.read(workspace, id, { offset: keptBytes - tailLength, length: tailLength });
  const shown = showOutput({ head, tail, totalBytes, keptBytes }, id);
  const isGood = note.code === 0 && note.endedBy === "itself";
  const text = [sayEnd(note), shown.text.trimEnd()].filter((part) => part !== "").join("\n");
  // People get the whole of what was cut, and colours.
  const isKept = (shown.isCut || hasEscapes(head.toString())) && deps.files !== undefined && keptBytes > 0;
  const files =
    isKept && keptBytes <= maxFileBytes
      ? [
          await deps.files.keep({
            name: `${id}.txt`,
            mediaType: "text/plain",
            chunks: chunksOf(commands, { workspace, id, bytes: keptBytes }),
          }),
        ]
      : [];
  return { type: "result", text, isError: !isGood, ...(files.length > 0 && { files }) };
}

async function* chunksOf(
  commands: Commands,
  { workspace, id, bytes }: { readonly workspace: Workspace; readonly id: string; readonly bytes: number },
): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes; ) {
    const chunk = await commands.read(workspace, id, { offset, length: Math.min(1_000_000, bytes - offset) });
    if (chunk.byteLength === 0) return;
    offset += chunk.byteLength;
    yield chunk;
  }
}
