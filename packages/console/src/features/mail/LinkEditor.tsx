/** Edits the links as a whole, because their order decides (MB8). Nothing takes effect before it is saved. */
import type { Link } from "@reef/protocol/link";
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, X } from "lucide";
import type { ReactElement } from "react";
import { botsQuery, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./LinksView.module.css";
import { choiceToEnd, endToChoice, moveLink } from "./link-rules.ts";
import { SaveLinks } from "./SaveLinks.tsx";
import type { LinkDraft } from "./use-link-draft.ts";

const newLink: Link = { from: { kind: "any" }, to: { kind: "any" }, allow: false };

export function LinkEditor({ draft }: { readonly draft: LinkDraft }): ReactElement {
  const { links, edit } = draft;
  const change = (at: number, fields: Partial<Link>): void =>
    edit(links.map((link, index) => (index === at ? { ...link, ...fields } : link)));
  return (
    <section className={styles.part} aria-label="Links">
      <div className={styles.partHead}>
        <h2>Rules</h2>
      </div>
      <p className={styles.note}>
        The first matching rule decides, separately for writing and for reading. If none matches, it is allowed: without
        rules, any bot may write to any session and read it. A refused bot gets an error. No other session can read an
        incognito session, and no other bot the sessions of a private bot.
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
                onClick={() => edit(moveLink(links, at, -1))}
              >
                <Icon icon={ArrowUp} size={14} />
              </Button>
              <Button
                look="quiet"
                isSquare
                aria-label={`Move rule ${at + 1} down`}
                disabled={at === links.length - 1}
                onClick={() => edit(moveLink(links, at, 1))}
              >
                <Icon icon={ArrowDown} size={14} />
              </Button>
              <Button
                look="quiet"
                isSquare
                aria-label={`Remove rule ${at + 1}`}
                onClick={() => edit(links.toSpliced(at, 1))}
              >
                <Icon icon={X} size={14} />
              </Button>
            </span>
          </li>
        ))}
      </ol>
      <div className={shapes.wrap}>
        <Button onClick={() => edit([...links, newLink])}>Add a rule</Button>
        <SaveLinks draft={draft} />
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
