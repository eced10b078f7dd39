/** The bar below: is this page connected, how much runs, what waits, which version, which theme. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { SessionIndex } from "../cache.ts";
import { useCell } from "../cell.ts";
import type { Connection } from "../live.ts";
import { sessionsQuery, statusQuery } from "../queries.ts";
import { useReef } from "../reef.ts";
import styles from "./StatusBar.module.css";
import { ThemeSwitch } from "./ThemeSwitch.tsx";

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
      <span className={styles.push} />
      <button type="button" className={`${styles.link} ${styles.wide}`} onClick={() => panel.set({ type: "help" })}>
        Keys
      </button>
      <ThemeSwitch />
      {status && <span className={styles.version}>Reef {status.version}</span>}
    </footer>
  );
}

function countWork({ byId }: SessionIndex): { readonly running: number; readonly queued: number } {
  let running = 0;
  let queued = 0;
  for (const session of byId.values()) {
    if (session.status === "running") running++;
    queued += session.queued;
  }
  return { running, queued };
}
