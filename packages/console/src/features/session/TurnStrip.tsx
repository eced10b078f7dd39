/** Says what the session does right now, with the one thing a person can do about it. */
import type { Entry } from "@reef/protocol/entry";
import type { Session } from "@reef/protocol/session";
import type { Phase } from "@reef/protocol/socket";
import { useQuery } from "@tanstack/react-query";
import { Square } from "lucide";
import { type ReactElement, useState, useSyncExternalStore } from "react";
import { isStale } from "../../data/live.ts";
import { entriesQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { Icon } from "../../ui/Icon.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { providerWaitWords } from "../../ui/provider-wait-words.ts";
import shapes from "../../ui/Shapes.module.css";
import { durationLabel } from "../../ui/time.ts";
import { turnQuery } from "../turn/turn-queries.ts";
import { shortPhaseWords } from "./phase-words.ts";
import { Strip } from "./Strip.tsx";
import { stopSession } from "./session-actions.ts";
import { stepNow } from "./step-words.ts";
import styles from "./TurnStrip.module.css";
import { liveOf } from "./use-tail.ts";

export function TurnStrip({ session }: { readonly session: Session }): ReactElement | null {
  if (session.turnId !== null) return <OpenTurn session={session} />;
  if (session.archivedAt === null && !standing.has(session.status)) return null;
  return (
    <Part what="The state of the turn" look="line">
      <Standing session={session} />
    </Part>
  );
}

const standing: ReadonlySet<Session["status"]> = new Set(["held", "paused", "queued"]);
const OutOfBudget = lazyPart("OutOfBudget", () => import("./OutOfBudget.tsx"));
const Standing = lazyPart("Standing", () => import("./Standing.tsx"));

function OpenTurn({ session }: { readonly session: Session }): ReactElement {
  const reef = useReef();
  const { data: turn } = useQuery(turnQuery(reef.reads, session.id));
  const [isAsked, setAsked] = useState(false);
  const now = useCell(reef.seconds);
  const { phases } = reef.live;
  const phase = useSyncExternalStore(phases.subscribe, () => liveOf(phases.get(), session.id));
  const { data: call } = useQuery({ ...entriesQuery(reef.reads, session.id), select: ({ items }) => openCall(items) });
  const isUnheard = isStale(useCell(reef.live.connection));
  const isStopping = isAsked || Boolean(turn?.cancelRequested);
  const stop = async (): Promise<void> => {
    setAsked(true);
    await stopSession(reef, session.id);
    setAsked(false);
  };
  const elapsed = session.turnStartedAt ? durationLabel(Math.max(0, now - Date.parse(session.turnStartedAt))) : "";
  return (
    // The card above it says that it needs an answer.
    <Strip status={session.status === "needs_you" ? null : session.status}>
      {session.outOfBudget && (
        <Part what="The budget" look="line">
          <OutOfBudget limit={session.outOfBudget} />
        </Part>
      )}
      <span className={`${styles.words} ${session.status === "running" ? shapes.cut : ""}`}>
        {isUnheard && session.status === "running"
          ? "Was running when the connection dropped"
          : wordsFor(session, { readyAt: turn?.readyAt ?? null, phase, call: call ?? null, now })}{" "}
        {!isUnheard && session.status === "running" && <span className={styles.elapsed}>{elapsed}</span>}
      </span>
      <Button look="quiet" isSmall disabled={isStopping} onClick={() => void stop()}>
        <Icon icon={Square} size={12} />
        {isStopping ? "Stopping…" : "Stop"} {!isStopping && <kbd>Esc</kbd>}
      </Button>
    </Strip>
  );
}

/** Returns the newest call that has no result yet; only those at the end can be without one. */
function openCall(entries: readonly Entry[]): Entry | null {
  const settled = new Set<string | undefined>();
  for (let at = entries.length - 1; at >= 0; at -= 1) {
    const entry = entries[at];
    if (entry?.kind === "tool_result") settled.add(entry.tool?.callId);
    else if (entry?.kind !== "tool_call") return null;
    else if (!settled.has(entry.tool?.callId)) return entry;
  }
  return null;
}

function wordsFor(
  { status, providerWait }: Session,
  {
    readyAt,
    phase,
    call,
    now,
  }: {
    readonly readyAt: string | null;
    readonly phase: Phase | null;
    readonly call: Entry | null;
    readonly now: number;
  },
): string {
  if (status === "running" && call?.tool) return stepNow(call.tool.name, call.tool.input);
  if (status === "running") return shortPhaseWords(phase, now) ?? "Running";
  if (status === "needs_you" || status === "out_of_budget") return "";
  if (status === "unknown") return "No sign of life from its worker; it continues when the lease ends";
  if (status === "waiting" && providerWait !== null) return providerWaitWords(providerWait);
  if (status === "waiting")
    return readyAt ? "Waiting; it continues by itself" : "Waiting for an answer from another session";
  return "Its turn hasn't ended";
}
