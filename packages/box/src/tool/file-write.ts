/**
 * Writes a whole file of the workspace. A call that a crash cut off is run again: the file is replaced in one step, so
 * the call either took effect or did not, and the same content twice is the same file.
 */
import { defineTool, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import { writeWhole } from "../workspace/files.ts";
import { sayPath } from "../workspace/relative-path.ts";
import { type BoxDeps, boxOf } from "./box-deps.ts";

export function fileWrite(deps: BoxDeps): Tool {
  return defineTool({
    name: "file_write",
    description:
      "Writes a whole text file into your workspace, and creates its folders. Replaces what was there. To change a part of a file, use file_edit.",
    input: z.strictObject({
      path: z.string().min(1).max(4_096),
      content: z.string().max(2_000_000),
    }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "lasting",
    words: "own",
    tells: "nobody",
    folds: true,
    async run(run, { path, content }) {
      const { workspace, settings } = await boxOf(deps, run);
      const bytes = Buffer.from(content);
      const outcome = await writeWhole(workspace, path, { bytes, limits: settings.limits });
      return {
        type: "result",
        text: `${outcome} ${sayPath(path)} (${bytes.byteLength.toLocaleString("en-US")} bytes)`,
      };
    },
  });
}
