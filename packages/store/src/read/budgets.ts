/** Reads budgets as of now: a period that is over counts nothing. */
import { keysOf, scopeToKey } from "@reef/engine/budget/scope-key";
import type { BudgetQueries } from "@reef/engine/port/budget";
import type { Budget } from "@reef/protocol/budget";
import type { SessionId, TopicId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import type { BudgetRow } from "../budget-tables.ts";
import { budgetColumns } from "../columns.ts";
import { budgetRowToNoun } from "../rows/budget.ts";
import { type Source, statement } from "../sql.ts";
import { budgetById, budgetsOver, newestCall, reservedOf } from "../write/budget-statements.ts";

const allBudgets = statement<object, BudgetRow>((db) =>
  db.selectFrom("budgets").select(budgetColumns).orderBy("created_at").orderBy("id"),
);
const placeOfSession = statement<{ id: SessionId }, { root_id: SessionId; topic_id: TopicId | null }>((db, param) =>
  db.selectFrom("sessions").select(["root_id", "topic_id"]).where("id", "=", param("id")),
);
const outputReserved = statement<{ id: string }, { output_tokens: number }>((db, param) =>
  db.selectFrom("reservations").select("output_tokens").where("id", "=", param("id")),
);

export function budgetQueries(source: Source): BudgetQueries {
  const toNoun = async (row: BudgetRow): Promise<Budget> => {
    const at = msToIso(source.nowMs());
    const [reserved] = await source.all(reservedOf, { key: row.scope_key, not_id: "", at });
    const { tokens = 0, nanos = 0 } = reserved ?? {};
    return budgetRowToNoun(row, { tokens: Number(tokens), nanos: Number(nanos) }, at);
  };
  const toNouns = async (rows: readonly BudgetRow[]) => {
    const nouns: Budget[] = [];
    for (const row of rows) nouns.push(await toNoun(row));
    return nouns;
  };
  return {
    budgets: async () => toNouns(await source.all(allBudgets, {})),
    budget: async (id) => {
      const [row] = await source.all(budgetById, { id });
      return row === undefined ? null : toNoun(row);
    },
    budgetsOver: async (spender) => {
      const [place] = await source.all(placeOfSession, { id: spender.sessionId });
      if (place === undefined) return [];
      const found: Budget[] = [];
      for (const { id } of await source.all(budgetsOver, keysOf(spender, toPlace(place)))) {
        const [row] = await source.all(budgetById, { id });
        if (row !== undefined) found.push(await toNoun(row));
      }
      return found;
    },
    newestCall: async (scope, since) => {
      const [row] = await source.all(newestCall, { key: scopeToKey(scope), since });
      if (row === undefined) return null;
      const { input_tokens: inputTokens, output_tokens: outputTokens, cost_nanos } = row;
      return { inputTokens, outputTokens, costUsd: cost_nanos === null ? null : Number(cost_nanos) / 1e9 };
    },
    reservedOutput: async (id) => (await source.all(outputReserved, { id }))[0]?.output_tokens ?? null,
  };
}

function toPlace({ root_id, topic_id }: { readonly root_id: SessionId; readonly topic_id: TopicId | null }) {
  return { rootId: root_id, topicId: topic_id };
}
