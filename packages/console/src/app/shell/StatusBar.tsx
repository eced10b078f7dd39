/** Draws the bar below: whether this page is connected, how much runs, what waits, the version, the theme. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { emptySessionIndex, needsPerson, type SessionIndex } from "../../data/cache.ts";
import type { Connection } from "../../data/live.ts";
import { queryKeys, statusQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCounts } from "../../features/list/use-counts.ts";
import { useCell } from "../../ui/cell.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./StatusBar.module.css";
import { ThemeSwitch } from "./ThemeSwitch.tsx";

const StatusFacts = lazyPart("StatusFacts", () => import("./StatusFacts.tsx"));

const wordsByConnection: Readonly<Record<Connection, string>> = {
  connecting: "Connecting…",
  open: "Connected",
  reconnecting: "Reconnecting…",
  offline: "Offline. What you see may be out of date",
};

export function StatusBar(): ReactElement {
  const { live, reads, panel } = useReef();
  const connection = useCell(live.connection);
  const counts = useCounts();
  const { data: status } = useQuery(statusQuery(reads));
  return (
    <footer className={styles.bar}>
      <span className={`${shapes.line} ${styles.connection}`} data-state={connection} role="status">
        <span className={styles.lamp} aria-hidden="true" />
        <span className={styles.words}>{wordsByConnection[connection]}</span>
        {connection === "reconnecting" && (
          <button type="button" className={styles.link} onClick={() => live.reconnectNow()}>
            Try now
          </button>
        )}
      </span>
      <span title="Turns running now, and the limit">
        {counts.running ?? "…"}
        {status && <span className={styles.wide}> / {status.maxTurns}</span>} running
      </span>
      {counts.queued !== undefined && counts.queued > 0 && <span className={styles.wide}>{counts.queued} queued</span>}
      {counts.needsYou !== undefined && counts.needsYou > 0 && <NeedsYou count={counts.needsYou} />}
      <Part what="The status" instead={null}>
        <StatusFacts />
      </Part>
      {(counts.running ?? 0) + (counts.waiting ?? 0) > 0 && (
        <button type="button" className={styles.link} onClick={() => panel.set({ type: "stop-all" })}>
          Stop all…
        </button>
      )}
      <span className={styles.push} />
      <button type="button" className={`${styles.link} ${styles.wide}`} onClick={() => panel.set({ type: "help" })}>
        Keys
      </button>
      <ThemeSwitch />
      {status && <span className={styles.version}>Reef {status.version}</span>}
    </footer>
  );
}

/** Goes to the session that has waited longest. */
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
