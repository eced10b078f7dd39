/** Lists a folder of the workspace. */
import { defineTool, type Tool } from "@reef/engine/tool/tool";
import { z } from "zod";
import { type Listed, listFolder } from "../workspace/list.ts";
import { sayPath } from "../workspace/relative-path.ts";
import { type BoxDeps, boxOf } from "./box-deps.ts";

export function fileList(deps: BoxDeps): Tool {
  return defineTool({
    name: "file_list",
    description: "Lists a folder of your workspace: names, sizes and kinds, folders first.",
    input: z.strictObject({
      path: z.string().min(1).max(4_096).default("."),
      depth: z.int().min(1).max(8).default(1).describe("How many levels of folders to show."),
      limit: z.int().min(1).max(1_000).default(200),
    }),
    effects: { kind: "outside", afterCrash: "replay" },
    changes: "nothing",
    words: "others",
    tells: "nobody",
    folds: true,
    async run(run, { path, depth, limit }) {
      const { workspace } = await boxOf(deps, run);
      const { entries, isCut } = await listFolder(workspace.root, path, { depth, limit });
      if (entries.length === 0) return { type: "result", text: `${sayPath(path)} is empty.` };
      const more = isCut ? [`[There is more: the first ${entries.length} found are shown.]`] : [];
      return { type: "result", text: [...entries.map(sayEntry), ...more].join("\n") };
    },
  });
}

function sayEntry({ path, kind, sizeBytes, target }: Listed): string {
  const name = /^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u.test(path) ? path : JSON.stringify(path);
  switch (kind) {
    case "folder":
      return `${name}/`;
    case "file":
      return `${name}  ${sizeBytes.toLocaleString("en-US")} bytes`;
    case "link":
      return `${name} -> ${JSON.stringify(target ?? "")}`;
    case "other":
      return `${name}  (pipe, socket or device)`;
  }
}
