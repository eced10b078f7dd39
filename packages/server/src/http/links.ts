/** Defines the endpoints of links: the list as a whole, because its order decides (MB8). */
import { readAccess } from "@reef/engine/link/access";
import { putLinks } from "@reef/engine/link/links";
import { AccessPair } from "@reef/protocol/access";
import { LinkList } from "@reef/protocol/link";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Links";

export function linkRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/links",
        tag,
        summary: "Read which bots may write to or read each other",
        status: 200,
        answer: LinkList,
      },
      async () => ({ items: await deps.store.read.links() }),
    ),
    route(
      {
        method: "put",
        path: "/v1/links",
        tag,
        summary: "Replace which bots may write to or read each other",
        description:
          "For each right (`write` by default, or `read`), the first link whose two ends match decides; if none matches, it is allowed.",
        body: LinkList,
        takes: "list",
        status: 200,
        answer: LinkList,
      },
      ({ body }) => putLinks(deps, body),
    ),
    route(
      {
        method: "get",
        path: "/v1/access",
        tag,
        summary: "Read whether one bot or session may write to another and read it, and why",
        description:
          "The decision that bots' tools follow. For a bot as a whole, rules about topics and spawn trees that would decide otherwise for some of its sessions are `exceptions`.",
        query: z.strictObject({
          from: z.string().min(1).max(100).meta({ description: "The id of the bot or session that acts." }),
          to: z
            .string()
            .min(1)
            .max(100)
            .meta({ description: "The id of the bot or session it would write to or read." }),
        }),
        status: 200,
        answer: AccessPair,
      },
      ({ query }) => readAccess(deps, query),
    ),
  ];
}
