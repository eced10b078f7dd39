/**
 * Scans a root: finds every task, counts what is there by kind, and names every file that can't be read. It keeps what
 * it saw, so that the next scan opens only what changed. Runs in a thread of its own.
 */
import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Root, UnreadFile } from "@reef/protocol/root";
import { folderPlace, type Place, placeOf } from "../tasks/place.ts";
import { type ReadTask, readTask } from "../tasks/read-task.ts";
import { readTaskTree } from "../tasks/task-tree.ts";
import { checkText } from "./check-text.ts";
import { isRunFolder, kindOf } from "./kinds.ts";
import { Layout } from "./layout.ts";
import { readText } from "./read-file.ts";
import { type Folder, type FolderCache, reasonOf, type WalkNotes, walk } from "./walk.ts";

export interface FoundTask extends ReadTask {
  readonly path: string;
  readonly contentHash: string;
  /** The key of the task with the same content that was found first. */
  readonly duplicateOf: string | null;
  readonly modifiedMs: number;
}

export interface ScanProgress {
  readonly filesSeen: number;
  readonly tasksRead: number;
}

export interface ScanOutcome extends ScanProgress {
  readonly layout: Root["layout"];
  readonly counts: Readonly<Record<string, number>>;
  readonly unreadable: readonly UnreadFile[];
  readonly unreadableCount: number;
  readonly skipped: readonly UnreadFile[];
  /** The keys of all tasks that there are, also of those that didn't change. */
  readonly keys: readonly string[];
}

export interface ScanHooks {
  readonly nowMs: number;
  /** Receives tasks that are new or changed since the last scan; all of them at the first. */
  readonly found: (tasks: readonly FoundTask[]) => void;
  readonly progress: (progress: ScanProgress) => void;
}

export const scanLimits = {
  taskBytes: 256_000,
  dataBytes: 4_000_000,
  tasks: 50_000,
  unreadable: 5_000,
  skipped: 100,
} as const;

const batch = 50;
const filesAProgress = 1_000;

/** What was seen of a file that was opened. */
interface Seen {
  readonly stamp: string;
  readonly reason: string | null;
  readonly inside: Readonly<Record<string, number>>;
  readonly tasks: readonly {
    readonly key: string;
    readonly hash: string;
    readonly duplicateOf: string | null;
    readonly isTemplate: boolean;
    readonly isPart: boolean;
  }[];
}

export class Scanner {
  private readonly folders: FolderCache = new Map();
  private readonly files = new Map<string, Seen>();
  private readonly root: string;

  /** `root` is a real path, without links. */
  constructor(root: string) {
    this.root = root;
  }

  scan(hooks: ScanHooks): ScanOutcome {
    const scan = new Scan(this.root, { folders: this.folders, files: this.files, hooks });
    return scan.run();
  }
}

class Scan {
  private readonly layout = new Layout();
  private readonly notes: WalkNotes = { unreadable: [], skipped: [] };
  private readonly counts = new Map<string, number>();
  private readonly firstByHash = new Map<string, string>();
  private readonly keys = new Set<string>();
  private readonly opened = new Set<string>();
  private waiting: FoundTask[] = [];
  private filesSeen = 0;
  private readonly root: string;
  private readonly cache: {
    readonly folders: FolderCache;
    readonly files: Map<string, Seen>;
    readonly hooks: ScanHooks;
  };

  constructor(root: string, cache: Scan["cache"]) {
    this.root = root;
    this.cache = cache;
  }

