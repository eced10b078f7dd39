/** Defines the endpoints of schedules: messages sent into a session at their time (SC1). */
import { changeSchedule, createSchedule, deleteSchedule, runSchedule } from "@reef/engine/schedule/schedules";
import { ScheduleId } from "@reef/protocol/ids";
import { pageOf } from "@reef/protocol/page";
import { NewSchedule, Schedule, ScheduleFilter, SchedulePatch } from "@reef/protocol/schedule";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const params = z.object({ id: ScheduleId });
const tag = "Schedules";

export function scheduleRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/schedules",
        tag,
        summary: "List schedules, in the order they were created",
        query: z.strictObject({ ...pageQuery, ...ScheduleFilter.shape }),
        status: 200,
        answer: pageOf(Schedule),
      },
      ({ query: { limit, cursor, ...filter } }) => deps.store.read.schedules(filter, pageOfQuery({ limit, cursor })),
    ),
    route(
      {
        method: "post",
        path: "/v1/schedules",
        tag,
        summary: "Create a schedule",
        description:
          "Sends a message into the session at a time, every so many seconds, or by a cron pattern of five parts in a time zone. Times missed while Reef is down become one message when it starts.",
        body: NewSchedule,
        takes: "text",
        status: 201,
        answer: Schedule,
      },
      ({ body }) => createSchedule(deps, body),
    ),
    route(
      {
        method: "get",
        path: "/v1/schedules/{id}",
        tag,
        summary: "Read a schedule",
        params,
        status: 200,
        answer: Schedule,
      },
      ({ params: { id } }) => found(deps.store.read.schedule(id), "schedule"),
    ),
    route(
      {
        method: "patch",
        path: "/v1/schedules/{id}",
        tag,
        summary: "Change, pause or resume a schedule",
        params,
        body: SchedulePatch,
        takes: "text",
        status: 200,
        answer: Schedule,
      },
      ({ params: { id }, body }) => changeSchedule(deps, id, body),
    ),
    route(
      {
        method: "post",
        path: "/v1/schedules/{id}/run",
        tag,
        summary: "Run a schedule now",
        description: "Its next time does not change. Refused while its last message is still waiting.",
        params,
        status: 200,
        answer: Schedule,
      },
      ({ params: { id } }) => runSchedule(deps, id),
    ),
    route(
      {
        method: "delete",
        path: "/v1/schedules/{id}",
        tag,
        summary: "Delete a schedule",
        description: "Messages that it sent stay.",
        params,
        status: 204,
        answer: null,
      },
      ({ params: { id } }) => deleteSchedule(deps, id),
    ),
  ];
}
