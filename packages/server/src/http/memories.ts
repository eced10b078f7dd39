/** Defines the endpoints of memories: created, listed, searched, corrected, forgotten, imported and exported. */
import { forgetMemories, forgetMemory } from "@reef/engine/memory/forget";
import { readSenders } from "@reef/engine/memory/heard-from";
import { findOverlaps } from "@reef/engine/memory/overlaps";
import { changeMemory, remember } from "@reef/engine/memory/remember";
import { requireIndex, searchWithNote } from "@reef/engine/memory/search";
import { readStats } from "@reef/engine/memory/stats";
import { exportMemories, importMemories } from "@reef/engine/memory/transfer";
import { BotId, MemoryId } from "@reef/protocol/ids";
import {
  ForgetReport,
  ForgetRequest,
  ImportReport,
  Memory,
  MemoryFilter,
  MemoryFormat,
  type MemoryHit,
  MemoryImport,
  MemoryKind,
  MemoryOverlap,
  MemoryPatch,
  MemorySearch,
  MemoryStats,
  NewMemories,
  NewMemory,
} from "@reef/protocol/memory";
import { Sender } from "@reef/protocol/message";
import { pageOf } from "@reef/protocol/page";
import { GivenTime } from "@reef/protocol/time";
import { z } from "zod";
import { type Edge, found } from "./edge.ts";
import { booleanQuery, pageOfQuery, pageQuery } from "./query.ts";
import { type Route, route } from "./route.ts";

const tag = "Memories";
const ofBot = z.object({ id: BotId });
const ofMemory = z.object({ id: MemoryId });
const maxHits = 100;
const defaultHits = 10;

const searchQuery = z.strictObject({
  q: z.string().trim().min(1, "expected a question").max(10_000),
  k: z.coerce
    .number({ error: `expected a whole number from 1 to ${maxHits}` })
    .int()
    .min(1)
    .max(maxHits)
    .optional()
    .meta({ description: `At most this many, 1 to ${maxHits}; ${defaultHits} by default.` }),
  asOf: GivenTime.optional().meta({ description: "What was true and known at this time." }),
  kind: MemoryKind.optional(),
  without: MemoryKind.optional().meta({ description: "Leaves out this kind." }),
  explain: booleanQuery.meta({ description: "`false` leaves out the parts of the scores." }),
});

const filterQuery = {
  ...MemoryFilter.shape,
  pinned: booleanQuery,
  unapproved: booleanQuery,
};

function kindsOf({
  kind,
  without,
}: {
  readonly kind?: MemoryKind | undefined;
  readonly without?: MemoryKind | undefined;
}) {
  if (kind === undefined && without === undefined) return {};
  return {
    kinds: MemoryKind.options.filter((option) => (kind === undefined || option === kind) && option !== without),
  };
}

