/** Shows one worker: its state by shape and words, its load, what it does for the fleet, and the button to drain it. */
import type { Gateway } from "@reef/protocol/gateway";
import type { Worker } from "@reef/protocol/worker";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, agoLabel } from "../../ui/time.ts";
import styles from "./FleetScreen.module.css";
import { takeWorker } from "./use-fleet.ts";
import { WorkerSign } from "./WorkerSign.tsx";
import { leaseWords, loadWords, shownState, stateHint, wordByState } from "./worker-words.ts";

export interface WorkerCardProps {
  readonly worker: Worker;
  readonly isCurrent: boolean;
  /** True if most other workers have another version. */
  readonly isOtherVersion: boolean;
  readonly gateways: readonly Pick<Gateway, "id" | "name">[];
  readonly nowMs: number;
  readonly onDrain: () => void;
}

export function WorkerCard(props: WorkerCardProps): ReactElement {
  const { worker, isCurrent, isOtherVersion, gateways, nowMs, onDrain } = props;
  const { host, pid, version, state, claims, lanes, leases, startedAt, lastSeenAt } = worker;
  const shown = shownState(worker);
  const hint = stateHint(worker);
  const isGone = state === "gone";
  return (
    <li className={`${shapes.card} ${styles.card}`} data-worker={worker.id} data-state={shown}>
      <div className={styles.cardHead}>
        <WorkerSign state={shown} />
        <h2 className={`${shapes.cut} ${styles.name}`} title={host}>
          {host || "This machine"}
        </h2>
        <span className={styles.state}>{wordByState[shown]}</span>
        {isCurrent && <span className={styles.here}>serves this page</span>}
        <span className={styles.push} />
        {state === "running" && (
          <Button isSmall aria-label={`Drain ${nameOf(worker)}…`} onClick={onDrain}>
            Drain…
          </Button>
        )}
        {state === "draining" && <ResumeButton worker={worker} />}
      </div>
      <dl className={styles.facts}>
        {!isGone && (
          <>
            <Fact name="Turns" text={`${claims} of ${lanes} running`} />
            <Fact name="Load" text={loadWords(worker)} />
          </>
        )}
        <div className={styles.fact}>
          <dt>Version</dt>
          <dd>
            {version}
            {isOtherVersion && <span className={styles.other}>differs from most</span>}
          </dd>
        </div>
        <Fact name="Process" text={String(pid)} />
        <TimeFact name="Started" at={startedAt} nowMs={nowMs} />
        {!isCurrent && <TimeFact name="Last seen" at={lastSeenAt} nowMs={nowMs} />}
      </dl>
      {leases.length > 0 && (
        <p className={styles.jobs}>For the fleet: {leases.map((name) => leaseWords(name, gateways)).join(", ")}.</p>
      )}
      {hint && <p className={styles.hint}>{hint}</p>}
    </li>
  );
}

export function nameOf({ host, pid }: Pick<Worker, "host" | "pid">): string {
  return `${host || "this machine"}, process ${pid}`;
}

function ResumeButton({ worker }: { readonly worker: Worker }): ReactElement {
  const reef = useReef();
  const resume = (): void =>
    void attempt(reef, "Couldn't resume it", async () => {
      takeWorker(reef, await wholeClient(reef.client).resumeWorker(worker.id));
    });
  return (
    <Button isSmall aria-label={`Resume ${nameOf(worker)}`} onClick={resume}>
      Resume
    </Button>
  );
}

function Fact({ name, text }: { readonly name: string; readonly text: string }): ReactElement {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function TimeFact({
  name,
  at,
  nowMs,
}: {
  readonly name: string;
  readonly at: Worker["startedAt"];
  readonly nowMs: number;
}): ReactElement {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>
        <time dateTime={at} title={absoluteTime(at)}>
          {agoLabel(at, nowMs)}
        </time>
      </dd>
    </div>
  );
}
