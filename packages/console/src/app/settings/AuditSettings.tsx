/** Shows who did what, newest first, with a filter, the whole as a file, and whether it is whole (AU1). */
import type { AuditActor, AuditLine } from "@reef/protocol/audit";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import button from "../../ui/Button.module.css";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import { Select } from "../../ui/Select.tsx";
import rows from "../../ui/SettingRows.module.css";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime } from "../../ui/time.ts";
import { actionWords } from "./audit-words.ts";
import styles from "./TrustSettings.module.css";

const actions = ["bot", "ask", "approval", "hold", "login", "links", "secret", "provider", "mcp", "gateway", "session"];

export function AuditSettings(): ReactElement {
  const { client } = useReef();
  const [actor, setActor] = useState<AuditActor["kind"] | "">("");
  const [action, setAction] = useState("");
  const filter = { ...(actor !== "" && { actor }), ...(action !== "" && { action }) };
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["audit", actor, action],
    queryFn: ({ pageParam }) => wholeClient(client).audit({ ...filter, limit: 20, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
    gcTime: 0,
  });
  const verify = useMutation({ mutationFn: () => wholeClient(client).verifyAudit() });
  const lines = data?.pages.flatMap(({ items }) => items) ?? [];
  const exported = (format: string) => `/v1/audit/export?${new URLSearchParams({ format, ...filter })}`;
  return (
    <>
      <div className={styles.form}>
        <Field label="Who">
          <Select
            options={[
              ["", "Everyone"],
              ["person", "People"],
              ["bot", "Bots"],
              ["system", "Reef"],
            ]}
            value={actor}
            onChoose={setActor}
          />
        </Field>
        <Field label="What">
          <Select
            options={[["", "Everything"], ...actions.map((each) => [each, actionWords(each)] as const)]}
            value={action}
            onChoose={setAction}
          />
        </Field>
      </div>
      {error && <LoadFailure what="the audit" error={error} onAgain={refetch} />}
      {data && lines.length === 0 && <p className={rows.hint}>No lines match.</p>}
      <ul className={shapes.bare} aria-busy={!data && !error}>
        {lines.map((line) => (
          <Line key={line.seq} line={line} />
        ))}
      </ul>
      <div className={rows.actions}>
        {hasNextPage && (
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        )}
        <a className={button.button} href={exported("jsonl")} download>
          Export as JSON
        </a>
        <a className={button.button} href={exported("csv")} download>
          Export as CSV
        </a>
        <Button look="quiet" disabled={verify.isPending} onClick={() => verify.mutate()}>
          Check that it is whole
        </Button>
      </div>
      {(verify.data ?? verify.error) && (
        <p className={verify.data?.ok ? rows.hint : rows.error} role="status">
          {verify.error
            ? `Couldn't check it: ${errorText(verify.error)}`
            : verify.data?.problem
              ? `Line ${verify.data.problem.seq} doesn't fit: ${verify.data.problem.reason}.`
              : `All ${verify.data?.lines ?? 0} lines fit.`}
        </p>
      )}
    </>
  );
}

function Line({ line: { at, actor, action, subject, details } }: { readonly line: AuditLine }): ReactElement {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const nameOf = (id: string | null) => (id === null ? null : (bots?.get(id as never)?.name ?? null));
  const who =
    actor.kind === "bot"
      ? (nameOf(actor.id) ?? "A bot")
      : actor.kind === "system"
        ? "Reef"
        : actor.via === "token"
          ? "The token"
          : "You";
  const facts = Object.entries(details).filter(([, value]) => value !== null && value !== false);
  return (
    <li className={rows.line}>
      <span className={rows.what}>
        <span className={styles.name} dir="auto">
          <b>{who}</b> {actionWords(action)} {nameOf(subject) ?? ""}
        </span>
        <span className={rows.facts} dir="auto">
          {facts
            .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
            .join(", ")}
        </span>
      </span>
      <time className={rows.facts} dateTime={at}>
        {absoluteTime(at)}
      </time>
    </li>
  );
}
