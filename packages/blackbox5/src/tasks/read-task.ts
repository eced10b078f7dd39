/**
 * Reads one file as a task. Never throws for what the file says: an odd one is a task with its problems named, and only
 * what isn't text at all is refused. Pure.
 */
import type { TaskPriority, TaskSource, TaskStatus } from "@reef/protocol/task";
import { taskLimits } from "@reef/protocol/task-limits";
import { type ReadCriterion, readChecklist } from "./checklist.ts";
import { bodyField, type Fields, frontText, readFields } from "./fields.ts";
import { judge } from "./judge.ts";
import { plainText } from "./lines.ts";
import type { Place } from "./place.ts";
import { isUnfilled, readPriority, readStatus, readTime } from "./words.ts";

export interface ReadTask {
  readonly ref: string;
  /** Its place among the tasks of the root: parts of a tree have places of their own. */
  readonly key: string;
  readonly parentKey: string | null;
  readonly title: string;
  readonly text: string;
  readonly status: TaskStatus;
  readonly priority: TaskPriority | null;
  readonly conflict: string | null;
  readonly criteria: readonly ReadCriterion[];
  readonly labels: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly isTemplate: boolean;
  readonly writtenAt: string | null;
  readonly source: Omit<TaskSource, "contentHash" | "duplicateOf" | "modifiedAt" | "path" | "status">;
}

const idPattern = /^([A-Z][A-Za-z0-9]*(?:[-_][A-Za-z0-9.]+)+|[A-Z]+_\d+)\s*[:–—-]\s+(\S.*)$/;

export function readTask(text: string, place: Place): ReadTask {
  const fields = readFields(text);
  const heading = headingOf(fields);
  const [, titleId = null, titleRest = heading] = heading === null ? [] : (idPattern.exec(heading) ?? []);
  const front = frontText(fields, "title", "name");
  // “Task: …” says nothing, where all of them are.
  const title = (titleRest ?? front ?? place.ref).replace(/^task\s*[:–—]\s*(?=\S)/i, "");
  const claim = claimOf(fields);
  const isTemplate = place.isForm || isForm(fields, heading, claim.text);
  const aliases = new Set(
    [titleId, frontText(fields, "task_id", "id"), bodyField(fields, "task id", "id")?.value ?? null].filter(
      (id): id is string => id !== null && id !== "" && id !== place.ref && id.length <= 200,
    ),
  );
  const claims = { ...place, statusText: claim.text, fileStatus: readStatus(claim.text) };
  const priority = bodyField(fields, "priority")?.value ?? frontText(fields, "priority");
  const problems = [...fields.problems, ...claim.problems];
  if (claim.text === null) problems.push("it doesn't say its status");
  else if (claims.fileStatus === null)
    problems.push(`its status “${claim.text.slice(0, 100)}” isn't one that is known`);
  if (titleId !== null && !sameId(titleId, place.ref))
    problems.push(`its title has the id ${titleId}, its ${place.form === "flat" ? "file" : "folder"} is ${place.ref}`);
  if (text.trim() === "") problems.push("the file is empty");
  const created =
    frontText(fields, "created", "created_at", "date") ??
    bodyField(fields, "created", "created at", "date")?.value ??
    null;
  return {
    ref: place.ref,
    key: place.key,
    parentKey: place.parentKey,
    title: plainText(title).slice(0, taskLimits.title).toWellFormed() || place.ref,
    text,
    ...judge(claims),
    priority: readPriority(priority),
    criteria: readChecklist(fields.body),
    labels: labelsOf(fields),
    fields: otherFields(fields),
    isTemplate,
    writtenAt: readTime(created),
    source: {
      project: place.project,
      folder: place.folder,
      folderStatus: place.folderStatus,
      statusText: claim.text,
      fileStatus: claims.fileStatus,
      form: place.form,
      aliases: [...aliases].slice(0, 10),
      problems: problems.slice(0, taskLimits.problems),
    },
  };
}

function headingOf({ body }: Fields): string | null {
  const found = body.find(({ level, text }) => level === 1 && text.replace(/^[\s#]+/, "") !== "");
  if (found === undefined) return null;
  return plainText(found.text.replace(/^\s*#+\s*/, "").replace(/\s+#*\s*$/, ""));
}

/** What the file says of its status, in its front matter and in its text. */
function claimOf(fields: Fields): { readonly text: string | null; readonly problems: readonly string[] } {
  const front = frontText(fields, "status", "state");
  const body = bodyField(fields, "status")?.value ?? null;
  if (front === null || body === null) return { text: body ?? front, problems: [] };
  const differ = readStatus(front) !== readStatus(body);
  // The text is what bots and people of that system write; its front matter was often added once.
  return { text: body, problems: differ ? [`its front matter says “${front}”, its text says “${body}”`] : [] };
}

function isForm(fields: Fields, heading: string | null, status: string | null): boolean {
  // A real title behind an id that was never given is a task, and no form.
  const title = heading?.replace(/^(?:TASK-(?:X{2,}|\[[^\]]*\]|\{[^}]*\}))\s*[:–—-]?\s*/, "") ?? null;
  if (heading !== null && isUnfilled(heading) && (title === "" || title === null || isUnfilled(title))) return true;
  const id = bodyField(fields, "task id")?.value ?? null;
  return (id !== null && isUnfilled(id)) || (status !== null && isUnfilled(status));
}

function sameId(id: string, ref: string): boolean {
  const [a, b] = [id.toLowerCase(), ref.toLowerCase()];
  return a === b || b.startsWith(`${a}-`) || b.startsWith(`${a}_`);
}

const labelNames = [
  "type",
  "category",
  "project",
  "goal",
  "plan",
  "labels",
  "tags",
  "linked_goal",
  "linked_plan",
] as const;

function labelsOf(fields: Fields): readonly string[] {
  const found = labelNames.flatMap((name) => {
    const list = fields.frontMatter?.[name];
    const text = Array.isArray(list) ? list.filter((each) => typeof each === "string").join(",") : null;
    const value = text ?? bodyField(fields, name)?.value ?? frontText(fields, name) ?? "";
    const parts = name === "labels" || name === "tags" ? value.split(",") : [value];
    return parts
      .map((part) => part.trim())
      .filter((part) => part !== "" && part.length <= 60 && !isUnfilled(part) && !part.includes(" | "));
  });
  return [...new Set(found)].slice(0, taskLimits.labels);
}

function otherFields(fields: Fields): Readonly<Record<string, string>> {
  const front = Object.keys(fields.frontMatter ?? {}).flatMap((name): [string, string][] => {
    const value = frontText(fields, name);
    return value === null || name === "title" ? [] : [[name, value]];
  });
  const body = [...fields.byName.values()].map(({ name, value }): [string, string] => [name, value]);
  const seen = new Set<string>();
  const all = [...body, ...front].filter(([name, value]) => {
    const key = name.toLowerCase().replaceAll("_", " ");
    if (value === "" || seen.has(key) || key === "__proto__") return false;
    seen.add(key);
    return true;
  });
  return Object.fromEntries(all.slice(0, taskLimits.fields));
}
