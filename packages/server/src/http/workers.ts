/** Defines the endpoints of the fleet: its workers, and their draining (FL4). */
import { setDraining } from "@reef/engine/fleet/drain";
import { WorkerId } from "@reef/protocol/ids";
import { Worker, WorkerList } from "@reef/protocol/worker";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Fleet";
const params = z.object({ id: WorkerId });

export function workerRoutes({ deps, fleet }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/workers",
        tag,
        summary: "List the workers, in the order of their start",
        description: "Those that are gone are listed for a day. `current` is the worker that answered.",
        status: 200,
        answer: WorkerList,
      },
      async (): Promise<WorkerList> => ({
        items: [...fleet.refresh(await deps.store.read.workers())],
        next: null,
        current: fleet.worker,
      }),
    ),
    route(
      {
        method: "post",
        path: "/v1/workers/{id}/drain",
        tag,
        summary: "Drain a worker",
        description:
          "It takes no new turns, hands over its leases, and gives its turns back at the end of a step, at the latest after 30 s. When it is `drained`, its `/readyz` is 503 and its process can be stopped. It can be asked of any worker.",
        params,
        status: 200,
        answer: Worker,
      },
      async ({ params: { id } }) => setDraining(deps, id, true),
    ),
    route(
      {
        method: "post",
        path: "/v1/workers/{id}/resume",
        tag,
        summary: "Let a draining worker take turns again",
        params,
        status: 200,
        answer: Worker,
      },
      async ({ params: { id } }) => setDraining(deps, id, false),
    ),
  ];
}
