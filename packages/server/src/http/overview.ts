/**
 * Defines the endpoints over all bots: how busy each was, who writes to whom, a period with everything in it, and the
 * stop of everything.
 */
import { readSpendBy } from "@reef/engine/budget/spend-by";
import { Pulse, Spend, SpendBy, Timeline, TrafficList } from "@reef/protocol/overview";
import { GivenTime, msToIso } from "@reef/protocol/time";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { bucketQuery, bucketsOf } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Overview";
/** Some megabytes as JSON, read in a few dozen milliseconds: more would slow down everyone else. */
const maxTimeline = 10_000;

export function overviewRoutes({ deps }: Edge): readonly Route[] {
  const { read } = deps.store;
  return [
    route(
      {
        method: "get",
        path: "/v1/pulse",
        tag,
        summary: "Read how busy each bot was since a time, and what it had spent before",
        query: bucketQuery,
        status: 200,
        answer: Pulse,
      },
      async ({ query }) => {
        const { since, bucketMs } = bucketsOf(query, deps.clock.now());
        return { since, bucketMs, items: await read.pulse(since, bucketMs) };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/traffic",
        tag,
        summary: "Read who writes to whom: messages counted by pair of bots",
        query: z.strictObject({ since: GivenTime.optional() }),
        status: 200,
        answer: TrafficList,
      },
      async ({ query: { since } }) => ({ items: await read.traffic(since ?? null) }),
    ),
    route(
      {
        method: "get",
        path: "/v1/spend",
        tag,
        summary: "Read what each bot, model, topic, tree or chain used on each day",
        description:
          "Days are UTC days. `costUsd` is the known cost; `unpricedCalls` counts the model calls without a known price. By bot, items have a `botId`; by anything else, an `id` and a `name`. The 100 parts that used most are listed, the others together.",
        query: z.strictObject({ since: GivenTime, before: GivenTime.optional(), by: SpendBy.optional() }),
        status: 200,
        answer: Spend,
      },
      async ({ query: { since, before: until, by = "bot" } }) => {
        const range = { since, before: until ?? msToIso(deps.clock.now() + 1) };
        return { items: [...(by === "bot" ? await read.spend(range) : await readSpendBy(deps, { ...range, by }))] };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/timeline",
        tag,
        summary: "Read a range of time: turns, messages between bots, and asks",
        description: `At most ${maxTimeline} of each, newest first; \`isCut\` tells when there are more.`,
        query: z.strictObject({ since: GivenTime, before: GivenTime.optional() }),
        status: 200,
        answer: Timeline,
      },
      ({ query: { since, before } }) =>
        read.timeline({ since, before: before ?? msToIso(deps.clock.now() + 1), limit: maxTimeline }),
    ),
  ];
}
