/** Defines the endpoints that stop work, hold it and let it go on again (TU6). */
import { resume, stop } from "@reef/engine/session/stop";
import type { HoldScope } from "@reef/protocol/hold";
import { ResumeReport, ResumeRequest, StopReport, StopRequest } from "@reef/protocol/stop";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Overview";
const everything: HoldScope = { kind: "everything" };

export function stopRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "post",
        path: "/v1/stop",
        tag,
        summary: "Stop what runs, and hold it if asked",
        description:
          "Stops a turn, a session with what it spawned, a tree, a bot or everything (the default). Turns of a bot, or of everything, that wait for a person are kept. With `hold`, waiting and new messages and schedules are kept until `POST /v1/resume`, also through a restart. With `queued`, waiting messages are cancelled.",
        body: StopRequest,
        bodyIsOptional: true,
        status: 200,
        answer: StopReport,
      },
      ({ body: { scope = everything, hold = false, reason = null, queued = false } }) =>
        stop(deps, { scope, hold, reason, queued, by: "person" }),
    ),
    route(
      {
        method: "post",
        path: "/v1/resume",
        tag,
        summary: "Let what was held go on",
        description: "Ends the hold of this scope, or every hold without one. What another hold covers stays held.",
        body: ResumeRequest,
        bodyIsOptional: true,
        status: 200,
        answer: ResumeReport,
      },
      ({ body: { scope } }) => resume(deps, scope),
    ),
  ];
}
