/** Shows a question on Home, with the answers that can be given there. */
import type { Ask } from "@reef/protocol/ask";
import type { Session } from "@reef/protocol/session";
import { type ReactElement, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { plainWords } from "../../ui/last-words.ts";
import { useRouter } from "../../ui/router.tsx";
import shapes from "../../ui/Shapes.module.css";
import { holdAnswer, sendHeldAnswer, takeBackAnswer } from "../ask/answers.ts";
import { HeldAnswerBar } from "../ask/HeldAnswerBar.tsx";
import { HomeItem } from "./HomeItem.tsx";
import styles from "./HomeScreen.module.css";
import { homeAnswers } from "./home-answers.ts";
import { waitedLabel } from "./waited-label.ts";

export function NeedsYouItem({
  session,
  ask,
  nowMs,
}: {
  readonly session: Session;
  readonly ask: Ask;
  readonly nowMs: number;
}): ReactElement {
  const reef = useReef();
  /** True once an answer was given here, so that the focus follows it. */
  const wasHere = useRef(false);
  const [isGiving, setGiving] = useState(false);
  const give = async (answer: string): Promise<void> => {
    wasHere.current = true;
    setGiving(true);
    await holdAnswer(reef, ask, answer);
    setGiving(false);
  };
  const undo = async (): Promise<void> => {
    await takeBackAnswer(reef, ask);
    wasHere.current = false;
    document.querySelector<HTMLElement>(`[data-home-item="${session.id}"]`)?.focus();
  };
  const { title, openAsks } = session;
  const others = openAsks > 1 ? ` · 1 of ${openAsks}` : "";
  return (
    <HomeItem
      sessionId={session.id}
      botId={session.botId}
      status="needs_you"
      title={plainWords(ask.question)}
      words={`${title} · ${waitedLabel(ask.createdAt, nowMs)}${others}`}
      wantsAnswer
      end={<NeedsYouEnd ask={ask} isGiving={isGiving} wasHere={wasHere.current} onGive={give} onUndo={undo} />}
    />
  );
}

function NeedsYouEnd({
  ask,
  isGiving,
  wasHere,
  onGive,
  onUndo,
}: {
  readonly ask: Ask;
  readonly isGiving: boolean;
  readonly wasHere: boolean;
  readonly onGive: (answer: string) => Promise<void>;
  readonly onUndo: () => Promise<void>;
}): ReactElement {
  const reef = useReef();
  const { held } = ask;
  // It stays here until Home is read again.
  if (ask.state !== "open") return <span className={`${shapes.cut} ${styles.given}`}>{ask.answer ?? "Withdrawn"}</span>;
  if (held === undefined) return <Answers ask={ask} isGiving={isGiving} onGive={onGive} />;
  return (
    <div className={styles.held}>
      <HeldAnswerBar
        key={held.until}
        held={held}
        isOwn={wasHere}
        onUndo={() => void onUndo()}
        onSend={() => void sendHeldAnswer(reef, ask)}
      />
    </div>
  );
}

function Answers({
  ask,
  isGiving,
  onGive,
}: {
  readonly ask: Ask;
  readonly isGiving: boolean;
  readonly onGive: (answer: string) => Promise<void>;
}): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const { options, hasMore } = homeAnswers(ask);
  const open = (): void => {
    reef.askToFocus.set(ask.sessionId);
    router.navigate({ to: "/s/$sessionId", params: { sessionId: ask.sessionId } });
  };
  return (
    <>
      {options.map(({ label, opens }) => (
        <Button
          isSmall
          key={label}
          disabled={isGiving}
          aria-label={`${label}: ${plainWords(ask.question)}`}
          onClick={() => (opens ? open() : void onGive(label))}
        >
          {opens && !/(…|\.\.\.)$/.test(label) ? `${label}…` : label}
        </Button>
      ))}
      {hasMore && (
        <Button isSmall look={options.length > 0 ? "quiet" : "plain"} onClick={open}>
          {options.length > 0 ? "Other…" : "Answer…"}
        </Button>
      )}
    </>
  );
}
