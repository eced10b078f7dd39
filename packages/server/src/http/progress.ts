/** Defines the endpoints of work that takes longer than a request. */
import { ProgressId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { Progress } from "@reef/protocol/progress";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: ProgressId });
const tag = "Gateways";

export function progressRoutes({ works }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/progress",
        tag,
        summary: "List background work, newest first",
        description: "What is running, and what ended in the last hour, since the server started.",
        status: 200,
        answer: pageOf(Progress),
      },
      async () => ({ items: works.list(), next: null }),
    ),
    route(
      {
        method: "get",
        path: "/v1/progress/{id}",
        tag,
        summary: "Read the progress of background work",
        params,
        status: 200,
        answer: Progress,
      },
      async ({ params: { id } }) => works.get(id),
    ),
    route(
      {
        method: "post",
        path: "/v1/progress/{id}/cancel",
        tag,
        summary: "Stop background work at its next step",
        description: "What it has done stays done.",
        params,
        status: 200,
        answer: Progress,
      },
      async ({ params: { id } }) => works.cancel(id),
    ),
  ];
}
