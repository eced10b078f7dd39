/** Creates, changes or deletes a budget. Its scope and its period stay as they were created. */
import type { Budget, BudgetPatch, BudgetScope, NewBudget } from "@reef/protocol/budget";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { botsQuery, sessionsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import styles from "../../ui/Form.module.css";
import { FormEnd } from "../../ui/FormEnd.tsx";
import { Select } from "../../ui/Select.tsx";
import { budgetNotes, type Names, scopeLabel, smallestLabel, usedLabel } from "./budget-words.ts";

interface BudgetDialogProps {
  /** Null creates one. */
  readonly budget: Budget | null;
  readonly names: Names;
  readonly onClose: () => void;
}

export function BudgetDialog({ budget, names, onClose }: BudgetDialogProps): ReactElement {
  const { client, queryClient, reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const { data: topics = [] } = useQuery(topicsQuery(reads));
  const { data: sessions } = useQuery(sessionsQuery(reads));
  const [scope, setScope] = useState("whole:");
  const [period, setPeriod] = useState<Budget["period"]>("month");
  const [usd, setUsd] = useState(budget?.limitUsd?.toString() ?? "");
  const [tokens, setTokens] = useState(budget?.limitTokens?.toString() ?? "");
  const [warn, setWarn] = useState(Math.round((budget?.warnAt ?? 0.8) * 100).toString());
  const scopeKey = budget === null ? scope.replace(/:$/, "") : keyOfScope(budget.scope);
  const { data: least } = useQuery({
    queryKey: ["smallest budget", scopeKey],
    queryFn: () => wholeClient(client).smallestBudget(scopeKey),
    staleTime: 0,
  });
  const done = (): void => {
    void queryClient.invalidateQueries({ queryKey: ["budgets"] });
    onClose();
  };
  const save = useMutation({
    mutationFn: () => {
      const limits: BudgetPatch = {
        limitUsd: usd.trim() === "" ? null : Number(usd),
        limitTokens: tokens.trim() === "" ? null : Number(tokens),
        warnAt: Number(warn) / 100,
      };
      return budget === null
        ? wholeClient(client).createBudget({ ...limits, scope: readScope(scope), period } as NewBudget)
        : wholeClient(client).changeBudget(budget.id, limits);
    },
    onSuccess: done,
  });
  const removal = useMutation({
    mutationFn: async () => {
      if (budget !== null) await wholeClient(client).deleteBudget(budget.id);
    },
    onSuccess: done,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const error = save.error ?? removal.error;
  return (
    <Dialog title={budget === null ? "New budget" : `Budget of ${scopeLabel(budget.scope, names)}`} onClose={onClose}>
      <form className={styles.form} onSubmit={submit}>
        {budget === null ? (
          <>
            <Field label="For" hint="A budget of a bot or a topic counts all its sessions.">
              <Select
                options={[["whole:", "Everything"]]}
                groups={[
                  { label: "Bots", options: [...(bots?.values() ?? [])].map(({ id, name }) => [`bot:${id}`, name]) },
                  { label: "Topics", options: topics.map(({ id, name }) => [`topic:${id}`, name]) },
                  {
                    label: "Sessions with all below them",
                    options: [...(sessions?.byId.values() ?? [])]
                      .filter(({ parentId, archivedAt }) => parentId === null && archivedAt === null)
                      .slice(0, mostSessions)
                      .map(({ id, title }) => [`tree:${id}`, title]),
                  },
                ]}
                value={scope}
                onChoose={setScope}
              />
            </Field>
            <Field label="Period" hint="Days and months are those of UTC.">
              <Select
                options={[
                  ["day", "Each day"],
                  ["month", "Each month"],
                  ["total", "In total"],
                ]}
                value={period}
                onChoose={setPeriod}
              />
            </Field>
          </>
        ) : (
          <p>
            {usedLabel(budget)}. {budgetNotes(budget)}.
          </p>
        )}
        <Field label="Limit in dollars" hint="Calls without a known price aren't counted in dollars.">
          <input
            data-first
            type="number"
            min="0"
            max="1000000"
            step="any"
            value={usd}
            onChange={({ target }) => setUsd(target.value)}
          />
        </Field>
        <Field label="Limit in tokens" hint="Input and output together.">
          <input
            type="number"
            min="0"
            max="1000000000000"
            step="1"
            value={tokens}
            onChange={({ target }) => setTokens(target.value)}
          />
        </Field>
        {least?.smallest && (
          <p className={styles.hint} role="status">
            {smallestLabel(least.smallest, { usd, tokens })}
          </p>
        )}
        <Field label="Warn at (%)">
          <input
            type="number"
            min="0"
            max="100"
            required
            value={warn}
            onChange={({ target }) => setWarn(target.value)}
          />
        </Field>
        {budget !== null && (
          <Button look="danger" isSmall disabled={removal.isPending} onClick={() => removal.mutate()}>
            Delete budget
          </Button>
        )}
        <FormEnd
          problem={error ? `Couldn't save it: ${errorText(error)}` : null}
          action={budget === null ? "Create" : "Save"}
          isDisabled={save.isPending || (usd.trim() === "" && tokens.trim() === "")}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

/** More would be a list that no one reads. */
const mostSessions = 100;

function keyOfScope(scope: BudgetScope): string {
  return scope.kind === "whole" ? scope.kind : `${scope.kind}:${scope.id}`;
}

function readScope(key: string): BudgetScope {
  const [kind, id] = key.split(":");
  return (kind === "whole" ? { kind } : { kind, id }) as BudgetScope;
}
