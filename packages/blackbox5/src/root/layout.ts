/** Recognises the layout: which projects there are, and whether it is a BlackBox5 at all. Gathered along the walk. */
import type { Root } from "@reef/protocol/root";
import type { Folder } from "./walk.ts";

const signs = ["5-project-memory", ".autonomous", "2-engine", "bin", "openclaw.json", "engine", "tasks"];

export class Layout {
  private readonly projects = new Map<string, string>();
  private readonly taskFolders: string[] = [];
  private found = 0;

  note({ path, files, folders }: Folder): void {
    if (path === "") this.found = signs.filter((sign) => files.includes(sign) || folders.includes(sign)).length;
    const parts = path.split("/");
    if (parts.at(-1) === "5-project-memory") for (const name of folders) this.projects.set(name, `${path}/${name}`);
    if (parts.at(-1) === "tasks" && this.taskFolders.length < 200) this.taskFolders.push(path);
  }

  get value(): Root["layout"] {
    const projects = [...this.projects].map(([name, path]) => ({ name, path })).slice(0, 200);
    return {
      isKnown: projects.length > 0 || this.taskFolders.length > 0 || this.found >= 3,
      projects,
      taskFolders: [...this.taskFolders],
    };
  }
}
