/**
 * A task is a piece of work with criteria: written in Reef, or read from a connected root. What a root's files say, and
 * what was done with the task in Reef, are kept apart (TK2).
 */
import { z } from "zod";
import { BotId, RootId, SessionId, TaskId, TopicId } from "./ids.ts";
import { taskLimits } from "./task-limits.ts";
import { IsoTime } from "./time.ts";

export const TaskStatus = z
  .enum(["pending", "in_progress", "blocked", "partial", "done", "failed", "cancelled"])
  .meta({ id: "TaskStatus" });
export type TaskStatus = z.infer<typeof TaskStatus>;

export const TaskPriority = z.enum(["critical", "high", "medium", "low"]).meta({ id: "TaskPriority" });
export type TaskPriority = z.infer<typeof TaskPriority>;

/** One line that can be ticked. A `criterion` says when the task is done; a `step` is on the way. */
export const TaskCriterion = z
  .object({
    text: z.string(),
    kind: z.enum(["criterion", "step"]),
    /** The heading above it; null if it has none. */
    section: z.string().nullable(),
    done: z.boolean(),
    /** Whether the file has it ticked; null if it isn't from a file. */
    fileDone: z.boolean().nullable(),
    /** What shows that it is done, in the words of who ticked it. */
    evidence: z.string().nullable(),
  })
  .meta({ id: "TaskCriterion" });
export type TaskCriterion = z.infer<typeof TaskCriterion>;

/** What the files of a root say of a task. */
export const TaskSource = z
  .object({
    /** Of the file, inside the root. */
    path: z.string(),
    /** Whose memory it belongs to; null if the root has no projects. */
    project: z.string().nullable(),
    /** Its place in the life of a task: `active`, `completed` … ; null outside of such a folder. */
    folder: z.string().nullable(),
    /** What its place says of its status; null if nothing. */
    folderStatus: TaskStatus.nullable(),
    /** What the file says of its status, word for word; null if nothing. */
    statusText: z.string().nullable(),
    fileStatus: TaskStatus.nullable(),
    /** What follows from both. */
    status: TaskStatus,
    form: z.enum(["document", "flat", "tree", "folder"]),
    /** Other ids of it: of its title, of its front matter. */
    aliases: z.array(z.string()),
    /** SHA-256 of the file, the same for copies. */
    contentHash: z.string(),
    /** The task with the same content that was found first. */
    duplicateOf: TaskId.nullable(),
    /** What is odd about the file, in words for people. */
    problems: z.array(z.string()),
    modifiedAt: IsoTime,
  })
  .meta({ id: "TaskSource" });
export type TaskSource = z.infer<typeof TaskSource>;

export const TaskResult = z
  .object({
    state: z.enum(["done", "partial", "failed", "cancelled"]),
    text: z.string(),
    sessionId: SessionId,
    at: IsoTime,
  })
  .meta({ id: "TaskResult" });
export type TaskResult = z.infer<typeof TaskResult>;

/** Without its text and criteria: those are read with the one task. */
export const Task = z
  .object({
    id: TaskId,
    /** Its name in its root, such as `TASK-ARCH-003`; the start of its id for a task of Reef's own. */
    ref: z.string(),
    title: z.string(),
    status: TaskStatus,
    priority: TaskPriority.nullable(),
    /** How the place of the file and its text disagree, in words for people; null if they agree. */
    conflict: z.string().nullable(),
    progress: z.object({ done: z.int(), total: z.int() }),
    labels: z.array(z.string()),
    /** An unfilled form, and no work. */
    isTemplate: z.boolean(),
    rootId: RootId.nullable(),
    parentId: TaskId.nullable(),
    topicId: TopicId.nullable(),
    /** The bot that it is assigned to. */
    botId: BotId.nullable(),
    /** The newest session that works on it. */
    sessionId: SessionId.nullable(),
    /** How often it was assigned. */
    attempts: z.int(),
    /** What the newest session reported; null before that. */
    result: TaskResult.nullable(),
    /** Null for a task of Reef's own. */
    source: TaskSource.nullable(),
    /** When its file was found to be gone. What Reef knows of the task stays. */
    goneAt: IsoTime.nullable(),
    /** When a person or a bot first did something with it in Reef. */
    touchedAt: IsoTime.nullable(),
    /** When it was written, as its file says. */
    writtenAt: IsoTime.nullable(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Task" });
export type Task = z.infer<typeof Task>;

export const TaskDetail = z.object({
  text: z.string(),
  criteria: z.array(TaskCriterion),
  /** What else its file names: `Agent`, `Goal`, `Estimated Effort` … */
  fields: z.record(z.string(), z.string()),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

export const TaskWithDetail = Task.extend(TaskDetail.shape).meta({ id: "TaskWithDetail" });
export type TaskWithDetail = z.infer<typeof TaskWithDetail>;

const Title = z.string().trim().min(1).max(taskLimits.title);
const Text = z.string().max(taskLimits.text);
const Criterion = z.string().trim().min(1).max(taskLimits.criterion);

export const NewTask = z
  .strictObject({
    title: Title,
    text: Text.optional(),
    criteria: z.array(Criterion).max(taskLimits.criteria).optional(),
    status: TaskStatus.optional(),
    priority: TaskPriority.nullable().optional(),
    topicId: TopicId.nullable().optional(),
    parentId: TaskId.nullable().optional(),
  })
  .meta({ id: "NewTask" });
export type NewTask = z.infer<typeof NewTask>;

/** `n` counts the criteria of the task from 1, in their order. */
export const TaskTick = z.strictObject({
  n: z.int().min(1).max(taskLimits.criteria),
  done: z.boolean(),
  evidence: z.string().max(taskLimits.evidence).nullable().optional(),
});
export type TaskTick = z.infer<typeof TaskTick>;

export const TaskPatch = z
  .strictObject({
    title: Title.optional(),
    text: Text.optional(),
    status: TaskStatus.optional(),
    priority: TaskPriority.nullable().optional(),
    topicId: TopicId.nullable().optional(),
    /** Null takes it from its bot; `assign` gives it to one. */
    botId: z.null().optional(),
    /** Replaces the criteria of a task of Reef's own; those with the same text stay ticked. */
    criteria: z.array(Criterion).max(taskLimits.criteria).optional(),
    ticks: z.array(TaskTick).max(taskLimits.criteria).optional(),
  })
  .meta({ id: "TaskPatch" });
export type TaskPatch = z.infer<typeof TaskPatch>;

export const AssignTask = z
  .strictObject({
    botId: BotId,
    /** Said to the bot beside the task. */
    note: z.string().max(taskLimits.text).optional(),
  })
  .meta({ id: "AssignTask" });
export type AssignTask = z.infer<typeof AssignTask>;

export const TaskFilter = z.object({
  status: TaskStatus.optional(),
  rootId: RootId.optional(),
  topicId: TopicId.optional(),
  botId: BotId.optional(),
  parentId: TaskId.optional(),
  /** Words of its title, name or labels. */
  q: z.string().max(200).optional(),
  /** True: only those whose folder and text disagree. */
  conflict: z.boolean().optional(),
  /** Unfilled forms; false leaves them out. */
  template: z.boolean().optional(),
  /** False leaves out those whose file is gone. */
  gone: z.boolean().optional(),
});
export type TaskFilter = z.infer<typeof TaskFilter>;

export const TaskCounts = z
  .object({ total: z.int(), byStatus: z.record(TaskStatus, z.int()) })
  .meta({ id: "TaskCounts" });
export type TaskCounts = z.infer<typeof TaskCounts>;