export function memoryRoutes(edge: Edge): readonly Route[] {
  const { deps } = edge;
  const { read } = deps.store;
  const knownBot = (id: BotId) => found(read.bot(id), "bot");
  return [
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/memories",
        tag,
        summary: "Save one memory, or up to 1,000",
        description:
          "What is already known is not stored twice: the existing memory is returned. `{items: […]}` is answered with `{items: […]}` in the same order, written together or not at all. An item of kind `entry` is a line of a conversation from elsewhere: it is recalled together with the lines around it.",
        params: ofBot,
        body: z.union([NewMemory, NewMemories]),
        takes: "list",
        status: 201,
        answer: z.union([Memory, z.object({ items: z.array(Memory) })]),
      },
      async ({ params: { id }, body }) => {
        await knownBot(id);
        if ("items" in body) return { items: await remember(deps, id, body.items) };
        return (await remember(deps, id, [body]))[0];
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/memories",
        tag,
        summary: "List a bot's memories, newest change first",
        params: ofBot,
        query: z.strictObject({ ...pageQuery, ...filterQuery }),
        status: 200,
        answer: pageOf(Memory),
      },
      async ({ params: { id }, query: { limit, cursor, ...filter } }) => {
        await knownBot(id);
        return read.memories(id, filter, pageOfQuery({ limit, cursor }));
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/memories/search",
        tag,
        summary: "Search a bot's memory, best first",
        description: "Includes what other bots let it read. Every hit says why it was found.",
        params: ofBot,
        query: searchQuery,
        status: 200,
        answer: MemorySearch,
      },
      async ({ params: { id }, query }) => {
        await knownBot(id);
        await requireIndex(deps).capture(id);
        const { hits, degraded } = await searchWithNote(deps, id, {
          isTyped: true,
          text: query.q,
          k: query.k ?? defaultHits,
          asOf: query.asOf,
          ...kindsOf(query),
        });
        return { items: query.explain === false ? hits.map(withoutParts) : hits, degraded };
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/memories/stats",
        tag,
        summary: "Read how much a bot remembers",
        params: ofBot,
        status: 200,
        answer: MemoryStats,
      },
      async ({ params: { id } }) => {
        await knownBot(id);
        return readStats(deps, id);
      },
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/memories/overlaps",
        tag,
        summary: "List memories that repeat or contradict each other",
        params: ofBot,
        status: 200,
        answer: z.object({ items: z.array(MemoryOverlap) }),
      },
      async ({ params: { id } }) => {
        await knownBot(id);
        return { items: await findOverlaps(deps, id) };
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/memories/forget",
        tag,
        summary: "Forget memories by id, by what they say, or by where they came from",
        description:
          "With `dryRun`, says what would be forgotten. Otherwise they are archived and can be restored for 30 days; with `hard`, they are deleted for good.",
        params: ofBot,
        body: ForgetRequest,
        status: 200,
        answer: ForgetReport,
      },
      ({ params: { id }, body }) => forgetMemories(deps, id, body),
    ),
    route(
      {
        method: "get",
        path: "/v1/bots/{id}/memories/export",
        tag,
        summary: "Export a bot's memory as JSONL, as Markdown or as an AgentMemory",
        params: ofBot,
        query: z.strictObject({ format: MemoryFormat.optional() }),
        status: 200,
        answer: "text/plain",
      },
      async ({ params: { id }, query: { format = "jsonl" } }) => {
        await knownBot(id);
        return toFile(exportMemories(deps, id, format), format);
      },
    ),
    route(
      {
        method: "post",
        path: "/v1/bots/{id}/memories/import",
        tag,
        summary: "Import memories from JSONL, Markdown, an AgentMemory or a Hindsight store",
        description: "What is already known is not added again; lines that cannot be read are reported.",
        params: ofBot,
        body: MemoryImport,
        takes: "text",
        status: 200,
        answer: ImportReport,
      },
      ({ params: { id }, body }) => importMemories(deps, id, body),
    ),
    route(
      {
        method: "get",
        path: "/v1/memories/{id}",
        tag,
        summary: "Read a memory",
        params: ofMemory,
        status: 200,
        answer: Memory,
      },
      ({ params: { id } }) => found(read.memory(id), "memory"),
    ),
    route(
      {
        method: "get",
        path: "/v1/memories/{id}/senders",
        tag,
        summary: "Read whose messages a memory came from",
        description: "For a memory saved in a turn: who sent the turn's messages. Empty if that is no longer known.",
        params: ofMemory,
        status: 200,
        answer: z.object({ items: z.array(Sender) }),
      },
      async ({ params: { id } }) => ({ items: [...(await readSenders(deps, await found(read.memory(id), "memory")))] }),
    ),
    route(
      {
        method: "patch",
        path: "/v1/memories/{id}",
        tag,
        summary: "Correct, pin, approve, archive or restore a memory",
        description: "A new text creates a new memory, which is returned; the old one is kept as history.",
        params: ofMemory,
        body: MemoryPatch,
        takes: "text",
        status: 200,
        answer: Memory,
      },
      ({ params: { id }, body }) => changeMemory(deps, id, body),
    ),
    route(
      {
        method: "delete",
        path: "/v1/memories/{id}",
        tag,
        summary: "Forget a memory",
        description: "It can be restored for 30 days; with `hard=true` it is deleted for good.",
        params: ofMemory,
        query: z.strictObject({ hard: booleanQuery }),
        status: 204,
        answer: null,
      },
      ({ params: { id }, query: { hard = false } }) => forgetMemory(deps, id, hard),
    ),
  ];
}

function withoutParts(hit: MemoryHit): MemoryHit {
  return { ...hit, why: { ...hit.why, parts: [] } };
}

/** Sends while it reads, so that a large memory is never held whole. */
const files: Readonly<Record<MemoryFormat, { readonly type: string; readonly name: string }>> = {
  jsonl: { type: "application/jsonl", name: "memory.jsonl" },
  markdown: { type: "text/markdown", name: "memory.md" },
  "agent-memory": { type: "application/json", name: "agent-memory.json" },
};

function toFile(pieces: AsyncGenerator<string>, format: MemoryFormat): Response {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  const { type, name } = files[format];
  return new Response(stream, {
    headers: { "content-type": `${type}; charset=utf-8`, "content-disposition": `attachment; filename="${name}"` },
  });
}
