/** Keeps a chain's row: how far a person allowed it to go on, and what it may still cause (MB10, BO1). */
import { boundMet } from "@reef/engine/mailbox/chain-bounds";
import type { ChainUse, Op } from "@reef/engine/port/unit";
import type { ChainId } from "@reef/protocol/ids";
import { sql } from "kysely";
import type { ChainRow } from "../chain-tables.ts";
import { eachParam, statement } from "../sql.ts";
import { one, run, type Write } from "./steps.ts";

const columns = ["id", "extra_hops", "root", "times_extended", "stopped", "planned"] as const;

const chainById = statement<{ id: ChainId }, ChainRow>((db, param) =>
  db.selectFrom("chains").selectAll().where("id", "=", param("id")),
);
const insertChain = statement<ChainRow>((db, param) => db.insertInto("chains").values(eachParam(param, columns)));
const updateChain = statement<ChainRow>((db, param) =>
  db.updateTable("chains").set(eachParam(param, columns)).where("id", "=", param("id")),
);

export const tasksOfChain = statement<{ chain_id: ChainId }, { count: number }>((db, param) =>
  db
    .selectFrom("messages")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("chain_id", "=", param("chain_id"))
    .where("purpose", "=", sql.lit("task" as const)),
);
export const questionsOfChain = statement<{ chain_id: ChainId }, { count: number }>((db, param) =>
  db
    .selectFrom("asks")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("chain_id", "=", param("chain_id"))
    .where("state", "=", sql.lit("open" as const))
    .where("kind", "=", sql.lit("question" as const)),
);

export function* takeOfChain({ chainId, of: use, max }: Extract<Op, { readonly op: "chain.use" }>): Write<void> {
  if ((yield* usedOf(chainId, use)) >= max) throw boundMet(use, max);
}

function* usedOf(id: ChainId, use: ChainUse): Write<number> {
  if (use === "planned") return (yield* one(chainById, { id }))?.planned ?? 0;
  const counted = use === "spawns" ? tasksOfChain : questionsOfChain;
  return Number((yield* one(counted, { chain_id: id }))?.count ?? 0);
}

export function* changeChain(id: ChainId, change: (row: ChainRow) => Partial<ChainRow>): Write<void> {
  const none: ChainRow = { id, extra_hops: 0, root: null, times_extended: 0, stopped: 0, planned: 0 };
  const row = yield* one(chainById, { id });
  yield* run(row === undefined ? insertChain : updateChain, { ...(row ?? none), ...change(row ?? none) });
}

/** Returns the chain in which its plans are counted. */
export function* rootOf(id: ChainId): Write<ChainId> {
  return (yield* one(chainById, { id }))?.root ?? id;
}
