/** What the bar below says of all bots beside their state: letters that died, and what today has cost. Nothing waits for it. */
import { addUsage, noUsage } from "@reef/protocol/usage";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { maxDeadLetters, useDeadLetters } from "../overview/dead-letters.ts";
import { dayStartMs, spentBeforeQuery, usedToday } from "../overview/today.ts";
import { botsQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { Link } from "../router.tsx";
import { costLabel, costTitle } from "../ui/cost.ts";
import { shortCount } from "../ui/count.ts";
import { useNow } from "../ui/use-now.ts";
import styles from "./StatusBar.module.css";

export function StatusFacts(): ReactElement {
  return (
    <>
      <DeadLetterCount />
      <SpentToday />
    </>
  );
}

function DeadLetterCount(): ReactElement | null {
  const count = useDeadLetters()?.size ?? 0;
  if (count === 0) return null;
  return (
    <Link to="/messages" search={{ view: "dead" }} className={styles.link} data-tone="failed">
      {count >= maxDeadLetters ? `${count}+` : count} undelivered
    </Link>
  );
}

function SpentToday(): ReactElement | null {
  const { reads } = useReef();
  const startMs = dayStartMs(useNow(60_000));
  const { data: before } = useQuery(spentBeforeQuery(reads, startMs));
  const { data: used = noUsage } = useQuery({
    ...botsQuery(reads),
    select: (bots) =>
      before ? [...bots.values()].reduce((sum, bot) => addUsage(sum, usedToday(bot, before)), noUsage) : noUsage,
  });
  const tokens = used.inputTokens + used.outputTokens;
  if (tokens === 0) return null;
  const cost = costLabel(used);
  return (
    <Link
      to="/spend"
      className={`${styles.link} ${styles.wide}`}
      title={`Since midnight, by all bots: ${tokens.toLocaleString()} tokens. ${costTitle(used)}`}
    >
      {cost !== null && `${cost} · `}
      {shortCount(tokens)} tokens today
    </Link>
  );
}
