/** Lists the workers of the fleet, live: those that are there, then those that ended within a day. */
import type { WorkerId } from "@reef/protocol/ids";
import { type ReactElement, useEffect, useState } from "react";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Screen } from "../../ui/Screen.tsx";
import shapes from "../../ui/Shapes.module.css";
import { useNow } from "../../ui/use-now.ts";
import styles from "./FleetScreen.module.css";
import { type FleetState, useFleet } from "./use-fleet.ts";
import { WorkerCard } from "./WorkerCard.tsx";
import { usualVersion } from "./worker-words.ts";

const readEveryMs = 10_000;

const DrainDialog = lazyPart("DrainDialog", () => import("./DrainDialog.tsx"));

export function FleetScreen(): ReactElement {
  const { data: fleet, error, refetch } = useFleet();
  useReadAgain(refetch);
  const [drainingId, setDrainingId] = useState<WorkerId | null>(null);
  const close = (): void => setDrainingId(null);
  const there = fleet?.workers.filter(({ state }) => state !== "gone") ?? [];
  const gone = fleet?.workers.filter(({ state }) => state === "gone") ?? [];
  const chosen = there.find(({ id, state }) => id === drainingId && state === "running");
  const isLast = there.every(({ id, state }) => id === drainingId || state !== "running");
  return (
    <Screen
      title="Fleet"
      count={fleet && there.length}
      back={{ to: "/settings", label: "Settings" }}
      read={{ what: "the fleet", error, isReading: !fleet, again: refetch, look: "card" }}
      dialogs={
        <Part what="This dialog" onClose={close}>
          {chosen && <DrainDialog worker={chosen} isLast={isLast} onClose={close} />}
        </Part>
      }
    >
      {fleet && (
        <div className={styles.body}>
          {there.length === 1 && <OneWorker />}
          <Workers label="Workers" fleet={fleet} workers={there} onDrain={setDrainingId} />
          {gone.length > 0 && (
            <section aria-labelledby="gone-workers">
              <h2 id="gone-workers" className={styles.group}>
                Ended within a day
              </h2>
              <Workers label="Workers that ended" fleet={fleet} workers={gone.toReversed()} onDrain={setDrainingId} />
            </section>
          )}
        </div>
      )}
    </Screen>
  );
}

/** Load alone causes few events, and none where there is one worker. */
function useReadAgain(refetch: () => unknown): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") refetch();
    }, readEveryMs);
    return () => clearInterval(timer);
  }, [refetch]);
}

function OneWorker(): ReactElement {
  return (
    <section className={styles.alone} aria-label="About fleets">
      <p>
        One worker runs everything here. That is all most people need: it runs many turns at the same time, and goes on
        where it was after a restart.
      </p>
      <p>
        On a PostgreSQL database, several workers can share the work, on one machine or on several, and one that dies is
        replaced within seconds. <code>docs/configuration.md</code> in Reef's folder says how;{" "}
        <a href="/docs" target="_blank" rel="noreferrer">
          the API's documentation
        </a>{" "}
        lists the calls.
      </p>
    </section>
  );
}

function Workers({
  label,
  fleet,
  workers,
  onDrain,
}: {
  readonly label: string;
  readonly fleet: FleetState;
  readonly workers: FleetState["workers"];
  readonly onDrain: (id: WorkerId) => void;
}): ReactElement {
  const nowMs = useNow(5_000);
  const usual = usualVersion(fleet.workers);
  return (
    <ul className={`${shapes.bare} ${styles.list}`} aria-label={label}>
      {workers.map((worker) => (
        <WorkerCard
          key={worker.id}
          worker={worker}
          isCurrent={worker.id === fleet.current}
          isOtherVersion={worker.state !== "gone" && worker.version !== usual}
          gateways={fleet.gateways}
          nowMs={nowMs}
          onDrain={() => onDrain(worker.id)}
        />
      ))}
    </ul>
  );
}
