/** Lists budgets with how much of each is used, and leads to the dialog that sets one. */
import type { Budget } from "@reef/protocol/budget";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide";
import { type ReactElement, useState } from "react";
import { botsQuery, sessionsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Budgets.module.css";
import { budgetNotes, type Names, scopeLabel, usedLabel, usedShare } from "./budget-words.ts";

const BudgetDialog = lazyPart("BudgetDialog", () => import("./BudgetDialog.tsx"));

const budgetsKey = ["budgets"] as const;
const refreshMs = 10_000;

export function useBudgets() {
  const { client } = useReef();
  return useQuery({
    queryKey: budgetsKey,
    queryFn: () => wholeClient(client).budgets(),
    refetchInterval: refreshMs,
    staleTime: 0,
  });
}

function useNames(): Names {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const { data: topics = [] } = useQuery(topicsQuery(reads));
  const { data: sessions } = useQuery(sessionsQuery(reads));
  return {
    bot: (id) => bots?.get(id as never)?.name,
    topic: (id) => topics.find((topic) => topic.id === id)?.name,
    session: (id) => sessions?.byId.get(id as never)?.title,
  };
}

export function Budgets(): ReactElement {
  const [edited, setEdited] = useState<Budget | "new" | null>(null);
  const { data } = useBudgets();
  const names = useNames();
  return (
    <section className={styles.budgets} aria-label="Budgets">
      <header className={shapes.line}>
        <h2 className={`${shapes.grow} ${styles.title}`}>Budgets</h2>
        <Button look="plain" isSmall onClick={() => setEdited("new")}>
          <Icon icon={Plus} size={14} /> New budget
        </Button>
      </header>
      {data?.items.length === 0 && (
        <p className={shapes.meta}>No limits yet. A budget pauses turns before a model call would pass it.</p>
      )}
      {data !== undefined && data.items.length > 0 && (
        <ul className={styles.list}>
          {data.items.map((budget) => (
            <li key={budget.id}>
              <button
                type="button"
                className={styles.budget}
                data-state={budget.state}
                onClick={() => setEdited(budget)}
              >
                <span className={`${shapes.cut} ${styles.name}`}>{scopeLabel(budget.scope, names)}</span>
                <span className={styles.used}>{usedLabel(budget)}</span>
                <Meter share={usedShare(budget)} isLimit />
                <span className={`${shapes.cut} ${styles.notes}`}>{budgetNotes(budget)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {edited !== null && (
        <Part what="The budget" look="line" onClose={() => setEdited(null)}>
          <BudgetDialog
            key={edited === "new" ? "new" : edited.id}
            budget={edited === "new" ? null : edited}
            names={names}
            onClose={() => setEdited(null)}
          />
        </Part>
      )}
    </section>
  );
}