  run(): ScanOutcome {
    const { folders, files, hooks } = this.cache;
    for (const folder of walk(this.root, { cache: folders, notes: this.notes, nowMs: hooks.nowMs })) {
      this.layout.note(folder);
      this.lookAt(folder);
    }
    this.flush();
    for (const path of files.keys()) if (!this.opened.has(path)) files.delete(path);
    const { unreadable, skipped } = this.notes;
    return {
      ...this.progress(),
      layout: this.layout.value,
      counts: Object.fromEntries([...this.counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      unreadable: unreadable.slice(0, scanLimits.unreadable).map(plainFile),
      unreadableCount: unreadable.length,
      skipped: skipped.slice(0, scanLimits.skipped).map(plainFile),
      keys: [...this.keys],
    };
  }

  private lookAt(folder: Folder): void {
    const { path, files, isSame } = folder;
    this.count("folders", 1);
    const isRun = isRunFolder(path);
    if (isRun) this.count("runs", 1);
    for (const name of files) {
      const inside = path === "" ? name : `${path}/${name}`;
      this.countFile(inside);
      // A run is written once, and there are thousands: what is in its files doesn't change without a change of its names.
      this.openFile(inside, { mayTrust: isRun && isSame });
    }
    const place = path === "" ? null : folderPlace(path);
    if (place !== null && !files.some((name) => name.toLowerCase() === "task.md" || name === "state.json"))
      this.takeFolder(place, folder);
  }

  private countFile(inside: string): void {
    this.filesSeen += 1;
    this.count("files", 1);
    const kind = placeOf(inside) === null ? kindOf(inside) : null;
    if (kind !== null) this.count(kind, 1);
    const ending = /\.(md|ya?ml|json)$/i.exec(inside)?.[1]?.toLowerCase();
    if (ending !== undefined) this.count({ md: "markdown", json: "json" }[ending] ?? "yaml", 1);
    if (this.filesSeen % filesAProgress === 0) this.cache.hooks.progress(this.progress());
  }

  private openFile(inside: string, { mayTrust }: { readonly mayTrust: boolean }): void {
    const place = placeOf(inside);
    if (place === null && !/\.(ya?ml|json)$/i.test(inside)) return;
    const before = this.cache.files.get(inside);
    const stamp = mayTrust && before !== undefined ? before.stamp : this.stampOf(inside);
    this.opened.add(inside);
    const isSame = before !== undefined && stamp !== null && before.stamp === stamp && this.areStillFirst(before);
    const seen = isSame ? before : this.readFile(inside, { place, stamp: stamp ?? "" });
    this.cache.files.set(inside, seen);
    if (seen.reason !== null) this.notes.unreadable.push({ path: inside, reason: seen.reason });
    for (const [kind, count] of Object.entries(seen.inside)) this.count(kind, count);
    for (const task of seen.tasks) this.note(task);
  }

  /** A copy that came or went elsewhere changes what this one is a copy of. */
  private areStillFirst({ tasks }: Seen): boolean {
    return tasks.every(({ hash, duplicateOf }) => (this.firstByHash.get(hash) ?? null) === duplicateOf);
  }

  private note({ key, hash, isTemplate, isPart }: Seen["tasks"][number]): void {
    this.keys.add(key);
    if (!this.firstByHash.has(hash)) this.firstByHash.set(hash, key);
    else this.count("duplicateTasks", 1);
    this.count("tasks", 1);
    if (isPart) this.count("subtasks", 1);
    if (isTemplate) this.count("templates", 1);
  }

  private readFile(inside: string, { place, stamp }: { readonly place: Place | null; readonly stamp: string }): Seen {
    const isTree = place?.form === "tree";
    const maxBytes = place === null || isTree ? scanLimits.dataBytes : scanLimits.taskBytes;
    const read = readText(join(this.root, inside), maxBytes);
    const none = { stamp, inside: {}, tasks: [] };
    if ("reason" in read) return { ...none, reason: read.reason };
    const hash = createHash("sha256").update(read.bytes).digest("hex");
    const at = { path: inside, modifiedMs: read.modifiedMs };
    if (place !== null && !isTree) {
      const task = readTask(read.text, place);
      return { ...none, reason: null, tasks: this.take([{ ...task, ...at, contentHash: hash, duplicateOf: null }]) };
    }
    const { reason, inside: found } = checkText(read.text, { path: inside, kind: kindOf(inside) });
    if (place === null || reason !== null) return { ...none, reason, inside: found };
    const tree = readTaskTree(JSON.parse(read.text), place) ?? [];
    const parts = tree.map((task) => {
      const own = task.key.slice(place.key.length);
      return { ...task, ...at, contentHash: own === "" ? hash : hashOf(`${hash}${own}`), duplicateOf: null };
    });
    return { ...none, reason: null, inside: found, tasks: this.take(parts) };
  }

  /** A folder that is named like a task, but has no file of one. */
  private takeFolder(place: Place, { path, files }: Folder): void {
    const inside = `${path}/`;
    const plan = files.includes("PLAN.md") ? `${path}/PLAN.md` : null;
    const stamp = `${plan === null ? "" : (this.stampOf(plan) ?? "")}:${files.join("/")}`;
    const before = this.cache.files.get(inside);
    this.opened.add(inside);
    if (before === undefined || before.stamp !== stamp || !this.areStillFirst(before)) {
      const read = plan === null ? null : readText(join(this.root, plan), scanLimits.taskBytes);
      const text = read !== null && "text" in read ? read.text : "";
      const task = readTask(text, place);
      const has = files.length === 0 ? "it has no files" : `it has no task.md, only ${files.slice(0, 5).join(", ")}`;
      const source = { ...task.source, problems: [has, ...task.source.problems] };
      const facts = {
        path,
        contentHash: hashOf(`${path}:${text}`),
        modifiedMs: read !== null && "text" in read ? read.modifiedMs : 0,
      };
      const tasks = this.take([{ ...task, source, ...facts, duplicateOf: null }]);
      this.cache.files.set(inside, { stamp, reason: null, inside: { tasksWithoutFile: 1 }, tasks });
    }
    const seen = this.cache.files.get(inside);
    for (const task of seen?.tasks ?? []) this.note(task);
    this.count("tasksWithoutFile", 1);
  }

  private take(tasks: readonly FoundTask[]): Seen["tasks"] {
    return tasks.flatMap((task) => {
      if (this.keys.size >= scanLimits.tasks) {
        this.notes.unreadable.push({ path: task.path, reason: `more than ${scanLimits.tasks} tasks: not taken` });
        return [];
      }
      // On some disks `task.md` and `TASK.md` are two files.
      const key = this.keys.has(task.key) ? task.path : task.key;
      const duplicateOf = this.firstByHash.get(task.contentHash) ?? null;
      this.waiting.push({ ...task, key, duplicateOf });
      if (this.waiting.length >= batch) this.flush();
      return [
        { key, hash: task.contentHash, duplicateOf, isTemplate: task.isTemplate, isPart: task.parentKey !== null },
      ];
    });
  }

  private flush(): void {
    if (this.waiting.length === 0) return;
    this.cache.hooks.found(this.waiting);
    this.waiting = [];
    this.cache.hooks.progress(this.progress());
  }

  private stampOf(inside: string): string | null {
    try {
      const { mtimeMs, ctimeMs, size, ino } = lstatSync(join(this.root, inside));
      return `${mtimeMs}:${ctimeMs}:${size}:${ino}`;
    } catch (error) {
      this.notes.unreadable.push({ path: inside, reason: reasonOf(error) });
      return null;
    }
  }

  private count(kind: string, more: number): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + more);
  }

  private progress(): ScanProgress {
    return { filesSeen: this.filesSeen, tasksRead: this.keys.size };
  }
}

/** Names on a disk may be no text at all. */
function plainFile({ path, reason }: UnreadFile): UnreadFile {
  return { path: path.toWellFormed().slice(0, 1_000), reason };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
