/** The top of a screen over all bots: its name, how many things it shows, and what can be done. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "../router.tsx";
import styles from "./ScreenHeader.module.css";

export function ScreenHeader({
  title,
  count,
  children,
}: {
  readonly title: string;
  readonly count?: number | undefined;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.back} aria-label="Back to the session list">
        ‹
      </Link>
      <h1 className={styles.title} dir="auto">
        {title}
      </h1>
      {count !== undefined && <span className={styles.count}>{count}</span>}
      <div className={styles.tools}>{children}</div>
    </header>
  );
}
