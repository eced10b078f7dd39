/** Reads a tree of tasks in JSON: a task with its parts, each with parts of its own. */
import { taskLimits } from "@reef/protocol/task-limits";
import { judge } from "./judge.ts";
import type { Place } from "./place.ts";
import type { ReadTask } from "./read-task.ts";
import { readPriority, readStatus, readTime } from "./words.ts";

const deepest = 10;
const mostParts = 1_000;

/** Returns the task and its parts, parents first; null if the JSON is something else, as a state of a program may be. */
export function readTaskTree(json: unknown, place: Place): readonly ReadTask[] | null {
  if (!isNode(json) || !("subtasks" in json || "objective" in json)) return null;
  const found: ReadTask[] = [];
  const walk = (node: Node, key: string, { parentKey, depth }: { parentKey: string | null; depth: number }) => {
    if (found.length >= mostParts) return;
    found.push(
      toTask(node, {
        ...place,
        key,
        parentKey,
        ref: depth === 0 ? place.ref : (textOf(node, "id") ?? key.split("/").at(-1) ?? ""),
      }),
    );
    const parts = node.subtasks;
    if (!Array.isArray(parts) || depth >= deepest) return;
    const names = new Set<string>();
    for (const [at, part] of parts.entries()) {
      if (!isNode(part)) continue;
      const id = textOf(part, "id") ?? String(at + 1);
      const name = names.has(id) ? `${id}-${at + 1}` : id;
      names.add(name);
      walk(part, `${key}/${name.replaceAll("/", "_").slice(0, 100)}`, { parentKey: key, depth: depth + 1 });
    }
  };
  walk(json, place.key, { parentKey: place.parentKey, depth: 0 });
  return found;
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(node: Node, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = node[name];
    if (typeof value === "string" && value.trim() !== "") return value.trim();
  }
  return null;
}

function toTask(node: Node, place: Place): ReadTask {
  const statusText = textOf(node, "status", "state")?.slice(0, 200).toWellFormed() ?? null;
  const claims = { ...place, statusText, fileStatus: readStatus(statusText) };
  const title = textOf(node, "title", "objective", "name") ?? place.ref;
  const id = textOf(node, "id");
  const text = textOf(node, "description", "objective") ?? "";
  return {
    ref: place.ref.slice(0, 200).toWellFormed(),
    key: place.key,
    parentKey: place.parentKey,
    title: title.slice(0, taskLimits.title).toWellFormed(),
    text,
    ...judge(claims),
    priority: readPriority(textOf(node, "priority")),
    criteria: [],
    labels: [],
    fields: Object.fromEntries(
      ["complexity", "max_depth", "created_at"].flatMap((name) => {
        const value = node[name];
        return typeof value === "string" || typeof value === "number"
          ? [[name, String(value).slice(0, taskLimits.field)]]
          : [];
      }),
    ),
    isTemplate: place.isForm,
    writtenAt: readTime(textOf(node, "created_at", "created")),
    source: {
      project: place.project,
      folder: place.folder,
      folderStatus: place.folderStatus,
      statusText,
      fileStatus: claims.fileStatus,
      form: "tree",
      aliases: id === null || id === place.ref ? [] : [id.slice(0, 200)],
      problems: statusText === null ? ["it doesn't say its status"] : [],
    },
  };
}
