/** Reads topics, links and chains: what people set up around sessions. */
import type { Queries } from "@reef/engine/port/queries";
import type { ChainId, TopicId } from "@reef/protocol/ids";
import type { ChainRow } from "../chain-tables.ts";
import { topicRowToNoun } from "../rows/topic.ts";
import { nanosToUsd } from "../rows/usage.ts";
import { type Source, statement } from "../sql.ts";
import type { LinkRow, TopicRow } from "../tables.ts";
import { questionsOfChain, tasksOfChain } from "../write/chains.ts";
import { cursorToSortKey, makePage } from "./page.ts";

const topicById = statement<{ id: TopicId }, TopicRow>((db, param) =>
  db.selectFrom("topics").selectAll().where("id", "=", param("id")),
);
const allLinks = statement<object, LinkRow>((db) => db.selectFrom("links").selectAll().orderBy("position"));
const modelCallsOfChain = statement<{ chain_id: ChainId }, { count: number }>((db, param) =>
  db
    .selectFrom("turns")
    .select((build) => build.fn.sum<number>("model_calls").as("count"))
    .where("chain_id", "=", param("chain_id")),
);
const costOfChain = statement<{ chain_id: ChainId }, { count: number }>((db, param) =>
  db
    .selectFrom("turns")
    .select((build) => build.fn.sum<number>("cost_nanos").as("count"))
    .where("chain_id", "=", param("chain_id")),
);
const chainById = statement<{ id: ChainId }, ChainRow>((db, param) =>
  db.selectFrom("chains").selectAll().where("id", "=", param("id")),
);

export function topicQueries(source: Source): Pick<Queries, "topic" | "topics" | "links" | "chainExtraHops" | "chain"> {
  return {
    topic: async (id) => {
      const [row] = await source.all(topicById, { id });
      return row === undefined ? null : topicRowToNoun(row);
    },
    topics: async (page) => {
      const after = cursorToSortKey(page, ["number", "string", "string"]);
      const rows = await source.query((db) => {
        const query = db
          .selectFrom("topics")
          .selectAll()
          .orderBy("position")
          .orderBy("name")
          .orderBy("id")
          .limit(page.limit + 1);
        if (after === null) return query;
        const [position, name, id] = after;
        return query.where((build) =>
          build.or([
            build("position", ">", position),
            build.and([build("position", "=", position), build("name", ">", name)]),
            build.and([build("position", "=", position), build("name", "=", name), build("id", ">", id as TopicId)]),
          ]),
        );
      });
      return makePage(rows, {
        limit: page.limit,
        sortKeyOf: ({ position, name, id }) => [position, name, id],
        toItem: topicRowToNoun,
      });
    },
    links: async () => (await source.all(allLinks, {})).map(({ link }) => JSON.parse(link)),
    chainExtraHops: async (id) => (await source.all(chainById, { id }))[0]?.extra_hops ?? 0,
    chain: async (id) => {
      const [row] = await source.all(chainById, { id });
      const rootId = row?.root ?? id;
      const [root] = rootId === id ? [row] : await source.all(chainById, { id: rootId });
      const count = async (counted: typeof tasksOfChain) =>
        Number((await source.all(counted, { chain_id: id }))[0]?.count ?? 0);
      return {
        rootId,
        timesExtended: row?.times_extended ?? 0,
        isStopped: row?.stopped === 1,
        modelCalls: await count(modelCallsOfChain),
        costUsd: nanosToUsd(await count(costOfChain)),
        spawns: await count(tasksOfChain),
        openQuestions: await count(questionsOfChain),
        planned: root?.planned ?? 0,
      };
    },
  };
}
