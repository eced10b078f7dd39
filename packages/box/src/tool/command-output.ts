/** Shows what a command printed: a background command's newest output, or a part of a long one. */
import { defineTool, errorResult, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import { plainOutput } from "../run/plain-output.ts";
import { type BoxDeps, commandsOf } from "./box-deps.ts";
import { sayEnd } from "./say-command.ts";

export function commandOutput(deps: BoxDeps): Tool {
  return defineTool({
    name: "command_output",
    description:
      "Shows the output of a command: its newest part, or from a byte offset. Without an id, lists your commands.",
    input: z.strictObject({
      id: z.string().max(100).optional(),
      offset: z.int().min(0).optional().describe("The first byte to show; the newest output if left out."),
      limit: z.int().min(1).max(30_000).default(10_000).describe("How many bytes."),
    }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "nothing",
    words: "others",
    tells: "nobody",
    folds: true,
    async run(run, { id, offset, limit }) {
      const { commands, workspace } = await commandsOf(deps, run);
      if (id === undefined) {
        const notes = await commands.list(workspace);
        const lines = notes.map((note) => `${note.id} ${sayEnd(note)} ${JSON.stringify(note.command.slice(0, 200))}`);
        return { type: "result", text: lines.join("\n") || "No commands have run here." };
      }
      const note = await commands.find(workspace, id);
      if (note === null) return errorResult(`there is no command ${JSON.stringify(id)}`);
      const { totalBytes, keptBytes } = note;
      const tail = offset === undefined && totalBytes > keptBytes ? commands.tail(id) : null;
      const from = offset ?? Math.max(keptBytes - limit, 0);
      const bytes = tail?.subarray(-limit) ?? (await commands.read(workspace, id, { offset: from, length: limit }));
      const start = tail === null ? from : totalBytes - bytes.byteLength;
      const isWhole = start === 0 && bytes.byteLength === totalBytes;
      const range = isWhole ? "" : ` [bytes ${start} to ${start + bytes.byteLength} of ${totalBytes}]`;
      const lost = totalBytes > keptBytes ? ` [only the first ${keptBytes} bytes are kept]` : "";
      return { type: "result", text: `${sayEnd(note)}${range}${lost}\n${plainOutput(bytes.toString())}`.trimEnd() };
    },
  });
}
