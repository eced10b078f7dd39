/** Defines the endpoints of links: the list as a whole, because its order decides (MB8). */
import { putLinks } from "@reef/engine/link/links";
import { LinkList } from "@reef/protocol/link";
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
  ];
}
