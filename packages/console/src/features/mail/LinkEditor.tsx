/** Edits the links as a whole, because their order decides (MB8). Nothing takes effect before it is saved. */
import type { Event } from "@reef/protocol/event";
import type { Link } from "@reef/protocol/link";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, X } from "lucide";
import { type ReactElement, useState } from "react";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { botsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import { Icon } from "../../ui/Icon.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./LinksView.module.css";
import { choiceToEnd, endToChoice, moveLink } from "./link-rules.ts";

const newLink: Link = { from: { kind: "any" }, to: { kind: "any" }, allow: false };

export function LinkEditor(): ReactElement {
  const { client } = useReef();
  const { data: saved } = useLiveQuery<readonly Link[]>({
    queryKey: ["links"],
    read: async () => (await client.links()).items,
    fold: foldLinks,
  });
  const [draft, setDraft] = useState<readonly Link[] | null>(null);
  const save = useMutation({
    mutationFn: async (items: readonly Link[]) => client.putLinks({ items: [...items] }),
    onSuccess: () => setDraft(null),
  });
  const links = draft ?? saved ?? [];
  const change = (at: number, fields: Partial<Link>): void =>
    setDraft(links.map((link, index) => (index === at ? { ...link, ...fields } : link)));
  return (
    <section className={styles.part} aria-label="Links">
      <div className={styles.partHead}>
        <h2>Which bots may write to or read each other</h2>
      </div>
      <p className={styles.note}>
        The first matching rule decides, separately for writing and for reading. If none matches, it is allowed: without
        rules, any bot may write to any session and read it. A refused bot gets an error. No other session can read an
        incognito session.
      </p>
      <ol className={`${shapes.bare} ${styles.rules}`}>
        {links.map((link, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a link has no other identity than its place
          <li key={at} className={styles.rule}>
            <Select
              options={[
                ["allow", "Allow"],
                ["deny", "Deny"],
              ]}
              aria-label={`Rule ${at + 1}: allow or deny`}
              value={link.allow ? "allow" : "deny"}
              onChoose={(chosen) => change(at, { allow: chosen === "allow" })}
            />
            <Select
              options={[
                ["write", "writing"],
                ["read", "reading"],
              ]}
              aria-label={`Rule ${at + 1}: write or read`}
              value={link.right ?? "write"}
              onChoose={(chosen) => change(at, { right: chosen === "read" ? "read" : "write" })}
            />
            <EndSelect
              label={`Rule ${at + 1}: from`}
              value={endToChoice(link.from)}
              onChange={(choice) => change(at, { from: choiceToEnd(choice) })}
            />
            <span className={styles.arrow} aria-hidden="true">
              →
            </span>
            <EndSelect
              label={`Rule ${at + 1}: to`}
              className={styles.to}
              value={endToChoice(link.to)}
              onChange={(choice) => change(at, { to: choiceToEnd(choice) })}
            />
            <span className={styles.tools}>
              <Button
                look="quiet"
                isSquare
                aria-label={`Move rule ${at + 1} up`}
                disabled={at === 0}
                onClick={() => setDraft(moveLink(links, at, -1))}
              >
                <Icon icon={ArrowUp} size={14} />
              </Button>
              <Button
                look="quiet"
                isSquare
                aria-label={`Move rule ${at + 1} down`}
                disabled={at === links.length - 1}
                onClick={() => setDraft(moveLink(links, at, 1))}
              >
                <Icon icon={ArrowDown} size={14} />
              </Button>
              <Button
                look="quiet"
                isSquare
                aria-label={`Remove rule ${at + 1}`}
                onClick={() => setDraft(links.toSpliced(at, 1))}
              >
                <Icon icon={X} size={14} />
              </Button>
            </span>
          </li>
        ))}
      </ol>
      {save.error && (
        <p className={form.error} role="alert">
          Not saved: {errorText(save.error)}
        </p>
      )}
      <div className={shapes.wrap}>
        <Button onClick={() => setDraft([...links, newLink])}>Add a rule</Button>
        {draft !== null && (
          <>
            <Button look="primary" disabled={save.isPending} onClick={() => save.mutate(draft)}>
              {save.isPending ? "Saving…" : "Save the rules"}
            </Button>
            <Button look="quiet" onClick={() => setDraft(null)}>
              Discard
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

function EndSelect({
  label,
  className,
  value,
  onChange,
}: {
  readonly label: string;
  readonly className?: string | undefined;
  readonly value: string;
  readonly onChange: (choice: string) => void;
}): ReactElement {
  const { reads } = useReef();
  const { data: bots } = useQuery(botsQuery(reads));
  const { data: topics } = useQuery(topicsQuery(reads));
  return (
    <Select
      aria-label={label}
      className={className}
      options={[
        ["any", "anyone"],
        ["tree", "the same spawn tree"],
      ]}
      groups={[
        { label: "Bots", options: [...(bots?.values() ?? [])].map(({ id, name }) => [id, name]) },
        { label: "Topics", options: (topics ?? []).map(({ id, name }) => [id, name]) },
      ]}
      value={value}
      onChoose={onChange}
    />
  );
}

function foldLinks(links: readonly Link[], events: readonly Event[]): readonly Link[] {
  return events.findLast((event) => event.type === "links.changed")?.links.items ?? links;
}
