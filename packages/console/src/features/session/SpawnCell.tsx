/**
 * Shows a spawned session inside its parent's transcript: its current state, its usage, and its result once there is
 * one. It shows the child's own state, never the text of the call that spawned it.
 */
import type { Entry } from "@reef/protocol/entry";
import type { MessageId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide";
import { type ReactElement, useSyncExternalStore } from "react";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign, statusWords } from "../../ui/Sign.tsx";
import { shownStatus } from "../../ui/shown-status.ts";
import { durationLabel } from "../../ui/time.ts";
import { UsedLabel } from "../turn/UsedLabel.tsx";
import { useTurnSums } from "../turn/use-turn-sums.ts";
import styles from "./SpawnCell.module.css";
import { stopSession } from "./session-actions.ts";
import steps from "./ToolCall.module.css";
import { ToolCall, ToolDetail } from "./ToolCall.tsx";
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
        {error && <p className={shapes.meta}>The session it spawned no longer exists.</p>}
      </>
    );
  }
  return <LiveCell child={child} call={call} result={result} />;
}

function LiveCell({
  child,
  call,
  result,
}: Pick<SpawnCellProps, "call" | "result"> & { readonly child: Session }): ReactElement {
  const reef = useReef();
  const { data: bot } = useQuery({ ...botsQuery(reef.reads), select: (bots) => bots.get(child.botId) });
  const sums = useTurnSums(child.id);
  const answer = useResult(child);
  const words = useLiveWords(child.id);
  const [isOpen, setOpen] = useUnfolded(child.id, false);
  const status = shownStatus(child);
  const said = words !== "" ? words : child.turnId === null && answer !== null ? answer : statusWords[status];
  return (
    <section aria-label={`Spawned session ${child.title}`}>
      <div className={steps.line}>
        <button
          type="button"
          className={styles.more}
          aria-expanded={isOpen}
          aria-label={isOpen ? "Hide the call" : "Show the call"}
          title={isOpen ? "Hide the call" : "Show the call"}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon icon={ChevronRight} size={14} />
        </button>
        <Sign status={status} />
        <SessionLink sessionId={child.id} className={`${shapes.cut} ${styles.title}`} title={bot?.name}>
          {child.title}
        </SessionLink>
        <span className={`${shapes.cut} ${shapes.grow}`} dir="auto">
          {said.slice(0, 600)}
        </span>
        <span className={`${shapes.line} ${steps.end}`}>
          {child.turnId !== null && (
            <Button look="quiet" isSmall onClick={() => void stopSession(reef, child.id)}>
              Stop
            </Button>
          )}
          {sums.used.modelCalls > 0 && (
            <span className={styles.cost}>
              <UsedLabel used={sums.used} />
            </span>
          )}
          {sums.workedMs > 0 && <span>{durationLabel(sums.workedMs)}</span>}
        </span>
      </div>
      {isOpen && <ToolDetail call={call} result={result} state="done" />}
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
