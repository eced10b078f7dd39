/** Defines the endpoint that finds words in all transcripts. */
import { SearchPage } from "@reef/protocol/search";
import { z } from "zod";
import type { Edge } from "./edge.ts";
import { pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

export function searchRoutes({ deps }: Edge): readonly Route[] {
  return [
    route(
      {
        method: "get",
        path: "/v1/search",
        tag: "Sessions",
        summary: "Find words in all transcripts, newest first",
        description:
          "Every word of `q` must occur in the entry; the last may be a prefix, and words in quotes, or parts of a name such as `foo_bar`, must be adjacent. Case, accents, ligatures and width do not matter, and nothing else in `q` is an operator. Archived sessions are searched too. While entries are still being indexed, `isComplete` is false.",
        query: z.strictObject({
          ...pageQuery,
          q: z.string().max(500).meta({ description: "The words to find." }),
        }),
        status: 200,
        answer: SearchPage,
      },
      ({ query: { q, limit, cursor } }) => deps.store.read.search(q, pageOfQuery({ limit, cursor })),
    ),
  ];
}
