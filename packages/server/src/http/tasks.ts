/** Defines the endpoints of tasks: the board's list, one task, and giving it to a bot. */
import { assignTask } from "@reef/engine/session/assign-task";
import { changeTask, createTask, deleteTask, readTask } from "@reef/engine/task/tasks";
import { TaskId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { AssignTask, NewTask, Task, TaskCounts, TaskFilter, TaskPatch, TaskWithDetail } from "@reef/protocol/task";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { booleanQuery, pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Tasks";
const params = z.object({ id: TaskId });
const filterQuery = {
  ...TaskFilter.shape,
  conflict: booleanQuery.meta({ description: "True: only those whose folder and text disagree." }),
  template: booleanQuery.meta({ description: "False leaves out unfilled forms." }),
  gone: booleanQuery.meta({ description: "False leaves out those whose file is gone." }),
};

export function taskRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/tasks",
        tag,
        summary: "List tasks, the most urgent first",
        description: "Without their texts and criteria. `q` looks for words in titles, names and labels.",
        query: z.strictObject({ ...filterQuery, ...pageQuery }),
        status: 200,
        answer: pageOf(Task),
      },
      async ({ query: { limit, cursor, ...filter } }) => deps.store.read.tasks(filter, pageOfQuery({ limit, cursor })),
    ),
    route(
      {
        method: "get",
        path: "/v1/tasks/counts",
        tag,
        summary: "Count tasks by status",
        query: z.strictObject(filterQuery),
        status: 200,
        answer: TaskCounts,
      },
      async ({ query }) => deps.store.read.taskCounts(query),
    ),
    route(
      {
        method: "post",
        path: "/v1/tasks",
        tag,
        summary: "Create a task",
        body: NewTask,
        takes: "text",
        status: 201,
        answer: TaskWithDetail,
      },
      ({ body }) => createTask(deps, body),
    ),
    route(
      {
        method: "get",
        path: "/v1/tasks/{id}",
        tag,
        summary: "Read a task with its text and criteria",
        params,
        status: 200,
        answer: TaskWithDetail,
      },
      ({ params: { id } }) => readTask(deps, id),
    ),
    route(
      {
        method: "patch",
        path: "/v1/tasks/{id}",
        tag,
        summary: "Change a task",
        description:
          "Omitted fields stay. `ticks` names criteria by their number, from 1. The title, text and criteria of a task from a connected folder belong to its file.",
        params,
        body: TaskPatch,
        takes: "text",
        status: 200,
        answer: TaskWithDetail,
      },
      ({ params: { id }, body }) => changeTask(deps, id, body),
    ),
    route(
      {
        method: "delete",
        path: "/v1/tasks/{id}",
        tag,
        summary: "Delete a task of Reef's own, or one whose file is gone",
        params,
        status: 204,
        answer: null,
      },
      async ({ params: { id } }) => deleteTask(deps, id),
    ),
    route(
      {
        method: "post",
        path: "/v1/tasks/{id}/assign",
        tag,
        summary: "Give a task to a bot",
        description:
          "Opens a session of the bot with the task, its criteria as the contract of the result, and what the bot remembers of the subject. What it reports ticks the criteria and sets the status: done, partial or failed.",
        params,
        body: AssignTask,
        takes: "text",
        status: 200,
        answer: TaskWithDetail,
      },
      ({ params: { id }, body }) => assignTask(deps, id, body),
    ),
  ];
}
