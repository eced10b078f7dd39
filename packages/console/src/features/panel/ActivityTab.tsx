/** Shows what this session did, newest first: its turns, and the steps of each on a time line. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { countOf } from "../../ui/count.ts";
import shapes from "../../ui/Shapes.module.css";
import { turnsQuery } from "../turn/turn-queries.ts";
import { UsedLabel } from "../turn/UsedLabel.tsx";
import { useTurnSums } from "../turn/use-turn-sums.ts";
import styles from "./ActivityTab.module.css";
import { TurnCard } from "./TurnCard.tsx";
import type { TabProps } from "./tab-props.ts";

export function ActivityTab({ session }: TabProps): ReactElement | null {
  const { reads } = useReef();
  const { data: turns, error } = useQuery(turnsQuery(reads, session.id));
  const sums = useTurnSums(session.id);
  if (error) return <p className={`${shapes.meta} ${styles.none}`}>Couldn't load the turns: {errorText(error)}</p>;
  if (!turns) return null;
  if (turns.length === 0)
    return <p className={`${shapes.meta} ${styles.none}`}>No turns yet. Each turn appears here with its steps.</p>;
  return (
    <section aria-label="Turns">
      <p className={`${shapes.meta} ${styles.sums}`}>
        {countOf(Math.max(sums.turns, turns.length), "turn")} · <UsedLabel used={sums.used} />
        {sums.turns > turns.length && <> · the newest {turns.length} are listed</>}
      </p>
      <ol className={styles.turns}>
        {turns.map((turn, at) => (
          <TurnCard key={turn.id} turn={turn} isNewest={at === 0} />
        ))}
      </ol>
    </section>
  );
}
