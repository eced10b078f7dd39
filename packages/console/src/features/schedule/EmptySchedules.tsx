/** Explains, before the first schedule, what one is for, with examples. */
import type { ReactElement } from "react";
import { Button } from "../../ui/Button.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./SchedulesScreen.module.css";

const examples = [
  ["Every morning at nine", "“Read what came in since yesterday and write me the five things that matter.”"],
  ["Every 30 minutes", "“Check that the build is green; ask me if it isn't.”"],
  ["Once, next Friday", "“Remind me to send the report, and draft it.”"],
] as const;

export function EmptySchedules({ onMake }: { readonly onMake: () => void }): ReactElement {
  return (
    <section className={styles.empty} aria-labelledby="empty-schedules">
      <h2 id="empty-schedules" className={styles.emptyTitle}>
        Schedule messages to your bots
      </h2>
      <p className={styles.emptyText}>
        A schedule sends a message to a session once, at intervals, or by a cron pattern, and the bot answers as if you
        had written it. Times missed while Reef is down are sent once at the next start. Bots can create schedules for
        themselves too; they are listed here.
      </p>
      <ul className={`${shapes.bare} ${styles.examples}`}>
        {examples.map(([when, what]) => (
          <li key={when}>
            <b>{when}</b>
            <span>{what}</span>
          </li>
        ))}
      </ul>
      <Button look="primary" onClick={onMake}>
        Create your first schedule
      </Button>
    </section>
  );
}
