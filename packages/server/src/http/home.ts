/**
 * Defines the endpoints of Home: what needs a person and what the others do, at one moment; and how the turns of the
 * last hours ended.
 */
import { readHome } from "@reef/engine/session/home";
import { Home, TurnCounts } from "@reef/protocol/home";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { bucketQuery, bucketsOf } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Overview";
/** A screenful; the lists have everything. */
const mostOfEach = 50;

export function homeRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/home",
        tag,
        summary: "Read what needs you, what failed, works, finished unseen and comes next",
        description:
          "Each group has its total `count` and its first sessions. Follow `GET /v1/events` and read it again when sessions, asks or schedules change.",
        query: z.strictObject({
          limit: z.coerce
            .number({ error: `expected a whole number from 1 to ${mostOfEach}` })
            .int()
            .min(1)
            .max(mostOfEach)
            .optional()
            .meta({ description: `At most this many of each group, 1 to ${mostOfEach}; 5 by default.` }),
        }),
        status: 200,
        answer: Home,
      },
      ({ query: { limit = 5 } }) => readHome(deps, limit),
    ),
    route(
      {
        method: "get",
        path: "/v1/turn-counts",
        tag,
        summary: "Count the turns that ended since a time, and those of them that failed",
        query: bucketQuery,
        status: 200,
        answer: TurnCounts,
      },
      async ({ query }) => {
        const { since, bucketMs } = bucketsOf(query, deps.clock.now());
        return { since, bucketMs, ...(await deps.store.read.turnCounts(since, bucketMs)) };
      },
    ),
  ];
}
