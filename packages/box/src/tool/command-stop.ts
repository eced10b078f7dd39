/** Stops a background command with all its processes. Stopping one that has ended changes nothing. */
import { defineTool, errorResult, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import { type BoxDeps, commandsOf } from "./box-deps.ts";
import { sayEnd } from "./say-command.ts";

export function commandStop(deps: BoxDeps): Tool {
  return defineTool({
    name: "command_stop",
    description: "Stops a command that runs in the background, with all its processes.",
    input: z.strictObject({ id: z.string().max(100) }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "lasting",
    words: "own",
    tells: "nobody",
    folds: true,
    async run(run, { id }) {
      const { commands, workspace } = await commandsOf(deps, run);
      const note = await commands.find(workspace, id);
      if (note === null) return errorResult(`there is no command ${JSON.stringify(id)}`);
      if (note.state !== "running") return { type: "result", text: `${id} does not run: ${sayEnd(note)}` };
      await commands.stop(id);
      const after = (await commands.find(workspace, id)) ?? note;
      return { type: "result", text: `${id} ${sayEnd(after)}` };
    },
  });
}
