/** Draws the top of a screen over all bots: its name, how many things it shows, and its buttons. */
import type { ReactElement, ReactNode } from "react";
import { Link, useLocation } from "./router.tsx";
import styles from "./ScreenHeader.module.css";
import shapes from "./Shapes.module.css";

/** These have a tab of their own on a phone; every other screen is reached through “More”. */
const tabs: ReadonlySet<string> = new Set(["/bots", "/messages"]);

export function ScreenHeader({
  title,
  count,
  children,
}: {
  readonly title: string;
  readonly count?: number | undefined;
  readonly children?: ReactNode;
}): ReactElement {
  const { pathname } = useLocation();
  return (
    <header className={`${shapes.head} ${styles.header}`}>
      {!tabs.has(pathname) && (
        <Link to="/more" className={styles.back} aria-label="Back to all screens">
          ‹
        </Link>
      )}
      <h1 className={shapes.title} dir="auto">
        {title}
      </h1>
      {count !== undefined && <span className={styles.count}>{count}</span>}
      <div className={styles.tools}>{children}</div>
    </header>
  );
}
