/** Defines the endpoints of blocks and grants. */
import { deleteBlock, putBlock, putGrants } from "@reef/engine/memory/blocks";
import { BotId } from "@reef/protocol/ids";
import { Block, BlockLabel, BlockPut, GrantList } from "@reef/protocol/memory";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { type Route, route } from "./route.ts";

const tag = "Memories";
const ofBot = z.object({ id: BotId });
const ofBlock = z.object({ id: BotId, label: BlockLabel });
const blocks = z.object({ items: z.array(Block), next: z.null() });

export function blockRoutes({ deps }: Edge): readonly Route[] {
  const { read } = deps.store;
  return [
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/blocks",
        tag,
        summary: "List a bot's blocks, by label",
        description: "Blocks are included in every prompt of the bot.",
        params: ofBot,
        status: 200,
        answer: blocks,
      },
      async ({ params: { id } }) => {
        await found(read.bot(id), "bot");
        return { items: await read.blocks(id), next: null };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/blocks/{label}",
        tag,
        summary: "Read a block",
        params: ofBlock,
        status: 200,
        answer: Block,
      },
      ({ params: { id, label } }) => found(read.block(id, label), "block"),
    ),
    route(
      {
        method: "put",
        path: "/v1/bots/{id}/blocks/{label}",
        tag,
        summary: "Write a block",
        description: "With `ifVersion`, only while the block is at that version (0: while there is none).",
        params: ofBlock,
        body: BlockPut,
        takes: "text",
        status: 200,
        answer: Block,
      },
      async ({ params: { id, label }, body }) => {
        await found(read.bot(id), "bot");
        return putBlock(deps, id, { label, put: body });
      },
    ),
    route(
      {
        method: "delete",
        path: "/v1/bots/{id}/blocks/{label}",
        tag,
        summary: "Delete a block with its history",
        params: ofBlock,
        status: 204,
        answer: null,
      },
      ({ params: { id, label } }) => deleteBlock(deps, id, label),
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/blocks/{label}/history",
        tag,
        summary: "Read a block's versions, newest first",
        params: ofBlock,
        status: 200,
        answer: blocks,
      },
      async ({ params: { id, label } }) => {
        await found(read.block(id, label), "block");
        return { items: await read.blockHistory(id, label), next: null };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/grants",
        tag,
        summary: "Read which bots may read this bot's memory",
        params: ofBot,
        status: 200,
        answer: GrantList,
      },
      async ({ params: { id } }) => {
        await found(read.bot(id), "bot");
        return { readers: await read.readersOf(id) };
      },
    ),
    route(
      {
        method: "put",
        path: "/v1/bots/{id}/grants",
        tag,
        summary: "Set which bots may read this bot's memory",
        description: "They can read all of it and write none of it. Takes effect with their next search.",
        params: ofBot,
        body: GrantList,
        status: 200,
        answer: GrantList,
      },
      async ({ params: { id }, body }) => {
        await found(read.bot(id), "bot");
        return putGrants(deps, id, body);
      },
    ),
  ];
}
