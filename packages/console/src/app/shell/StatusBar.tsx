/**
 * Draws the bar below. At its left is work: what runs, waits, and could not be delivered; at its right, what was spent and whether this
 * page is connected. What is zero is left out.
 */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Connection } from "../../data/live.ts";
import { statusQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { useCounts } from "../../features/list/use-counts.ts";
import { useCell } from "../../ui/cell.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { LoadedMenu } from "../../ui/Menu.tsx";
import { Part } from "../../ui/Part.tsx";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import styles from "./StatusBar.module.css";

const Undelivered = lazyPart("Undelivered", () => import("./StatusFacts.tsx"));
const SpentToday = lazyPart("SpentToday", () => import("./StatusFacts.tsx"));
const loadEntries = () => import("./work-entries.ts");

const wordsByConnection: Readonly<Record<Connection, string>> = {
  connecting: "Connecting…",
  open: "Connected",
  reconnecting: "Reconnecting…",
  offline: "Offline. What you see may be out of date",
};

export function StatusBar(): ReactElement {
  const { live, panel } = useReef();
  const connection = useCell(live.connection);
  const { running = 0, waiting = 0, queued = 0 } = useCounts();
  return (
    <footer className={styles.bar}>
      {running + waiting > 0 && <Work running={running} waiting={waiting} />}
      {running + waiting + queued > 0 && (
        <button type="button" className={styles.link} onClick={() => panel.set({ type: "stop-all" })}>
          Stop all…
        </button>
      )}
      {queued > 0 && <span>{queued} queued</span>}
      <Part what="The status" instead={null}>
        <Undelivered />
      </Part>
      <span className={styles.push} />
      <Part what="The status" instead={null}>
        <SpentToday />
      </Part>
      <span className={`${shapes.line} ${styles.connection}`} data-state={connection} role="status">
        {connection !== "open" && <Sign status="unknown" words="" />}
        <span>{wordsByConnection[connection]}</span>
      </span>
    </footer>
  );
}

function Work({ running, waiting }: { readonly running: number; readonly waiting: number }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const { data: status } = useQuery(statusQuery(reef.reads));
  return (
    <LoadedMenu
      code={loadEntries}
      entries={({ workEntries }) => workEntries(reef, { router, maxTurns: status?.maxTurns ?? null })}
      trigger={
        <button type="button" className={styles.link} title="Turns running now">
          <Sign status={running > 0 ? "running" : "waiting"} words="" />
          {running > 0 ? `${running} running` : `${waiting} waiting`}
        </button>
      }
    />
  );
}
