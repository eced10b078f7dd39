/** What happened to the session itself, as a divider: restarts, stops, failures, compaction. Failures stand out. */
import type { Entry, Notice } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, Suspense } from "react";
import { useReef } from "../reef.ts";
import { isStoppedByPerson } from "../ui/last-words.ts";
import { lazyPart } from "../ui/lazy-part.tsx";
import { Time } from "./EntryView.tsx";
import styles from "./NoticeView.module.css";

const CrashedCalls = lazyPart("CrashedCalls", () => import("../turn/CrashReceiptView.tsx"));

export function NoticeView({ entry }: { readonly entry: Entry }): ReactElement {
  const { title, tone } = entry.notice ? describe(entry.notice) : { title: "Notice", tone: "plain" as const };
  const text = textFor(entry);
  const isLong = text.length > shownLength || text.includes("\n");
  if (entry.notice?.type === "model") return <ModelMark entry={entry} />;
  // What went wrong is read at a glance; what was merely tidied is not.
  const shown = !isLong ? text : tone === "plain" ? "" : `${firstWords(text)} …`;
  return (
    <aside className={styles.notice} data-tone={tone} aria-label={title}>
      <div className={styles.line}>
        <span className={styles.title}>{title}</span>
        {shown && <span className={styles.text}>{shown}</span>}
        <Time at={entry.at} />
      </div>
      {isLong && (
        <details className={styles.more}>
          <summary>{shown ? "Show all" : "Show text"}</summary>
          <div className={styles.long}>{text}</div>
        </details>
      )}
      {entry.notice?.type === "restart" && <Receipt entry={entry} />}
    </aside>
  );
}

/** A small mark under the answer it is about, such as that it was cut. */
function ModelMark({ entry }: { readonly entry: Entry }): ReactElement {
  return (
    <aside className={styles.mark} aria-label="Model">
      <b>Model</b> {entry.text}
    </aside>
  );
}

/** What the title has not said. Of a pause, the entry tells the model what its person said; the person knows. */
function textFor({ notice, text }: Entry): string {
  if (isStoppedByPerson(text)) return "";
  if (notice?.type !== "loop") return text;
  return text.endsWith("let it go on.") ? "You let it go on." : "You answered:";
}

const shownLength = 160;

function firstWords(text: string): string {
  return text.trim().split("\n", 1).join().slice(0, shownLength);
}

/** What was known of the turn's tool calls when the server stopped in it. A turn keeps the receipt of its last stop. */
function Receipt({ entry: { turnId, at } }: { readonly entry: Entry }): ReactElement | null {
  const { client } = useReef();
  const { data: receipt } = useQuery({
    queryKey: ["crash-receipt", turnId, at],
    queryFn: async () => (turnId ? (await client.turn(turnId)).crashReceipt : null),
    enabled: turnId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return receipt ? (
    <div className={styles.receipt}>
      <Suspense fallback={null}>
        <CrashedCalls receipt={receipt} />
      </Suspense>
    </div>
  ) : null;
}

function describe(notice: Notice): { readonly title: string; readonly tone: "plain" | "failed" | "warn" } {
  switch (notice.type) {
    case "compaction":
      return { title: `Older text summarised, through entry ${notice.throughSeq}`, tone: "plain" };
    case "restart":
      return { title: "Restarted here", tone: "warn" };
    case "failed":
      return { title: "Turn failed", tone: "failed" };
    case "cancelled":
      return { title: notice.by === "person" ? "Stopped by you" : `Stopped by ${notice.by}`, tone: "plain" };
    case "interrupted":
      return { title: "Interrupted by a new message", tone: "plain" };
    case "refused":
      return { title: "Message refused", tone: "warn" };
    case "chain_held":
      return { title: "Chain held", tone: "warn" };
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
      return { title: "Paused for your decision", tone: "warn" };
    case "schedule_paused":
      return { title: "Schedule paused", tone: "warn" };
    default:
      return assertNever(notice);
  }
}
