/** Defines the endpoints of consolidations: proposed changes of a bot's memory, reviewed as a diff. */
import { askConsolidation } from "@reef/engine/consolidation/ask";
import { putMemoryPolicy } from "@reef/engine/consolidation/policy";
import { listConsolidations, resolveConsolidation } from "@reef/engine/consolidation/read";
import { settleProposals } from "@reef/engine/consolidation/settle";
import {
  Consolidation,
  ConsolidationOutcome,
  MemoryPolicy,
  ProposalAcceptance,
  ProposalChoice,
} from "@reef/protocol/consolidation";
import { BotId, ConsolidationId } from "@reef/protocol/ids";
import { Memory } from "@reef/protocol/memory";
import { pageOf } from "@reef/protocol/page";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { booleanQuery, pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Memories";
const ofBot = z.object({ id: BotId });
const ofConsolidation = z.object({ id: ConsolidationId });

export function consolidationRoutes({ deps }: Edge): readonly Route[] {
  const { read } = deps.store;
  return [
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/memories/consolidate",
        tag,
        summary: "Consolidate now: look for what is worth remembering",
        description:
          "The bot's model looks at what was said since the last time; without a model, the most informative lines are chosen, and `by` says so. `items` are the suggested memories.",
        params: ofBot,
        status: 200,
        answer: z.object({ items: z.array(Memory), consolidations: z.array(Consolidation) }),
      },
      async ({ params: { id } }) => {
        await found(read.bot(id), "bot");
        return askConsolidation(deps, id);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/consolidations",
        tag,
        summary: "List a bot's consolidations, newest first",
        params: ofBot,
        query: z.strictObject({
          ...pageQuery,
          open: booleanQuery.meta({ description: "`true`: only those with an open proposal." }),
        }),
        status: 200,
        answer: pageOf(Consolidation),
      },
      async ({ params: { id }, query: { limit, cursor, open } }) => {
        await found(read.bot(id), "bot");
        return listConsolidations(deps, id, { ...pageOfQuery({ limit, cursor }), open });
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/consolidations/{id}",
        tag,
        summary: "Read a consolidation",
        params: ofConsolidation,
        status: 200,
        answer: Consolidation,
      },
      async ({ params: { id } }) => resolveConsolidation(deps, await found(read.consolidation(id), "consolidation")),
    ),
    route(
      {
        method: "post",
        path: "/v1/consolidations/{id}/accept",
        tag,
        summary: "Accept proposals",
        description:
          "Those in `ids`, or all that are open. `texts` replaces the text of a proposal. `refused` lists what could not be done.",
        params: ofConsolidation,
        body: ProposalAcceptance,
        takes: "list",
        bodyIsOptional: true,
        status: 200,
        answer: ConsolidationOutcome,
      },
      ({ params: { id }, body }) => settleProposals(deps, id, { to: "accepted", by: "person", ...body }),
    ),
    route(
      {
        method: "post",
        path: "/v1/consolidations/{id}/reject",
        tag,
        summary: "Reject proposals",
        description: "Those in `ids`, or all that are open.",
        params: ofConsolidation,
        body: ProposalChoice,
        bodyIsOptional: true,
        status: 200,
        answer: ConsolidationOutcome,
      },
      ({ params: { id }, body }) => settleProposals(deps, id, { to: "rejected", by: "person", ...body }),
    ),
    route(
      {
        method: "post",
        path: "/v1/consolidations/{id}/undo",
        tag,
        summary: "Undo accepted proposals",
        description:
          "Those in `ids`, or all that are accepted: what they added is archived, and what they ended becomes valid again.",
        params: ofConsolidation,
        body: ProposalChoice,
        bodyIsOptional: true,
        status: 200,
        answer: ConsolidationOutcome,
      },
      ({ params: { id }, body }) => settleProposals(deps, id, { to: "undone", by: "person", ...body }),
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/memories/policy",
        tag,
        summary: "Read a bot's memory policy",
        params: ofBot,
        status: 200,
        answer: MemoryPolicy,
      },
      async ({ params: { id } }) => {
        await found(read.bot(id), "bot");
        return { consolidation: await read.consolidationPolicy(id) };
      },
    ),
    route(
      {
        method: "put",
        path: "/v1/bots/{id}/memories/policy",
        tag,
        summary: "Set a bot's memory policy",
        description:
          "`off`: nothing. `propose`: a person decides about each proposal. `apply`: proposals are applied automatically, unless they would end something a person wrote, and can be undone.",
        params: ofBot,
        body: MemoryPolicy,
        status: 200,
        answer: MemoryPolicy,
      },
      ({ params: { id }, body }) => putMemoryPolicy(deps, id, body),
    ),
  ];
}
