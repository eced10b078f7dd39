/**
 * Takes what a scan found into tasks: each once, under the id it had before, also when its folder was moved (TK3). Texts
 * are blacked out on the way in (SE5).
 */
import type { TaskId } from "@reef/protocol/ids";
import type { Root, UnreadFile } from "@reef/protocol/root";
import type { Task, TaskCriterion, TaskSource } from "@reef/protocol/task";
import { msToIso } from "@reef/protocol/time";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { KnownTask, ScannedTask } from "../port/tasks.ts";
import { redactSecrets } from "../redact/secrets.ts";

/** One task as its files say it. Keys name its place in the root. */
export interface FoundTask extends Pick<Task, "ref" | "title" | "status" | "priority" | "conflict" | "isTemplate"> {
  readonly key: string;
  readonly parentKey: string | null;
  readonly path: string;
  readonly text: string;
  readonly criteria: readonly Pick<TaskCriterion, "text" | "kind" | "section" | "done">[];
  readonly labels: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly writtenAt: string | null;
  readonly contentHash: string;
  readonly duplicateOf: string | null;
  readonly modifiedMs: number;
  readonly source: Omit<TaskSource, "contentHash" | "duplicateOf" | "modifiedAt" | "path" | "status">;
}

const atOnce = 50;
/** So many texts are kept at most while a scan goes on. */
const mostKept = 1_000;

/** The tasks of one root, as one scan finds them. Use one a scan, in order. */
export class TaskIntake {
  private readonly deps: Deps;
  private readonly root: Pick<Root, "id" | "path">;
  private readonly idByKey = new Map<string, TaskId>();
  private readonly known = new Map<string, KnownTask>();
  private readonly kept: FoundTask[] = [];
  /** No task of this folder was ever taken: nothing can have moved. */
  private isEmpty = false;

  private constructor(deps: Deps, root: Pick<Root, "id" | "path">) {
    this.deps = deps;
    this.root = root;
  }

  static async open(deps: Deps, root: Pick<Root, "id" | "path">): Promise<TaskIntake> {
    const intake = new TaskIntake(deps, root);
    for (const task of await deps.store.read.tasksOfRoot(root.id)) {
      intake.known.set(task.sourceKey, task);
      intake.idByKey.set(task.sourceKey, task.id);
    }
    intake.isEmpty = intake.known.size === 0 && !(await deps.store.read.hasTasksUnder(`${root.path}\n`));
    return intake;
  }

  /**
   * Takes the tasks. Those at a new place are kept until `finish`, when it is known which places are left: they may have
   * been moved.
   */
  async add(tasks: readonly FoundTask[]): Promise<void> {
    await this.take(tasks.filter((task) => this.isReady(task)));
    this.kept.push(...tasks.filter((task) => !this.isReady(task)));
    if (this.kept.length > mostKept) await this.take(this.kept.splice(0));
  }

  /**
   * `keys` names every task that is there, also those that didn't change. What can't be read now may be there still, so
   * it isn't gone. Returns how many are.
   */
  async finish(
    { keys, unreadable }: { readonly keys: readonly string[]; readonly unreadable: readonly UnreadFile[] },
    signal: AbortSignal,
  ): Promise<number> {
    const there = new Set(keys.map((key) => this.sourceKeyOf(key)));
    const hidden = unreadable.map(({ path }) => this.sourceKeyOf(path));
    const lost = [...this.known.values()].filter(
      ({ sourceKey }) => !there.has(sourceKey) && !hidden.some((path) => isRelated(path, sourceKey)),
    );
    await this.matchMoved(lost);
    for (let task = this.kept.splice(0, atOnce); task.length > 0; task = this.kept.splice(0, atOnce)) {
      signal.throwIfAborted();
      await this.take(task);
    }
    const used = new Set([...this.idByKey].flatMap(([key, id]) => (there.has(key) ? [id] : [])));
    const gone = lost.filter(({ id, isGone }) => !isGone && !used.has(id)).map(({ id }) => id);
    for (let from = 0; from < gone.length; from += 500)
      await commitOps(this.deps, { op: "task.gone", rootId: this.root.id, ids: gone.slice(from, from + 500) });
    return gone.length;
  }

