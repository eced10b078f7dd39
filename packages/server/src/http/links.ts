/** Endpoints of links: the list as a whole, because its order decides (MB8). */
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
        summary: "Read who may write to whom, and read whom",
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
        summary: "Replace who may write to whom, and read whom",
        description:
          "Of the links about a right (`write` when it is left out, or `read`), the first whose both ends fit decides; when none fits, it is allowed.",
        body: LinkList,
        takes: "list",
        status: 200,
        answer: LinkList,
      },
      ({ body }) => putLinks(deps, body),
    ),
  ];
}
