/** Reads bots: by id, by name, listed. */
import type { Queries } from "@reef/engine/port/queries";
import type { BotId } from "@reef/protocol/ids";
import { botColumns } from "../columns.ts";
import { botRowToNoun } from "../rows/bot.ts";
import { type Source, statement } from "../sql.ts";
import type { BotRow } from "../tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const botById = statement<{ id: BotId }, BotRow>((db, param) =>
  db.selectFrom("bots").select(botColumns).where("id", "=", param("id")),
);
const botsByName = statement<{ name_key: string }, BotRow>((db, param) =>
  db.selectFrom("bots").select(botColumns).where("name_key", "=", param("name_key")).orderBy("id"),
);

export function botQueries(source: Source): Pick<Queries, "bot" | "bots" | "botsByName"> {
  return {
    bot: async (id) => {
      const [row] = await source.all(botById, { id });
      return row === undefined ? null : botRowToNoun(row, source.nowMs());
    },
    botsByName: async (name) => {
      const rows = await source.all(botsByName, { name_key: name.toLowerCase() });
      return rows.map((row) => botRowToNoun(row, source.nowMs()));
    },
    bots: async (page) => {
      const after = cursorToSortKey(page, ["string", "string"]);
      const rows = await source.query((db) => {
        const query = db
          .selectFrom("bots")
          .select(botColumns)
          .orderBy("name_key")
          .orderBy("id")
          .limit(page.limit + 1);
        if (after === null) return query;
        const [name, id] = after;
        return query.where((build) =>
          build.or([
            build("name_key", ">", name),
            build.and([build("name_key", "=", name), build("id", ">", id as BotId)]),
          ]),
        );
      });
      return makePage(rows, {
        limit: page.limit,
        sortKeyOf: ({ name_key, id }) => [name_key, id],
        toItem: (row) => botRowToNoun(row, source.nowMs()),
      });
    },
  };
}
