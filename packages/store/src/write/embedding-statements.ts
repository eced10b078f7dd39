/** Holds the writer's statements about vectors of memories, each compiled once. */
import type { MemoryId } from "@reef/protocol/ids";
import { sql } from "kysely";
import type { EmbeddedRow, VectorRow } from "../memory-tables.ts";
import { eachParam, statement } from "../sql.ts";

export const modelByName = statement<{ name: string }, { n: number }>((db, param) =>
  db.selectFrom("embedding_models").select("n").where("name", "=", param("name")),
);
export const insertModel = statement<{ name: string }>((db, param) =>
  db.insertInto("embedding_models").values(eachParam(param, ["name"])),
);
export const embeddedOfOwner = statement<{ owner: number }, EmbeddedRow>((db, param) =>
  db.selectFrom("embedded").selectAll().where("owner", "=", param("owner")),
);
export const putEmbedded = statement<EmbeddedRow>((db, param) =>
  db
    .insertInto("embedded")
    .values(eachParam(param, ["owner", "model", "through", "version"]))
    .onConflict((conflict) => conflict.column("owner").doUpdateSet(eachParam(param, ["model", "through", "version"]))),
);
export const numberOfMemory = statement<{ id: MemoryId; owner: number }, { n: number }>((db, param) =>
  db
    .selectFrom("memories")
    .select("n")
    .where("id", "=", param("id"))
    .where("owner", "=", param("owner"))
    .where("archived_at", "is", null),
);
export const putVector = statement<VectorRow>((db, param) =>
  db
    .insertInto("vectors")
    .values(eachParam(param, ["memory", "owner", "model", "version", "vector"]))
    .onConflict((conflict) =>
      conflict.column("memory").doUpdateSet(eachParam(param, ["owner", "model", "version", "vector"])),
    ),
);
export const deleteVector = statement<{ id: MemoryId }>((db, param) =>
  db.deleteFrom("vectors").where("memory", "=", sql<number>`(select n from memories where id = ${param("id")})`),
);
export const deleteAllVectors = statement<{ owner: number }>((db, param) =>
  db.deleteFrom("vectors").where("owner", "=", param("owner")),
);
export const deleteEmbedded = statement<{ owner: number }>((db, param) =>
  db.deleteFrom("embedded").where("owner", "=", param("owner")),
);
