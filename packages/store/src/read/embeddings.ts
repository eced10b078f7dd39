/** Reads vectors of memories: how far they are made, and in the order they were made. */
import { bytesToVector } from "@reef/engine/memory/vector";
import type { MemoryQueries } from "@reef/engine/port/queries";
import type { BotId, MemoryId } from "@reef/protocol/ids";
import { sql } from "kysely";
import { type Source, statement } from "../sql.ts";

interface StateRow {
  name: string;
  through: number;
  version: number;
}

const stateOfBot = statement<{ bot_id: BotId }, StateRow>((db, param) =>
  db
    .selectFrom("memory_owners")
    .innerJoin("embedded", "embedded.owner", "memory_owners.n")
    .innerJoin("embedding_models", "embedding_models.n", "embedded.model")
    .select(["embedding_models.name", "embedded.through", "embedded.version"])
    .where("memory_owners.bot_id", "=", param("bot_id")),
);
const countOfBot = statement<{ bot_id: BotId; model: string }, { count: number }>((db, param) =>
  db
    .selectFrom("memory_owners")
    .innerJoin("vectors", "vectors.owner", "memory_owners.n")
    .select((build) => build.fn.countAll<number>().as("count"))
    .where("memory_owners.bot_id", "=", param("bot_id"))
    .where("vectors.model", "=", sql<number>`(select n from embedding_models where name = ${param("model")})`),
);
const vectorsAfter = statement<
  { bot_id: BotId; model: string; after: number; limit: number },
  { version: number; id: MemoryId; vector: Uint8Array }
>((db, param) =>
  db
    .selectFrom("memory_owners")
    .innerJoin("vectors", "vectors.owner", "memory_owners.n")
    .innerJoin("memories", "memories.n", "vectors.memory")
    .select(["vectors.version", "memories.id", "vectors.vector"])
    .where("memory_owners.bot_id", "=", param("bot_id"))
    .where("vectors.model", "=", sql<number>`(select n from embedding_models where name = ${param("model")})`)
    .where("vectors.version", ">", param("after"))
    .orderBy("vectors.version")
    .limit(param("limit")),
);
const toEmbed = statement<{ model: string; limit: number }, { bot_id: BotId }>((db, param) =>
  db
    .selectFrom("memory_owners")
    .leftJoin("embedded", "embedded.owner", "memory_owners.n")
    .select("memory_owners.bot_id")
    .where("memory_owners.version", ">", 0)
    .where((build) =>
      build.or([
        build("embedded.owner", "is", null),
        sql<boolean>`embedded.through < memory_owners.version`,
        sql<boolean>`embedded.model is distinct from (select n from embedding_models where name = ${param("model")})`,
      ]),
    )
    .orderBy("memory_owners.n")
    .limit(param("limit")),
);

type Reads = Pick<MemoryQueries, "embeddingState" | "vectorCount" | "vectorChanges" | "embeddedOf" | "botsToEmbed">;

export function embeddingQueries(source: Source): Reads {
  return {
    embeddingState: async (botId) => {
      const [row] = await source.all(stateOfBot, { bot_id: botId });
      if (row === undefined) return null;
      const { name, ...rest } = row;
      return { model: name, ...rest };
    },
    vectorCount: async (botId, model) => (await source.all(countOfBot, { bot_id: botId, model }))[0]?.count ?? 0,
    vectorChanges: async (botId, { model, after, limit }) =>
      (await source.all(vectorsAfter, { bot_id: botId, model, after, limit })).map(({ vector, ...rest }) => ({
        ...rest,
        vector: bytesToVector(vector),
      })),
    embeddedOf: async (botId, model, ids) => {
      const rows = await source.query((db) =>
        db
          .selectFrom("memories")
          .innerJoin("memory_owners", "memory_owners.n", "memories.owner")
          .innerJoin("vectors", "vectors.memory", "memories.n")
          .innerJoin("embedding_models", "embedding_models.n", "vectors.model")
          .select("memories.id")
          .where("memories.id", "in", ids)
          .where("memory_owners.bot_id", "=", botId)
          .where("embedding_models.name", "=", model),
      );
      return rows.map(({ id }) => id);
    },
    botsToEmbed: async (model, limit) => (await source.all(toEmbed, { model, limit })).map(({ bot_id }) => bot_id),
  };
}