  private isReady({ key, parentKey, duplicateOf }: FoundTask): boolean {
    const isKnown = (each: string | null) => each === null || this.idByKey.has(this.sourceKeyOf(each));
    return this.isEmpty || (isKnown(key) && isKnown(parentKey) && isKnown(duplicateOf));
  }

  private async take(tasks: readonly FoundTask[]): Promise<void> {
    if (tasks.length === 0) return;
    await commitOps(this.deps, { op: "task.take", tasks: tasks.map((task) => this.toScanned(task)) });
  }

  /** A task that appears under its old name elsewhere was moved: from `active` to `completed`, mostly. */
  private async matchMoved(lost: readonly KnownTask[]): Promise<void> {
    const fresh = this.kept.filter(({ key }) => !this.idByKey.has(this.sourceKeyOf(key)));
    const byName = new Map<string, KnownTask[]>();
    for (const task of lost) {
      const name = nameOf(task.project, task.ref);
      byName.set(name, [...(byName.get(name) ?? []), task]);
    }
    const unmatched = fresh.filter((task) => {
      const [before] = byName.get(nameOf(task.source.project, task.ref))?.splice(0, 1) ?? [];
      if (before === undefined) return true;
      this.idByKey.set(this.sourceKeyOf(task.key), before.id);
      return false;
    });
    // Those that stayed when this folder was disconnected before.
    const keys = unmatched.map(({ key }) => this.sourceKeyOf(key));
    for (const { sourceKey, id } of await this.deps.store.read.tasksBySource(keys)) this.idByKey.set(sourceKey, id);
  }

  private toScanned(task: FoundTask): ScannedTask {
    const black = (text: string) => redactSecrets(text.toWellFormed()).value;
    const { source, fields, criteria } = task;
    return {
      id: this.idOf(task.key),
      sourceKey: this.sourceKeyOf(task.key),
      rootId: this.root.id,
      ref: task.ref.toWellFormed().slice(0, 300),
      title: black(task.title),
      status: task.status,
      priority: task.priority,
      conflict: task.conflict === null ? null : black(task.conflict),
      labels: task.labels.map(black),
      isTemplate: task.isTemplate,
      parentId: task.parentKey === null ? null : this.knownIdOf(task.parentKey),
      writtenAt: task.writtenAt,
      source: {
        ...source,
        path: task.path.toWellFormed(),
        statusText: source.statusText === null ? null : black(source.statusText),
        aliases: source.aliases.map(black),
        problems: source.problems.map(black),
        status: task.status,
        contentHash: task.contentHash,
        duplicateOf: task.duplicateOf === null ? null : this.knownIdOf(task.duplicateOf),
        modifiedAt: msToIso(task.modifiedMs),
      },
      detail: {
        text: black(task.text),
        criteria: criteria.map((each) => ({ ...each, text: black(each.text), fileDone: each.done, evidence: null })),
        fields: Object.fromEntries(
          // What stands under a name like “password” is one, whatever it looks like.
          Object.entries(fields).map(([name, value]) => [name, black(`${name}: ${value}`).slice(name.length + 2)]),
        ),
      },
    };
  }

  private idOf(key: string): TaskId {
    const sourceKey = this.sourceKeyOf(key);
    const id = this.idByKey.get(sourceKey) ?? makeId("task");
    this.idByKey.set(sourceKey, id);
    return id;
  }

  /** A parent may have a later place in the walk than its part, but only a task that is there can be one. */
  private knownIdOf(key: string): TaskId | null {
    const isThere = this.idByKey.has(this.sourceKeyOf(key));
    return isThere ? this.idOf(key) : null;
  }

  private sourceKeyOf(key: string): string {
    return sourceKeyOf(this.root, key);
  }
}

/** One is the other, or in it. */
function isRelated(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}/`) || key.startsWith(`${path}/`);
}

function sourceKeyOf({ path }: Pick<Root, "path">, key: string): string {
  return `${path}\n${key.toWellFormed()}`;
}

function nameOf(project: string | null, ref: string): string {
  return `${project ?? ""}\n${ref}`;
}
