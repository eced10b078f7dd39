/** Shows one turn: how it ended, how long it took, what it used; unfolded, its steps beside the time each took. */

import type { Step, Turn } from "@reef/protocol/turn";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type CSSProperties, type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { costLabel, costTitle } from "../../ui/cost.ts";
import { countOf, shortCount } from "../../ui/count.ts";
import shapes from "../../ui/Shapes.module.css";
import { absoluteTime, durationLabel, timeOfDay } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { WholeText } from "../../ui/WholeText.tsx";
import { messageWords } from "../attachment/file-words.ts";
import { useShowEntry } from "../session/use-show-entry.ts";
import { CrashReceiptView } from "../turn/CrashReceiptView.tsx";
import { TurnSign } from "../turn/TurnSign.tsx";
import { sumTurns, workedMs } from "../turn/turn-sums.ts";
import styles from "./ActivityTab.module.css";
import { placeSteps } from "./place-steps.ts";

export function TurnCard({ turn, isNewest }: { readonly turn: Turn; readonly isNewest: boolean }): ReactElement {
  const { client } = useReef();
  const [isChosen, setChosen] = useState<boolean | null>(null);
  const isOpen = isChosen ?? isNewest;
  const now = useNow(1000, turn.endedAt === null);
  const { data: firstMessage } = useQuery({
    queryKey: ["message", turn.messageIds[0]],
    queryFn: () => (turn.messageIds[0] ? client.message(turn.messageIds[0]) : null),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { inputTokens, outputTokens, modelCalls } = turn.usage;
  const cost = costLabel(turn.usage);
  return (
    <li className={styles.turn}>
      <button type="button" className={styles.head} aria-expanded={isOpen} onClick={() => setChosen(!isOpen)}>
        <span className={shapes.line}>
          <TurnSign state={turn.state} />
          <span className={`${shapes.cut} ${shapes.grow}`}>{firstMessage ? messageWords(firstMessage) : "…"}</span>
          <time className={styles.at} dateTime={turn.startedAt} title={absoluteTime(turn.startedAt)}>
            {timeOfDay(turn.startedAt)}
          </time>
        </span>
        <span
          className={styles.numbers}
          title={`${inputTokens} tokens in, ${outputTokens} out. ${costTitle(turn.usage)}`}
        >
          {turn.state} · {durationLabel(workedMs(sumTurns([turn]), now))} · {countOf(modelCalls, "model call")}
          {inputTokens + outputTokens > 0 &&
            ` · ${[`${shortCount(inputTokens)} in, ${shortCount(outputTokens)} out`, cost].filter(Boolean).join(" · ")}`}
        </span>
      </button>
      {turn.error && (
        <p className={styles.note}>
          <WholeText text={turn.error} />
        </p>
      )}
      {turn.cancelRequested && turn.endedAt === null && (
        <p className={styles.note}>
          Asked to stop by {turn.cancelRequested.by === "person" ? "you" : turn.cancelRequested.by}.
        </p>
      )}
      {turn.crashReceipt && <CrashReceiptView receipt={turn.crashReceipt} />}
      {isOpen && <Steps turn={turn} />}
    </li>
  );
}

function Steps({ turn }: { readonly turn: Turn }): ReactElement | null {
  const { client } = useReef();
  const showEntry = useShowEntry();
  const { data: steps } = useQuery({
    queryKey: ["steps", turn.id, turn.steps, turn.state],
    queryFn: async () => (await client.turn(turn.id)).stepList,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!steps) return null;
  if (steps.length === 0) return <p className={styles.note}>No steps yet.</p>;
  return (
    <ol className={styles.steps} aria-label="Steps">
      {placeSteps(turn, steps).map(({ step, fromShare, share }) => (
        <li key={step.n}>
          <button
            type="button"
            className={styles.step}
            data-kind={step.kind}
            title={`Step ${step.n}, ${absoluteTime(step.at)}. Go to its entry`}
            disabled={step.entryId === null}
            onClick={() =>
              void showEntry({ sessionId: turn.sessionId, at: step.at, isIt: ({ id }) => id === step.entryId })
            }
          >
            <span className={`${shapes.cut} ${styles.label}`}>{labelOf(step)}</span>
            <span className={styles.track} aria-hidden="true">
              <span
                className={styles.bar}
                style={{ "--from": `${fromShare * 100}%`, "--length": `${share * 100}%` } as CSSProperties}
              />
            </span>
            <span className={styles.took}>
              {step.durationMs > 0 ? durationLabel(step.durationMs) : ""}
              {step.inputTokens + step.outputTokens > 0 && (
                <span className={styles.tokens}>{shortCount(step.inputTokens + step.outputTokens)} tok</span>
              )}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function labelOf(step: Step): string {
  switch (step.kind) {
    case "model":
      return "model";
    case "retry":
      return "paid attempt, no answer";
    case "resumed":
      return "you answered";
    case "tool_start":
      return `${step.tool ?? "tool"} started`;
    case "tool_result":
      return step.tool ?? "tool";
    case "compaction":
      return "compaction";
    case "joined":
      return "message joined";
  }
}
