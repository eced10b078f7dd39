/**
 * Shows a question that waits for a person, in its own session (AS1). Digits choose an option while the card has the
 * focus. The card stays true: an answer given elsewhere turns it, and a refused one says why.
 */
import type { Ask } from "@reef/protocol/ask";
import { maxGraceMs } from "@reef/protocol/ask-limits";
import { AppError } from "@reef/protocol/error";
import { X } from "lucide";
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { Icon } from "../../ui/Icon.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { absoluteTime } from "../../ui/time.ts";
import { waitedLabel } from "../home/waited-label.ts";
import { AskBody } from "./AskBody.tsx";
import styles from "./AskCard.module.css";
import { takeAsk } from "./answers.ts";
import { useIsPhone } from "./use-is-phone.ts";

const AskSheet = lazyPart("AskSheet", () => import("./AskSheet.tsx"));

export function AskCard({ ask, onDismiss }: { readonly ask: Ask; readonly onDismiss: () => void }): ReactElement {
  const { client, queryClient, askToFocus, seconds } = useReef();
  /** True once an answer was given on this page. */
  const wasHere = useRef(false);
  const card = useRef<HTMLElement>(null);
  const [sent, setSent] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const isPhone = useIsPhone();
  const [isOpened, setOpened] = useState(false);
  const nowMs = useCell(seconds);
  const wantsFocus = useCell(askToFocus) === ask.sessionId;
  useEffect(() => {
    if (!wantsFocus) return;
    askToFocus.set(null);
    card.current?.focus();
    setOpened(true);
  }, [wantsFocus, askToFocus]);

  const answer = async (text: string, graceMs = 0): Promise<void> => {
    if (sent !== null || text.trim() === "") return;
    setSent(text);
    setError(null);
    try {
      takeAsk(queryClient, await client.answerAsk(ask.id, { answer: text.trim(), ...(graceMs > 0 && { graceMs }) }));
      if (graceMs > 0) setSent(null);
    } catch (failure) {
      setSent(null);
      setError(failure instanceof AppError ? failure.message : String(failure));
    }
  };
  /** A press is easily made by mistake, so it can be undone. */
  const choose = (option: string): void => {
    wasHere.current = true;
    void answer(option, maxGraceMs);
  };
  const undo = async (): Promise<void> => {
    try {
      takeAsk(queryClient, await client.undoAnswer(ask.id));
      wasHere.current = false;
      card.current?.focus();
    } catch (failure) {
      setError(failure instanceof AppError ? failure.message : String(failure));
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || (event.target as Element).matches("input, textarea")) return;
    const option = ask.options[Number(event.key) - 1];
    if (option === undefined) return;
    event.preventDefault();
    if (!ask.held) choose(option);
  };

  if (ask.state !== "open") {
    return <SettledAsk ask={ask} wasHere={sent !== null || wasHere.current} onDismiss={onDismiss} />;
  }
  const body = (
    <AskBody
      ask={ask}
      sent={sent}
      error={error}
      wasHere={wasHere.current}
      onChoose={choose}
      onAnswer={(text) => void answer(text)}
      onUndo={() => void undo()}
    />
  );
  return (
    <section
      ref={card}
      className={`${shapes.card} ${styles.card}`}
      tabIndex={-1}
      data-ask
      aria-label="Question for you"
      onKeyDown={onKeyDown}
    >
      <header className={styles.head}>
        <Sign status="needs_you" />
        <span className={styles.title}>{titleByKind[ask.kind]}</span>
        <time className={shapes.grow} dateTime={ask.createdAt} title={absoluteTime(ask.createdAt)}>
          {waitedLabel(ask.createdAt, nowMs)}
        </time>
        {isPhone && (
          <Button look="quiet" isSmall onClick={() => setOpened(true)}>
            Open
          </Button>
        )}
      </header>
      {isPhone ? (
        <div className={styles.short}>
          <Markdown text={ask.question} />
        </div>
      ) : (
        body
      )}
      {isPhone && isOpened && (
        <Part what="The question" look="line" onClose={() => setOpened(false)}>
          <AskSheet ask={ask} onClose={() => setOpened(false)} onKeyDown={onKeyDown}>
            {body}
          </AskSheet>
        </Part>
      )}
    </section>
  );
}

const titleByKind: Readonly<Record<Ask["kind"], string>> = {
  question: "Needs your answer",
  chain: "May this chain of messages continue?",
  loop: "Paused for your decision",
  approval: "Needs your approval",
  unknown: "Did this happen?",
  budget: "A budget is used up",
};

function SettledAsk({
  ask,
  wasHere,
  onDismiss,
}: {
  readonly ask: Ask;
  readonly wasHere: boolean;
  readonly onDismiss: () => void;
}): ReactElement {
  const isOnItsWay = ask.delivery === "waiting" || ask.delivery === "too_late";
  useEffect(() => {
    // An answer given here disappears by itself; one given elsewhere stays until the reader dismisses it.
    if (!wasHere || isOnItsWay) return;
    const timer = setTimeout(onDismiss, 2500);
    return () => clearTimeout(timer);
  }, [wasHere, isOnItsWay, onDismiss]);
  return (
    <section className={`${shapes.card} ${styles.settled}`} aria-label="Settled question">
      <span className={shapes.grow}>
        <SettledWords ask={ask} wasHere={wasHere} />
      </span>
      <Button look="quiet" isSquare aria-label="Dismiss" onClick={onDismiss}>
        <Icon icon={X} size={14} />
      </Button>
    </section>
  );
}

function SettledWords({ ask, wasHere }: { readonly ask: Ask; readonly wasHere: boolean }): ReactElement {
  const { state, delivery, note, origin } = ask;
  const answer = <b dir="auto">{ask.answer}</b>;
  if (state === "cancelled") return <>{note ?? "This question was withdrawn."}</>;
  if (delivery === "too_late")
    return (
      <>
        Your answer didn’t count: {answer}. {note}
      </>
    );
  if (delivery === "waiting")
    return (
      <>
        Answered: {answer}.{" "}
        {(origin?.together ?? 1) > 1
          ? "OpenClaw gets it with the other answers."
          : "OpenClaw gets it when it can be reached."}
      </>
    );
  if (note)
    return (
      <>
        {answer}. {note}
      </>
    );
  return (
    <>
      {wasHere ? "Answered" : "Answered elsewhere"}: {answer}
    </>
  );
}
