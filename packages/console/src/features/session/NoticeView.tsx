/**
 * Shows what happened to the session itself, as a divider: restarts, stops, failures, compaction. Failures stand out.
 */
import type { Entry, Notice } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide";
import type { ReactElement } from "react";
import { entriesQuery, sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { cutText } from "../../ui/cut-text.ts";
import { Icon } from "../../ui/Icon.tsx";
import { isStoppedByPerson } from "../../ui/last-words.ts";
import { Sign } from "../../ui/Sign.tsx";
import { Time } from "../../ui/Time.tsx";
import { timeOfDay } from "../../ui/time.ts";
import { CrashedCalls } from "../turn/CrashReceiptView.tsx";
import { receiptWords } from "../turn/receipt-words.ts";
import styles from "./NoticeView.module.css";
import { RetryTurn } from "./RetryTurn.tsx";
import { useUnfolded } from "./unfolded.ts";

export function NoticeView({ entry }: { readonly entry: Entry }): ReactElement {
  switch (entry.notice?.type) {
    case "model":
      return <ModelMark entry={entry} />;
    case "restart":
      return <RestartLine entry={entry} />;
    default:
      return <NoticeLine entry={entry} />;
  }
}

function NoticeLine({ entry }: { readonly entry: Entry }): ReactElement {
  const { title, tone } = entry.notice ? describe(entry.notice) : { title: "Notice", tone: "plain" as const };
  const [isWhole, setWhole] = useUnfolded(`notice ${entry.id}`, false);
  const text = textFor(entry);
  const short = shortWords(text);
  const isLong = short !== text;
  // A failure is read at a glance; mere housekeeping is not.
  const shown = isLong && tone === "plain" ? "" : short;
  return (
    <aside className={styles.notice} data-tone={tone} aria-label={title}>
      <div className={styles.line}>
        {tone !== "plain" && <Sign status={tone} />}
        <span className={styles.words}>
          <span className={styles.title}>{title}</span>{" "}
          {shown && !isWhole && (
            <span className={styles.text} dir="auto">
              {shown}
            </span>
          )}
        </span>
        {isLong && (
          <button type="button" className={styles.action} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? "Hide details" : "Show details"}
          </button>
        )}
        <span className={styles.end}>
          <Time at={entry.at} />
          {entry.notice?.type === "cancelled" && <Continue entry={entry} />}
          {entry.notice?.type === "failed" && <RetryTurn entry={entry} />}
        </span>
      </div>
      {isLong && isWhole && (
        <div className={styles.long} dir="auto">
          {text}
        </div>
      )}
    </aside>
  );
}

/** On the line of a stopped turn, while nothing has come after it. What it sends is in the transcript like any message. */
function Continue({ entry: { id, sessionId } }: { readonly entry: Entry }): ReactElement | null {
  const { outbox, reads } = useReef();
  const { data: isLast } = useQuery({
    ...entriesQuery(reads, sessionId),
    select: ({ items }) => items.at(-1)?.id === id,
  });
  const { data: isIdle } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => byId.get(sessionId)?.turnId === null,
  });
  const isOnTheWay = useCell(outbox.items).some((item) => item.sessionId === sessionId && item.state !== "failed");
  if (!isLast || !isIdle || isOnTheWay) return null;
  return (
    <Button isSmall onClick={() => void outbox.send({ sessionId, text: continueWords, mode: "queue" })}>
      Continue
    </Button>
  );
}

const continueWords = "Continue from where you stopped.";

/** Shows a small mark under an answer, such as that it was cut. */
function ModelMark({ entry }: { readonly entry: Entry }): ReactElement {
  return (
    <aside className={styles.mark} aria-label="Model">
      <b>Model</b> {entry.text}
    </aside>
  );
}

/**
 * Returns what the title does not say. The text of a pause tells the model the person's answer, which the person knows.
 */
function textFor({ notice, text }: Entry): string {
  if (isStoppedByPerson(text)) return "";
  if (notice?.type === "loop") return /(allowed it|let it go on)\.$/.test(text) ? "You let it go on." : "You answered:";
  return text.replace(saidByTitle[notice?.type ?? ""] ?? "", "");
}

const saidByTitle: Readonly<Record<string, RegExp>> = {
  failed: /^The turn failed: /,
  cancelled: /^Stopped: /,
  interrupted: /^Interrupted by a new message\.$/,
  retry: /^Tried again: /,
};

const shownLength = 160;

/** Returns the whole text if it is short, else its first line, cut between two words. */
function shortWords(text: string): string {
  const line = text.trim().split("\n", 1).join();
  const cut = cutText(line, shownLength);
  if (cut !== line) return cut;
  return line === text.trim() ? text : `${line} …`;
}

/** One line for a stop of the server: how much of the turn was kept. What became of each call is below it on demand. */
function RestartLine({ entry: { id, turnId, at, notice } }: { readonly entry: Entry }): ReactElement {
  const { client } = useReef();
  const [isShown, setShown] = useUnfolded(`notice ${id}`, false);
  // A turn keeps the receipt of its latest stop.
  const { data: receipt } = useQuery({
    queryKey: ["crash-receipt", turnId, at],
    queryFn: async () => (turnId ? (await client.turn(turnId)).crashReceipt : null),
    enabled: turnId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const deaths = notice?.type === "restart" ? notice.deaths : 1;
  return (
    <aside className={styles.receipt} aria-label="Restarted here">
      <div className={styles.line}>
        <Icon icon={RotateCcw} />
        <span className={styles.text}>
          <span className={styles.title}>Restarted here</span> at {timeOfDay(at)}.{" "}
          {receipt ? receiptWords(receipt) : deaths > 1 ? `Restart ${deaths} in this turn.` : ""}
        </span>
        {receipt && (
          <Button look="quiet" isSmall aria-expanded={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? "Hide" : "Show"}
          </Button>
        )}
      </div>
      {receipt && isShown && <CrashedCalls receipt={receipt} />}
    </aside>
  );
}

function describe(notice: Notice): { readonly title: string; readonly tone: "plain" | "failed" | "needs_you" } {
  switch (notice.type) {
    case "compaction":
      return { title: `Older text summarised, through entry ${notice.throughSeq}`, tone: "plain" };
    case "restart":
      return { title: "Restarted here", tone: "plain" };
    case "failed":
      return { title: "Turn failed", tone: "failed" };
    case "cancelled":
      return { title: notice.by === "person" ? "Stopped by you" : `Stopped by ${notice.by}`, tone: "plain" };
    case "interrupted":
      return { title: "Interrupted by a new message", tone: "plain" };
    case "refused":
      return { title: notice.right === "read" ? "Reading refused" : "Message refused", tone: "needs_you" };
    case "chain_held":
      return { title: "Chain held", tone: "needs_you" };
    case "forked":
      return { title: `Copied from another session, through entry ${notice.seq}`, tone: "plain" };
    case "rewound":
      return { title: "Replaced", tone: "plain" };
    case "retry":
      return { title: "Tried again", tone: "plain" };
    case "runtime":
      return { title: "Runtime", tone: "plain" };
    case "model":
      return { title: "Model", tone: "plain" };
    case "loop":
      return { title: "Paused for your decision", tone: "needs_you" };
    case "contract":
      return { title: "Result still owed", tone: "plain" };
    case "schedule_paused":
      return { title: "Schedule paused", tone: "needs_you" };
    default:
      return assertNever(notice);
  }
}
