/**
 * Shows what the bar below says of all bots beside their state: undelivered messages, and today's cost. Nothing waits for it.
 */
import { noUsage } from "@reef/protocol/usage";
import { type ReactElement, useEffect, useState } from "react";
import { maxDeadLetters, useDeadLetters } from "../../data/overview/dead-letters.ts";
import { useSpentToday } from "../../data/overview/use-spent-today.ts";
import { useReef } from "../../data/reef.ts";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { shortCount } from "../../ui/count.ts";
import { isPageOutdated } from "../../ui/page-version.ts";
import { Link } from "../../ui/router.tsx";
import styles from "./StatusBar.module.css";

export function StatusFacts(): ReactElement {
  return (
    <>
      <Outdated />
      <DeadLetterCount />
      <SpentToday />
    </>
  );
}

/** A server that comes back may be a newer one, with a newer page. */
function Outdated(): ReactElement | null {
  const { live } = useReef();
  const [isOutdated, setOutdated] = useState(false);
  useEffect(
    () =>
      live.onHint(({ type }) => {
        if (type === "reopened") void isPageOutdated().then(setOutdated);
      }),
    [live],
  );
  if (!isOutdated) return null;
  return (
    <button
      type="button"
      className={styles.link}
      data-tone="needs"
      title="This page is older than the server. Drafts are kept."
      onClick={() => location.reload()}
    >
      Reef was updated: reload
    </button>
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
  const used = useSpentToday()?.total ?? noUsage;
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
