/** A group of Home: its name, how many there are in all, and the way to the rest. An empty one is not there. */
import type { ReactElement, ReactNode } from "react";
import { Button } from "../../ui/Button.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./HomeScreen.module.css";
import { shownMost } from "./use-home.ts";

export interface HomeGroupProps {
  readonly title: string;
  readonly count: number;
  /** Of the count, how many the lines below stand for. */
  readonly shown: number;
  readonly children: ReactNode;
  /** What else there is of the kind, such as those that wait. */
  readonly beside?: string | null;
  readonly action?: ReactNode;
  readonly tone?: "needs";
  readonly onMore: () => void;
  /** Where all of them are when they are too many for here. */
  readonly onList: (() => void) | null;
}

export function HomeGroup(props: HomeGroupProps): ReactElement | null {
  const { title, count, shown, children, beside, action, tone, onMore, onList } = props;
  if (count === 0 && !beside) return null;
  const isCut = shown < count;
  return (
    <section className={styles.group} data-tone={tone} aria-label={title}>
      <h2 className={styles.heading}>
        {title} <span className={styles.count}>{count}</span>
        {action && <span className={styles.action}>{action}</span>}
      </h2>
      <ul className={shapes.bare}>{children}</ul>
      {(isCut || beside) && (
        <p className={styles.rest}>
          {isCut && count <= shownMost && (
            <Button look="quiet" data-home-item onClick={onMore}>
              Show all {count}
            </Button>
          )}
          {isCut && count > shownMost && onList && (
            <Button look="quiet" data-home-item onClick={onList}>
              Show all {count.toLocaleString()}
            </Button>
          )}
          {beside && <span className={styles.beside}>{beside}</span>}
        </p>
      )}
    </section>
  );
}
