import type { TaskId, TopicId } from "@reef/protocol/ids";
import type { Task } from "@reef/protocol/task";
import type { Topic } from "@reef/protocol/topic";
import { describe, expect, it } from "vitest";
import { type Board, cardBeside, groupTasks, moveTask } from "./board.ts";
import { besideColumn, columns } from "./task-words.ts";

const task = (id: string, rest: Partial<Task> = {}): Task =>
  ({ id, title: id, status: "pending", topicId: null, botId: null, ...rest }) as Task;

function boardOf(...tasks: readonly Task[]): Board {
  const of = (status: Task["status"]) => tasks.filter((each) => each.status === status);
  const pages = Object.fromEntries(columns.map((status) => [status, { items: of(status), next: null }]));
  const byStatus = Object.fromEntries(columns.map((status) => [status, of(status).length]));
  return { pages, counts: { total: tasks.length, byStatus } } as unknown as Board;
}

describe("the board", () => {
  it("groups a column by topic in their order, and what has none at the end", () => {
    const topics = [
      { id: "b", name: "Beta" },
      { id: "a", name: "Alpha" },
    ] as unknown as readonly Topic[];
    const tasks = [task("1"), task("2", { topicId: "a" as TopicId }), task("3", { topicId: "gone" as TopicId })];
    const groups = groupTasks(tasks, "topic", { bots: new Map(), topics });
    expect(groups.map(({ name, tasks: own }) => [name, own.map(({ id }) => id)])).toEqual([
      ["Alpha", ["2"]],
      ["No topic", ["1", "3"]],
    ]);
  });

  it("shows a move, with its counts, before it is confirmed", () => {
    const board = moveTask(boardOf(task("1"), task("2")), "2" as TaskId, "done");
    expect(board.pages.done.items).toMatchObject([{ id: "2", status: "done" }]);
    expect(board.counts.byStatus).toMatchObject({ pending: 1, done: 1 });
    expect(moveTask(board, "9" as TaskId, "done")).toBe(board);
  });

  it("leads arrows along a column, and over empty columns to the same height", () => {
    const ids = (...list: readonly string[]) => list as readonly TaskId[];
    const none = Object.fromEntries(columns.map((status) => [status, ids()]));
    const cards = { ...none, pending: ids("1", "2", "3"), done: ids("4") } as Parameters<typeof cardBeside>[0];
    expect(cardBeside(cards, "1" as TaskId, "ArrowDown")).toBe("2");
    expect(cardBeside(cards, "3" as TaskId, "ArrowDown")).toBeNull();
    expect(cardBeside(cards, "3" as TaskId, "ArrowRight")).toBe("4");
    expect(cardBeside(cards, "4" as TaskId, "ArrowRight")).toBeNull();
    expect(cardBeside(cards, "4" as TaskId, "ArrowLeft")).toBe("1");
    expect(besideColumn("cancelled", 1)).toBeNull();
    expect(besideColumn("pending", 1)).toBe("in_progress");
  });
});
