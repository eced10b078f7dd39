/**
 * Decides what happens to a task, for every store: what Reef changes, and what a file's new text takes over. A file's
 * word counts when it changes, and never a second time; what was done in Reef stays until then (TK2). Pure.
 */
import { AppError } from "@reef/protocol/error";
import type { Task, TaskCriterion, TaskTick } from "@reef/protocol/task";
import { taskLimits } from "@reef/protocol/task-limits";
import type { IsoTime } from "@reef/protocol/time";
import type { ScannedTask, TaskChange, TaskSeed, TaskState } from "../port/tasks.ts";

const own = {
  topicId: null,
  botId: null,
  sessionId: null,
  attempts: 0,
  result: null,
  goneAt: null,
  touchedAt: null,
} as const;

export function newTask({ text, criteria, ...seed }: TaskSeed, at: IsoTime): TaskState {
  const detail = { text, criteria: criteria.map((each) => toCriterion(each)), fields: {} };
  const task: Task = {
    ...own,
    ...seed,
    ref: seed.id.slice(0, "tsk_00000000".length),
    conflict: null,
    progress: progressOf(detail.criteria),
    labels: [],
    isTemplate: false,
    rootId: null,
    source: null,
    touchedAt: at,
    writtenAt: null,
    createdAt: at,
    updatedAt: at,
  };
  return { task, detail, sourceKey: null };
}

function toCriterion(text: string): TaskCriterion {
  return { text, kind: "criterion", section: null, done: false, fileDone: null, evidence: null };
}

/** Returns null if nothing changes. */
export function changeTask(before: TaskState, change: TaskChange, at: IsoTime): TaskState | null {
  const { fields = {}, text, ticks = [], isAssigned = false, ifSession } = change;
  const { task, detail } = before;
  if (ifSession !== undefined && task.sessionId !== ifSession) return null;
  if (task.source !== null && (fields.title !== undefined || text !== undefined || change.criteria !== undefined)) {
    const message = "its title, text and criteria belong to its file: change them there";
    throw new AppError("conflict", message);
  }
  const listed = change.criteria === undefined ? detail.criteria : relist(detail.criteria, change.criteria);
  const criteria = ticks.reduce((list, tick) => tickOne(list, tick), listed);
  const after = { ...detail, criteria: [...criteria], ...(text !== undefined && { text }) };
  const next: Task = {
    ...task,
    ...fields,
    attempts: task.attempts + (isAssigned ? 1 : 0),
    progress: progressOf(criteria),
    touchedAt: task.touchedAt ?? at,
  };
  if (isSame(next, { ...task, touchedAt: next.touchedAt }) && isSame(after, detail)) return null;
  return { ...before, task: { ...next, updatedAt: at }, detail: after };
}

function relist(before: readonly TaskCriterion[], texts: readonly string[]): readonly TaskCriterion[] {
  const left = [...before];
  return texts.map((text) => {
    const at = left.findIndex((each) => each.text === text);
    return at === -1 ? toCriterion(text) : (left.splice(at, 1)[0] ?? toCriterion(text));
  });
}

function tickOne(criteria: readonly TaskCriterion[], { n, done, evidence }: TaskTick): readonly TaskCriterion[] {
  const criterion = criteria[n - 1];
  if (criterion === undefined) {
    const message = `there is no criterion ${n}: the task has ${criteria.length}`;
    throw new AppError("invalid_request", message, { fields: [{ path: "ticks", message }] });
  }
  const said = evidence === undefined ? criterion.evidence : evidence;
  const ticked = { ...criterion, done, evidence: done ? (said?.slice(0, taskLimits.evidence) ?? null) : null };
  return criteria.map((each, at) => (at === n - 1 ? ticked : each));
}

/** Returns null if nothing changes. */
export function mergeScanned(before: TaskState | null, scanned: ScannedTask, at: IsoTime): TaskState | null {
  const { detail: found, sourceKey, ...file } = scanned;
  if (before === null) {
    const task = { ...own, ...file, progress: progressOf(found.criteria), createdAt: at, updatedAt: at };
    return { task, detail: found, sourceKey };
  }
  const { task, detail } = before;
  const isNewText = task.source?.contentHash !== scanned.source.contentHash;
  const criteria = mergeCriteria(detail.criteria, found.criteria);
  const next: Task = {
    ...task,
    ...file,
    id: task.id,
    status: task.source?.status === scanned.source.status ? task.status : scanned.status,
    priority: isNewText ? scanned.priority : task.priority,
    progress: progressOf(criteria),
    goneAt: null,
  };
  const after = { ...found, criteria };
  if (before.sourceKey === sourceKey && isSame(next, task) && isSame(after, detail)) return null;
  return { task: { ...next, updatedAt: at }, detail: after, sourceKey };
}

/** The same line keeps what was ticked in Reef, unless the file has another tick now. */
function mergeCriteria(before: readonly TaskCriterion[], found: readonly TaskCriterion[]): TaskCriterion[] {
  const left = [...before];
  return found.map((each) => {
    const at = left.findIndex(({ text, section }) => text === each.text && section === each.section);
    const [earlier] = at === -1 ? [] : left.splice(at, 1);
    if (earlier === undefined || earlier.fileDone !== each.fileDone) return each;
    return { ...each, done: earlier.done, evidence: earlier.evidence };
  });
}

/** Its file is gone; everything else stays (TK3). Null if that is known. */
export function goneTask(before: TaskState, at: IsoTime): TaskState | null {
  if (before.task.goneAt !== null) return null;
  return { ...before, task: { ...before.task, goneAt: at, updatedAt: at } };
}

/** What it names was deleted. Work that nobody does any more waits again. */
export function releaseTask(
  before: TaskState,
  without: Partial<Pick<Task, "botId" | "sessionId" | "topicId" | "parentId">>,
  at: IsoTime,
): TaskState {
  const { task } = before;
  const isLeft = without.sessionId === null && task.status === "in_progress" && task.sessionId !== null;
  const status = isLeft ? "pending" : task.status;
  return { ...before, task: { ...task, ...without, status, updatedAt: at } };
}

/** True if it stays when its root is disconnected. */
export function isTouched({ touchedAt }: Pick<Task, "touchedAt">): boolean {
  return touchedAt !== null;
}

function progressOf(criteria: readonly TaskCriterion[]): Task["progress"] {
  return { done: criteria.filter(({ done }) => done).length, total: criteria.length };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
