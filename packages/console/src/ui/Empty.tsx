/** Stands where there is nothing to show: what would be here, one sentence, and what to do. Never “nothing” alone. */
import { type IconNode, Search } from "lucide";
import type { ReactElement, ReactNode } from "react";
import { Button } from "./Button.tsx";
import styles from "./Empty.module.css";
import { Icon } from "./Icon.tsx";

export interface EmptyProps {
  readonly icon: IconNode;
  readonly title: ReactNode;
  /** One sentence. */
  readonly children?: ReactNode;
  /** A plain button, with its key where it has one. */
  readonly actions?: ReactNode;
}

export function Empty({ icon, title, children, actions }: EmptyProps): ReactElement {
  return (
    <div className={styles.empty} dir="auto">
      <Icon icon={icon} size={20} />
      <p className={styles.title}>{title}</p>
      {children && <p className={styles.words}>{children}</p>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** Says what was searched, and clears it. */
export function NoResults({
  words,
  searched,
  clear = "Clear filter",
  onClear,
}: {
  /** What was typed. Empty when only a filter leaves nothing. */
  readonly words: string;
  /** "54 sessions and 15 bots" */
  readonly searched?: string;
  readonly clear?: string;
  readonly onClear: () => void;
}): ReactElement {
  const title = words === "" ? "Nothing matches the filter" : `No results for “${words}”`;
  return (
    <Empty icon={Search} title={title} actions={<Button onClick={onClear}>{clear}</Button>}>
      {searched && `Searched ${searched}.`}
    </Empty>
  );
}
