/** Reads blocks and their versions, and which bot may read whose memory. */
import type { MemoryQueries } from "@reef/engine/port/queries";
import type { BotId } from "@reef/protocol/ids";
import type { BlockRow, GrantRow } from "../memory-tables.ts";
import { blockRowToNoun } from "../rows/memory.ts";
import { type Source, statement } from "../sql.ts";

const blocksOfBot = statement<{ bot_id: BotId }, BlockRow>((db, param) =>
  db
    .selectFrom("blocks")
    .selectAll()
    .where("bot_id", "=", param("bot_id"))
    .where((build) =>
      build(
        "version",
        "=",
        build
          .selectFrom("blocks as newest")
          .select((each) => each.fn.max("newest.version").as("version"))
          .whereRef("newest.bot_id", "=", "blocks.bot_id")
          .whereRef("newest.label", "=", "blocks.label"),
      ),
    )
    .orderBy("label"),
);
const versionsOfBlock = statement<{ bot_id: BotId; label: string }, BlockRow>((db, param) =>
  db
    .selectFrom("blocks")
    .selectAll()
    .where("bot_id", "=", param("bot_id"))
    .where("label", "=", param("label"))
    .orderBy("version", "desc"),
);
const grantsOfOwner = statement<{ owner_id: BotId }, GrantRow>((db, param) =>
  db.selectFrom("grants").selectAll().where("owner_id", "=", param("owner_id")).orderBy("reader_id"),
);
const grantsOfReader = statement<{ reader_id: BotId }, GrantRow>((db, param) =>
  db.selectFrom("grants").selectAll().where("reader_id", "=", param("reader_id")).orderBy("owner_id"),
);

type Reads = Pick<MemoryQueries, "blocks" | "block" | "blockHistory" | "readersOf" | "readableBy">;

export function blockQueries(source: Source): Reads {
  const history: Reads["blockHistory"] = async (botId, label) =>
    (await source.all(versionsOfBlock, { bot_id: botId, label })).map(blockRowToNoun);
  return {
    blocks: async (botId) => (await source.all(blocksOfBot, { bot_id: botId })).map(blockRowToNoun),
    block: async (botId, label) => (await history(botId, label))[0] ?? null,
    blockHistory: history,
    readersOf: async (botId) => (await source.all(grantsOfOwner, { owner_id: botId })).map((row) => row.reader_id),
    readableBy: async (botId) => (await source.all(grantsOfReader, { reader_id: botId })).map((row) => row.owner_id),
  };
}
