/**
 * Shows a spawned session inside its parent's transcript: its current state, its usage, and its result once there is
 * one. It shows the child's own state, never the text of the call that spawned it.
 */
import type { Entry } from "@reef/protocol/entry";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactElement, useSyncExternalStore } from "react";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign, statusWords } from "../../ui/Sign.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { durationLabel } from "../../ui/time.ts";
import { UsedLabel } from "../turn/UsedLabel.tsx";
import { useTurnSums } from "../turn/use-turn-sums.ts";
import styles from "./SpawnCell.module.css";
import { stopSession } from "./session-actions.ts";
import { ToolCall } from "./ToolCall.tsx";
import { useUnfolded } from "./unfolded.ts";
import { useTakenSession } from "./use-taken-session.ts";

export interface SpawnCellProps {
  readonly sessionId: SessionId;
  readonly call: Entry | null;
  readonly result: Entry | null;
  readonly isFound: boolean;
}

export function SpawnCell({ sessionId, call, result, isFound }: SpawnCellProps): ReactElement {
  const reef = useReef();
  const { data: child, isPending } = useQuery({
    ...sessionsQuery(reef.reads),
    select: ({ byId }) => byId.get(sessionId) ?? null,
  });
  const { error } = useTakenSession({ sessionId, isMissing: !isPending && child === null });
  if (!child) {
    // Deleted, or not read yet: the call itself still has the task.
    return (
      <>
        <ToolCall call={call} result={result} turn={null} isFound={isFound} />
        {error && <p className={styles.gone}>The session it spawned no longer exists.</p>}
      </>
    );
  }
  return <LiveCell child={child} call={call} result={result} isFound={isFound} />;
}

function LiveCell({
  child,
  call,
  result,
  isFound,
}: Omit<SpawnCellProps, "sessionId"> & { readonly child: Session }): ReactElement {
  const reef = useReef();
  const { data: bot } = useQuery({ ...botsQuery(reef.reads), select: (bots) => bots.get(child.botId) });
  const sums = useTurnSums(child.id);
  const answer = useResult(child);
  const words = useLiveWords(child.id);
  const [isOpen, setOpen] = useUnfolded(child.id, false);
  return (
    <section className={styles.cell} data-status={child.status} aria-label={`Spawned session ${child.title}`}>
      <div className={styles.head}>
        <Sign status={shownStatus(child)} />
        <SessionLink sessionId={child.id} className={`${shapes.cut} ${styles.title}`}>
          {child.title}
        </SessionLink>
        <span className={styles.bot}>
          <Avatar name={bot?.name ?? "?"} seed={child.botId} size="small" />
          <span className={styles.botName} dir="auto">
            {bot?.name}
          </span>
        </span>
        <span className={styles.push} />
        <span className={styles.numbers}>
          <span>{statusWords[shownStatus(child)]}</span>
          <span>{durationLabel(sums.workedMs)}</span>
          {sums.used.modelCalls > 0 && <UsedLabel used={sums.used} />}
        </span>
        {child.turnId !== null && (
          <Button look="quiet" className={styles.stop} onClick={() => void stopSession(reef, child.id)}>
            Stop
          </Button>
        )}
      </div>
      {words !== "" && (
        <p className={styles.words} dir="auto">
          {words}
        </p>
      )}
      {answer !== null && child.turnId === null && (
        <p className={styles.answer} dir="auto">
          {answer.slice(0, 600)}
        </p>
      )}
      <button type="button" className={styles.more} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "Hide the call" : "Show the call"}
      </button>
      {isOpen && <ToolCall call={call} result={result} turn={null} isFound={isFound} />}
    </section>
  );
}

/** Returns the child's result; null until there is one. */
function useResult(child: Session): string | null {
  const { client } = useReef();
  const { taskMessageId, lastSeq, turnId } = child;
  const { data: task } = useQuery({
    queryKey: ["task", taskMessageId, lastSeq, turnId],
    queryFn: () => (taskMessageId ? client.message(taskMessageId) : null),
    enabled: taskMessageId !== null && turnId === null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const resultId = task?.answeredBy?.startsWith("msg_") ? (task.answeredBy as MessageId) : null;
  const { data: message } = useQuery({
    queryKey: ["message", resultId],
    queryFn: () => (resultId ? client.message(resultId) : null),
    enabled: resultId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return message?.text ?? null;
}

/** Returns the latest words of what the child is writing right now. */
function useLiveWords(sessionId: SessionId): string {
  const { live } = useReef();
  return useSyncExternalStore(live.texts.subscribe, () => {
    for (const { sessionId: writing, text } of live.texts.get().values()) {
      if (writing === sessionId) return text.length > shownLiveLength ? `… ${text.slice(-shownLiveLength)}` : text;
    }
    return "";
  });
}

const shownLiveLength = 110;
