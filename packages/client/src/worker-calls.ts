/** These calls list the workers of the fleet, and drain them. */
import type { WorkerId } from "@reef/protocol/ids";
import type { Worker, WorkerList } from "@reef/protocol/worker";
import type { CallOptions, Send } from "./call.ts";

export function workerCalls(send: Send) {
  return {
    /** In the order of their start. A worker that is gone is listed for a day. */
    workers: (options?: CallOptions) => send<WorkerList>({ method: "GET", path: "/v1/workers", ...options }),
    /** It takes no new turns, and hands over what it does for the fleet. `conflict` if it is gone. */
    drainWorker: (id: WorkerId) => send<Worker>({ method: "POST", path: `/v1/workers/${id}/drain` }),
    resumeWorker: (id: WorkerId) => send<Worker>({ method: "POST", path: `/v1/workers/${id}/resume` }),
  };
}
