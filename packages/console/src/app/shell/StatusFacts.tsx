/** Shows what the bar below says beside the work: undelivered messages, today's cost, an outdated page. Nothing waits for it. */
import { noUsage } from "@reef/protocol/usage";
import { type ReactElement, useEffect, useState } from "react";
import { maxDeadLetters, useDeadLetters } from "../../data/overview/dead-letters.ts";
import { useSpentToday } from "../../data/overview/use-spent-today.ts";
import { useReef } from "../../data/reef.ts";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { shortCount } from "../../ui/count.ts";
import { isPageOutdated } from "../../ui/page-version.ts";
import { Link } from "../../ui/router.tsx";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./StatusBar.module.css";

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
      title="This page is older than the server. Drafts are kept."
      onClick={() => location.reload()}
    >
      Reef was updated: reload
    </button>
  );
}

export function Undelivered(): ReactElement | null {
  const count = useDeadLetters()?.size ?? 0;
  if (count === 0) return null;
  return (
    <Link to="/messages" search={{ view: "dead" }} className={styles.link}>
      <Sign status="failed" words="" />
      {count >= maxDeadLetters ? `${count}+` : count} undelivered
    </Link>
  );
}

export function SpentToday(): ReactElement {
  return (
    <>
      <Outdated />
      <Spent />
    </>
  );
}

function Spent(): ReactElement | null {
  const used = useSpentToday()?.total ?? noUsage;
  const tokens = used.inputTokens + used.outputTokens;
  if (tokens === 0) return null;
  return (
    <Link
      to="/spend"
      className={styles.link}
      title={`Since midnight, by all bots: ${tokens.toLocaleString()} tokens. ${costTitle(used)}`}
    >
      {costLabel(used) ?? `${shortCount(tokens)} tokens`} today
    </Link>
  );
}
