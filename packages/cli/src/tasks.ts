/** Shows and changes tasks: `reef tasks …`. */
import { TaskId } from "@reef/protocol/ids";
import { type Task, TaskStatus, type TaskWithDetail } from "@reef/protocol/task";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

export interface TaskArguments {
  readonly rest: readonly string[];
  readonly status: string | undefined;
  readonly bot: string | undefined;
  readonly reason: string | undefined;
}

const shown = 100;

export async function runTasks(shell: Shell, { rest, status, bot, reason }: TaskArguments): Promise<void> {
  const [verb, first, second] = rest;
  if (verb === "show" && first !== undefined) return showTask(shell, await findTask(shell, first));
  if (verb === "add" && first !== undefined) {
    const made = await shell.client.createTask({ title: rest.slice(1).join(" ") });
    shell.print(`created ${made.ref}  ${made.id}`);
    return;
  }
  if (verb === "assign" && first !== undefined && second !== undefined) {
    const { id } = await findTask(shell, first);
    const botId = await findBot(shell, second);
    const given = await shell.client.assignTask(id, { botId, ...(reason !== undefined && { note: reason }) });
    shell.print(`${given.ref} is being worked on in ${given.sessionId}`);
    return;
  }
  if (verb === "status" && first !== undefined && second !== undefined) {
    const { id } = await findTask(shell, first);
    const after = await shell.client.changeTask(id, { status: readStatus(second) });
    shell.print(`${after.ref}  ${after.status}`);
    return;
  }
  const q = rest.join(" ");
  const filter = {
    gone: false,
    template: false,
    ...(q !== "" && { q }),
    ...(status !== undefined && { status: readStatus(status) }),
    ...(bot !== undefined && { botId: await findBot(shell, bot) }),
  };
  const { items, next } = await shell.client.tasks({ ...filter, limit: shown });
  for (const task of items) shell.print(sayTask(task));
  if (items.length === 0) shell.print("no tasks");
  if (next !== null) {
    const { total } = await shell.client.taskCounts(filter);
    shell.print(`… ${total - items.length} more: give words, or --status`);
  }
}

function showTask({ print }: Shell, task: TaskWithDetail): void {
  print(sayTask(task));
  print(task.id);
  if (task.conflict !== null) print(`conflict: ${task.conflict}`);
  if (task.source !== null)
    print(`file: ${task.source.path}${task.goneAt === null ? "" : ` (gone since ${task.goneAt})`}`);
  for (const problem of task.source?.problems ?? []) print(`note: ${problem}`);
  if (task.sessionId !== null) print(`session: ${task.sessionId}, attempt ${task.attempts}`);
  if (task.result !== null) print(`result (${task.result.state}): ${task.result.text}`);
  for (const [at, { text, done, evidence }] of task.criteria.entries())
    print(`${String(at + 1).padStart(3)}. [${done ? "x" : " "}] ${text}${evidence === null ? "" : `  (${evidence})`}`);
  if (task.text !== "") print(`\n${task.text}`);
}

function sayTask({ ref, status, priority, progress, title, conflict }: Task): string {
  const done = progress.total === 0 ? "" : `${progress.done}/${progress.total}`;
  const marks = conflict === null ? "" : "  !";
  return `${ref.padEnd(32)}  ${status.padEnd(11)}  ${(priority ?? "").padEnd(8)}  ${done.padEnd(6)}  ${title}${marks}`;
}

async function findTask({ client }: Shell, name: string): Promise<TaskWithDetail> {
  const id = TaskId.safeParse(name);
  if (id.success) return client.task(id.data);
  const { items } = await client.tasks({ q: name, limit: 500 });
  const named = items.filter(({ ref }) => ref.toLowerCase() === name.toLowerCase());
  const [only, ...others] = named;
  if (only === undefined)
    throw new CommandError(`there is no task named “${name}”; “reef tasks ${name}” looks for words`);
  if (others.length > 0)
    throw new CommandError(
      `“${name}” names ${named.length} tasks: use an id\n${named.map((task) => `${task.id}  ${task.source?.path ?? ""}`).join("\n")}`,
    );
  return client.task(only.id);
}

async function findBot({ client }: Shell, name: string) {
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof client.bots>> = await client.bots({ limit: 500, cursor });
    const found = page.items.find((bot) => bot.id === name || bot.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found.id;
    if (page.next === null) throw new CommandError(`there is no bot named “${name}”; “reef bots” lists them`);
    cursor = page.next;
  }
}

function readStatus(text: string): TaskStatus {
  const read = TaskStatus.safeParse(text);
  if (read.success) return read.data;
  throw new CommandError(`expected a status, not “${text}”: ${TaskStatus.options.join(", ")}`);
}
