/** Lists the rules that decide which calls run, ask or are refused (TO1), and creates and revokes them. */
import type { ApprovalDecision, ApprovalRule } from "@reef/protocol/approval";
import type { BotId } from "@reef/protocol/ids";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import { Select } from "../../ui/Select.tsx";
import rows from "../../ui/SettingRows.module.css";
import shapes from "../../ui/Shapes.module.css";
import styles from "./TrustSettings.module.css";

const queryKey = ["approval-rules"] as const;

export function ApprovalSettings(): ReactElement {
  const { client, live, reads } = useReef();
  const queryClient = useQueryClient();
  const { data: bots } = useQuery(botsQuery(reads));
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: () => wholeClient(client).approvalRules(),
    staleTime: 0,
  });
  useEffect(
    () =>
      live.onEvents((events) => {
        if (events.some(({ type }) => type === "approval_rules.changed"))
          void queryClient.invalidateQueries({ queryKey });
      }),
    [live, queryClient],
  );
  const nameOf = (id: BotId | null) => (id === null ? "Every bot" : (bots?.get(id)?.name ?? "A deleted bot"));
  const rules = data?.items ?? [];
  return (
    <>
      <p className={rows.hint}>
        “Always” answers become rules here. The most specific rule decides: one for a bot, then one that names the tool,
        then one with arguments. Without a rule, the tool decides.
      </p>
      {error && <LoadFailure what="the rules" error={error} onAgain={refetch} />}
      {data && rules.length === 0 && <p className={rows.hint}>No rules yet.</p>}
      <ul className={shapes.bare} aria-busy={!data && !error}>
        {rules.map((rule) => (
          <RuleLine key={rule.id} rule={rule} bot={nameOf(rule.botId)} />
        ))}
      </ul>
      <NewRule bots={[...(bots?.values() ?? [])].map(({ id, name }) => [id, name] as const)} />
    </>
  );
}

const words: Readonly<Record<ApprovalDecision, string>> = { allow: "Allow", ask: "Ask first", deny: "Deny" };

function RuleLine({ rule, bot }: { readonly rule: ApprovalRule; readonly bot: string }): ReactElement {
  const { client } = useReef();
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => wholeClient(client).deleteApprovalRule(rule.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  });
  const pattern = rule.arguments === null ? null : patternText(rule.arguments);
  return (
    <li className={rows.line}>
      <span className={rows.what}>
        <span className={styles.name} dir="auto">
          <b>{words[rule.decision]}</b> {rule.tool.replace(/\\([\\*])/g, "$1")}
        </span>
        <span className={rows.facts} dir="auto">
          {bot}
          {rule.askId !== null && ", remembered from your answer"}
        </span>
        {pattern !== null && (
          <code className={styles.pattern} dir="auto">
            {pattern}
          </code>
        )}
        {revoke.error && (
          <span className={rows.error} role="alert">
            Couldn't revoke it: {errorText(revoke.error)}
          </span>
        )}
      </span>
      <Button
        look="quiet"
        isSmall
        disabled={revoke.isPending}
        aria-label={`Revoke: ${words[rule.decision]} ${rule.tool}`}
        onClick={() => revoke.mutate()}
      >
        Revoke
      </Button>
    </li>
  );
}

function patternText(pattern: NonNullable<ApprovalRule["arguments"]>): string {
  return typeof pattern === "string" ? pattern.replace(/\\([\\*])/g, "$1") : JSON.stringify(pattern);
}

function NewRule({ bots }: { readonly bots: readonly (readonly [BotId, string])[] }): ReactElement {
  const { client } = useReef();
  const queryClient = useQueryClient();
  const [tool, setTool] = useState("");
  const [botId, setBotId] = useState<BotId | "">("");
  const [decision, setDecision] = useState<ApprovalDecision>("ask");
  const create = useMutation({
    mutationFn: () =>
      wholeClient(client).createApprovalRule({ tool: tool.trim(), decision, ...(botId !== "" && { botId }) }),
    onSuccess: () => {
      setTool("");
      void queryClient.invalidateQueries({ queryKey });
    },
  });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Field label="Rule">
        <Select
          options={[
            ["ask", "Ask first"],
            ["allow", "Allow"],
            ["deny", "Deny"],
          ]}
          value={decision}
          onChoose={setDecision}
        />
      </Field>
      <Field label="Tool">
        <input
          type="text"
          value={tool}
          maxLength={300}
          placeholder="session_spawn or github__*"
          onChange={(event) => setTool(event.target.value)}
        />
      </Field>
      <Field label="For">
        <Select options={[["", "Every bot"], ...bots]} value={botId} onChoose={setBotId} />
      </Field>
      <Button type="submit" disabled={create.isPending || tool.trim() === ""}>
        Create rule
      </Button>
      {create.error && (
        <p className={form.error} role="alert">
          Couldn't create it: {errorText(create.error)}
        </p>
      )}
    </form>
  );
}
