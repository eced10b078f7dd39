/**
 * Reads what a path says: whether it is a task's file, which task, and where in a task's life. The name of its folder is
 * a task's identity; its title only claims one.
 */
import type { TaskSource, TaskStatus } from "@reef/protocol/task";

export interface Place {
  readonly form: TaskSource["form"];
  /** The folder that is the task; of a flat file, its name without an ending. */
  readonly ref: string;
  /** The path of that folder or file, by which parts of a task are found. */
  readonly key: string;
  readonly project: string | null;
  readonly folder: string | null;
  readonly folderStatus: TaskStatus | null;
  /** The key of the task that it is a part of. */
  readonly parentKey: string | null;
  /** In a folder of forms. */
  readonly isForm: boolean;
}

/** What the folders of a life say. Those without a status hold work of any kind. */
const statusByFolder: Readonly<Record<string, TaskStatus | null>> = {
  active: null,
  pending: "pending",
  backlog: "pending",
  working: "in_progress",
  blocked: "blocked",
  completed: "done",
  cancelled: "cancelled",
  canceled: "cancelled",
  failed: "failed",
  improvements: null,
  "hooks-integration": null,
  template: null,
  templates: null,
};

/** Tasks that are a file of their own begin with one of these. */
const flatName = /^(TASK|IMP|RALF|FG|STOP|SUBTASK)[-_].+\.md$/;

/** Files beside a task's own that have such a name too, and are its notes. */
const notes = /^(TASK-CONTEXT|ACTIVE-CONTEXT)\.md$/i;

/** Returns null for a file that isn't a task's. `inside` is its path in the root, with `/`. */
export function placeOf(inside: string): Place | null {
  const parts = inside.split("/");
  const name = parts.at(-1) ?? "";
  const folders = parts.slice(0, -1);
  const at = folders.indexOf("tasks");
  const isFlat = flatName.test(name) && !notes.test(name);
  if (name.toLowerCase() === "task.md") {
    // The folder “tasks” itself is no task.
    const ref = folders.at(-1);
    if (ref === undefined || (at !== -1 && folders.length - 1 === at)) return null;
    return { ...lifeOf(folders, at), form: "document", ref, key: folders.join("/") };
  }
  if (at === -1) return null;
  if (isFlat) {
    const owner = taskFolderOf(folders, at);
    // In the folder of a task it is one of its papers, unless it is a part of it.
    if (owner !== null && folders.at(-1) !== "subtasks") return null;
    const ref = name.slice(0, -".md".length);
    return { ...lifeOf([...folders, ref], at), form: "flat", ref, key: inside };
  }
  if (name === "state.json" && folders.length - 1 > at) {
    const ref = folders.at(-1) ?? "";
    return { ...lifeOf(folders, at), form: "tree", ref, key: folders.join("/") };
  }
  return null;
}

/** Returns the place of a folder that is named like a task and has no file of one; null for another folder. */
export function folderPlace(inside: string): Place | null {
  const folders = inside.split("/");
  const ref = folders.at(-1) ?? "";
  const at = folders.indexOf("tasks");
  if (at === -1 || !/^(TASK|IMP|RALF|FG|STOP|SUBTASK)[-_]./.test(ref)) return null;
  const above = folders.at(-2) ?? "";
  if (above !== "tasks" && above !== "subtasks" && !(above in statusByFolder)) return null;
  return { ...lifeOf(folders, at), form: "folder", ref, key: inside };
}

function lifeOf(
  folders: readonly string[],
  at: number,
): Pick<Place, "project" | "folder" | "folderStatus" | "parentKey" | "isForm"> {
  const life = at === -1 ? undefined : folders[at + 1]?.toLowerCase();
  const folder = life !== undefined && life in statusByFolder && folders.length > at + 2 ? life : null;
  const ref = folders.at(-1) ?? "";
  const memory = folders.indexOf("5-project-memory");
  const project = memory === -1 ? null : (folders[memory + 1] ?? null);
  const isForm =
    /^templates?$/i.test(folder ?? "") ||
    /^templates?$/i.test(ref) ||
    (at !== -1 && /^templates?$/i.test(folders[at + 1] ?? ""));
  const parentAt = folders.lastIndexOf("subtasks");
  return {
    project,
    folder,
    folderStatus: folder === null ? null : (statusByFolder[folder] ?? null),
    parentKey: parentAt > 0 && parentAt > at ? folders.slice(0, parentAt).join("/") : parentAbove(folders, at),
    isForm,
  };
}

/** A task's folder inside another's is a part of it, also without a folder `subtasks`. */
function parentAbove(folders: readonly string[], at: number): string | null {
  for (let end = folders.length - 1; at !== -1 && end > at + 1; end -= 1) {
    if (/^(TASK|IMP|RALF|FG)[-_]./.test(folders[end - 1] ?? "")) return folders.slice(0, end).join("/");
  }
  return null;
}

function taskFolderOf(folders: readonly string[], at: number): string | null {
  return folders.slice(at + 1).find((name) => /^(TASK|IMP|RALF|FG|STOP|SUBTASK)[-_]./.test(name)) ?? null;
}
