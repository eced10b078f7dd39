/** Shows a group of Home: its name, its total count, and a link to the rest. An empty group is left out. */
import type { ReactElement, ReactNode } from "react";
import { Button } from "../../ui/Button.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./HomeScreen.module.css";
import { shownMost } from "./use-home.ts";

export interface HomeGroupProps {
  readonly title: string;
  readonly count: number;
  /** How many of the count the rows below cover. */
  readonly shown: number;
  readonly children: ReactNode;
  /** A second count of the kind, such as those that wait. */
  readonly beside?: string | null;
  readonly action?: ReactNode;
  readonly tone?: "needs";
  readonly onMore: () => void;
  /** Opens the full list when there are too many for here. */
  readonly onList: (() => void) | null;
}

export function HomeGroup(props: HomeGroupProps): ReactElement | null {
  const { title, count, shown, children, beside, action, tone, onMore, onList } = props;
  if (count === 0 && !beside) return null;
  const isCut = shown < count;
  return (
    <section className={styles.group} data-tone={tone} aria-label={title}>
      <h2 className={styles.heading}>
        {title} {count > 0 && <span className={styles.count}>{count.toLocaleString()}</span>}
        {action && <span className={styles.action}>{action}</span>}
      </h2>
      <ul className={shapes.bare}>{children}</ul>
      {(isCut || beside) && (
        <p className={styles.rest}>
          {isCut && count <= shownMost && (
            <Button look="quiet" isSmall data-home-item onClick={onMore}>
              Show all {count.toLocaleString()}
            </Button>
          )}
          {isCut && count > shownMost && onList && (
            <Button look="quiet" isSmall data-home-item onClick={onList}>
              Show all {count.toLocaleString()}
            </Button>
          )}
          {beside && <span className={styles.beside}>{beside}</span>}
        </p>
      )}
    </section>
  );
}
