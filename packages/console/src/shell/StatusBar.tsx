/** The bar below: is this page connected, how much runs, what waits, which version, which theme. */
import { addUsage, noUsage } from "@reef/protocol/usage";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { emptySessionIndex, needsPerson, type SessionIndex } from "../cache.ts";
import { useCell } from "../cell.ts";
import type { Connection } from "../live.ts";
import { maxDeadLetters, useDeadLetters } from "../overview/dead-letters.ts";
import { dayStartMs, spentBeforeQuery, usedToday } from "../overview/today.ts";
import { botsQuery, queryKeys, sessionsQuery, statusQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import { Link, useRouter } from "../router.tsx";
import { costLabel, costTitle } from "../ui/cost.ts";
import { shortCount } from "../ui/count.ts";
import { Sign } from "../ui/Sign.tsx";
import { useNow } from "../ui/use-now.ts";
import styles from "./StatusBar.module.css";
import { ThemeSwitch } from "./ThemeSwitch.tsx";
import { countWork } from "./work.ts";

const wordsByConnection: Readonly<Record<Connection, string>> = {
  connecting: "Connecting…",
  open: "Connected",
  reconnecting: "Reconnecting…",
  offline: "Offline. What you see may be old",
};

export function StatusBar(): ReactElement {
  const { live, reads, panel } = useReef();
  const connection = useCell(live.connection);
  const { data: counts } = useQuery({ ...sessionsQuery(reads), structuralSharing: true, select: countWork });
  const { data: status } = useQuery(statusQuery(reads));
  return (
    <footer className={styles.bar}>
      <span className={styles.connection} data-state={connection} role="status">
        <span className={styles.lamp} aria-hidden="true" />
        {wordsByConnection[connection]}
        {connection === "reconnecting" && (
          <button type="button" className={styles.link} onClick={() => live.reconnectNow()}>
            Try now
          </button>
        )}
      </span>
      <span title="Turns that run now, and how many may">
        {counts?.running ?? 0}
        {status ? ` / ${status.maxTurns}` : ""} running
      </span>
      {counts !== undefined && counts.queued > 0 && <span>{counts.queued} queued</span>}
      {counts !== undefined && counts.needsPerson > 0 && <NeedsYou count={counts.needsPerson} />}
      <DeadLetterCount />
      <SpentToday />
      {counts !== undefined && counts.running + counts.waiting > 0 && (
        <button type="button" className={styles.link} onClick={() => panel.set({ type: "stop-all" })}>
          Stop all…
        </button>
      )}
      <span className={styles.push} />
      <button type="button" className={`${styles.link} ${styles.wide}`} onClick={() => panel.set({ type: "help" })}>
        Keys
      </button>
      <Link to="/settings" className={styles.link}>
        Settings
      </Link>
      <ThemeSwitch />
      {status && <span className={styles.version}>Reef {status.version}</span>}
    </footer>
  );
}

/** Goes to the one that has waited longest. */
function NeedsYou({ count }: { readonly count: number }): ReactElement {
  const { queryClient, askToFocus } = useReef();
  const router = useRouter();
  const go = (): void => {
    const { byId } = queryClient.getQueryData<SessionIndex>(queryKeys.sessions) ?? emptySessionIndex;
    const waiting = [...byId.values()].filter((each) => needsPerson(each) && each.archivedAt === null);
    const oldest = waiting.toSorted((a, b) => (a.lastAt < b.lastAt ? -1 : 1))[0];
    if (!oldest) return;
    askToFocus.set(oldest.id);
    router.navigate({ to: "/s/$sessionId", params: { sessionId: oldest.id } });
  };
  return (
    <button type="button" className={styles.link} data-tone="needs" onClick={go}>
      <Sign status="needs_you" /> {count} need{count === 1 ? "s" : ""} you
    </button>
  );
}

function DeadLetterCount(): ReactElement | null {
  const count = useDeadLetters()?.size ?? 0;
  if (count === 0) return null;
  return (
    <Link to="/messages" search={{ view: "dead" }} className={styles.link} data-tone="failed">
      {count >= maxDeadLetters ? `${count}+` : count} dead letter{count === 1 ? "" : "s"}
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
