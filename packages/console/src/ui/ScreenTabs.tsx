/** Shows the views of a screen as links: each is an address of its own, so that going back works. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "./router.tsx";
import styles from "./ScreenTabs.module.css";

export interface ScreenTab {
  readonly key: string;
  readonly label: ReactNode;
  readonly search: Readonly<Record<string, string>>;
}

export function ScreenTabs({
  label,
  to,
  params,
  tabs,
  current,
}: {
  readonly label: string;
  readonly to: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly tabs: readonly ScreenTab[];
  readonly current: string;
}): ReactElement {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ key, label: words, search }) => (
        <Link
          key={key}
          to={to}
          {...(params && { params })}
          search={search}
          className={styles.tab}
          aria-current={key === current ? "page" : undefined}
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
