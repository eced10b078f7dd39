/** Reads the board, and reads it again soon after tasks changed; a move is shown immediately. */
import type { Event } from "@reef/protocol/event";
import type { TaskId } from "@reef/protocol/ids";
import type { Task, TaskFilter, TaskPatch, TaskStatus, TaskWithDetail } from "@reef/protocol/task";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { type Board, moveTask } from "./board.ts";
import { columns } from "./task-words.ts";

/** A column shows so many; the rest is found by words. */
const shownInColumn = 60;
const againMs = 300;

export function useBoard(filter: TaskFilter): UseQueryResult<Board> {
  const { client, queryClient, live } = useReef();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = live.onEvents((events) => {
      if (!events.some(isAboutTasks)) return;
      timer ??= setTimeout(() => {
        timer = null;
        void queryClient.invalidateQueries({ queryKey: ["tasks"] });
      }, againMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, queryClient]);
  return useQuery({
    queryKey: ["tasks", "board", filter],
    queryFn: async (): Promise<Board> => {
      const whole = wholeClient(client);
      const read = async (status: TaskStatus) =>
        [status, await whole.tasks({ ...filter, status, limit: shownInColumn })] as const;
      const [counts, ...pages] = await Promise.all([whole.taskCounts(filter), ...columns.map(read)]);
      return { counts, pages: Object.fromEntries(pages) as Board["pages"] };
    },
    gcTime: 0,
    placeholderData: (before) => before,
  });
}

function isAboutTasks({ type }: Event): boolean {
  return type.startsWith("task") || type === "root.deleted";
}

/** Moves a card, and moves it back if the server refuses. */
export function useMove(filter: TaskFilter): (task: Task, to: TaskStatus) => void {
  const reef = useReef();
  return (task, to) => {
    if (task.status === to) return;
    const queryKey = ["tasks", "board", filter];
    // A read that began before would put the card back for a moment.
    void reef.queryClient.cancelQueries({ queryKey }, { revert: false });
    reef.queryClient.setQueryData<Board>(queryKey, (board) => board && moveTask(board, task.id, to));
    void attempt(reef, "Couldn't move it", async () => {
      try {
        await wholeClient(reef.client).changeTask(task.id, { status: to });
      } finally {
        await reef.queryClient.invalidateQueries({ queryKey: ["tasks"] });
      }
    });
  };
}

export function useTask(id: TaskId) {
  const { client } = useReef();
  return useQuery({
    queryKey: ["tasks", "one", id],
    queryFn: () => wholeClient(client).task(id),
    gcTime: 0,
    placeholderData: (before) => before,
  });
}

/** Changes a task, and says what went wrong. A tick is shown immediately. */
export function useChange(id: TaskId): (patch: TaskPatch) => void {
  const reef = useReef();
  const queryKey = ["tasks", "one", id];
  return (patch) => {
    void reef.queryClient.cancelQueries({ queryKey }, { revert: false });
    reef.queryClient.setQueryData<TaskWithDetail>(queryKey, (task) => task && tickShown(task, patch));
    void attempt(reef, "Couldn't save it", async () => {
      try {
        reef.queryClient.setQueryData(queryKey, await wholeClient(reef.client).changeTask(id, patch));
      } catch (error) {
        await reef.queryClient.invalidateQueries({ queryKey });
        throw error;
      }
    });
  };
}

function tickShown(task: TaskWithDetail, { ticks = [] }: TaskPatch): TaskWithDetail {
  const doneByN = new Map(ticks.map(({ n, done }) => [n, done]));
  const criteria = task.criteria.map((each, at) => ({ ...each, done: doneByN.get(at + 1) ?? each.done }));
  return { ...task, criteria };
}
