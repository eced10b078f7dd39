/** These calls connect folders of another system, and manage tasks. */
import type { RootId, TaskId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type { KnowledgeImport, KnowledgeReport, NewRoot, Root, RootWithFiles } from "@reef/protocol/root";
import type { AssignTask, NewTask, Task, TaskCounts, TaskFilter, TaskPatch, TaskWithDetail } from "@reef/protocol/task";
import type { CallOptions, Send } from "./call.ts";

interface TaskPage extends TaskFilter {
  readonly limit?: number;
  readonly cursor?: string | null;
}

export function taskCalls(send: Send) {
  return {
    roots: (options?: CallOptions) => send<Page<Root>>({ method: "GET", path: "/v1/roots", ...options }),
    /** With every file that couldn't be read, and why. */
    root: (id: RootId, options?: CallOptions) =>
      send<RootWithFiles>({ method: "GET", path: `/v1/roots/${id}`, ...options }),
    /** The scan goes on in the background; the same folder is the same root. */
    connectRoot: (root: NewRoot) => send<RootWithFiles>({ method: "POST", path: "/v1/roots", body: root }),
    scanRoot: (id: RootId) => send<RootWithFiles>({ method: "POST", path: `/v1/roots/${id}/scan` }),
    /** Decisions and learnings become memories of the bot. */
    importKnowledge: (id: RootId, request: KnowledgeImport) =>
      send<KnowledgeReport>({ method: "POST", path: `/v1/roots/${id}/knowledge`, body: request }),
    disconnectRoot: (id: RootId) => send<void>({ method: "DELETE", path: `/v1/roots/${id}` }),
    /** The most urgent first. */
    tasks: (query: TaskPage = {}, options?: CallOptions) =>
      send<Page<Task>>({ method: "GET", path: "/v1/tasks", query: { ...query }, ...options }),
    taskCounts: (query: TaskFilter = {}, options?: CallOptions) =>
      send<TaskCounts>({ method: "GET", path: "/v1/tasks/counts", query: { ...query }, ...options }),
    task: (id: TaskId, options?: CallOptions) =>
      send<TaskWithDetail>({ method: "GET", path: `/v1/tasks/${id}`, ...options }),
    createTask: (task: NewTask) => send<TaskWithDetail>({ method: "POST", path: "/v1/tasks", body: task }),
    changeTask: (id: TaskId, patch: TaskPatch) =>
      send<TaskWithDetail>({ method: "PATCH", path: `/v1/tasks/${id}`, body: patch }),
    /** Opens a session of the bot; `conflict` while the task is being worked on. */
    assignTask: (id: TaskId, given: AssignTask) =>
      send<TaskWithDetail>({ method: "POST", path: `/v1/tasks/${id}/assign`, body: given }),
    deleteTask: (id: TaskId) => send<void>({ method: "DELETE", path: `/v1/tasks/${id}` }),
  };
}
