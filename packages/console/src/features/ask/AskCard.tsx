/**
 * Shows a question that waits for a person, in its own session (AS1). Digits choose an option while the card has the
 * focus. The card stays true: an answer given elsewhere turns it, and a refused one says why.
 */
import type { Ask } from "@reef/protocol/ask";
import { maxGraceMs } from "@reef/protocol/ask-limits";
import { AppError } from "@reef/protocol/error";
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { useCell } from "../../ui/cell.ts";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { absoluteTime, timeOfDay } from "../../ui/time.ts";
import styles from "./AskCard.module.css";
import { takeAsk } from "./answers.ts";
import { HeldAnswerBar } from "./HeldAnswerBar.tsx";

export function AskCard({ ask, onDismiss }: { readonly ask: Ask; readonly onDismiss: () => void }): ReactElement {
  const { client, queryClient, askToFocus } = useReef();
  /** True once an answer was given on this page. */
  const wasHere = useRef(false);
  const card = useRef<HTMLElement>(null);
  const [words, setWords] = useState("");
  const [sent, setSent] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const wantsFocus = useCell(askToFocus) === ask.sessionId;
  useEffect(() => {
    if (!wantsFocus) return;
    askToFocus.set(null);
    card.current?.focus();
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
  return (
    <section
      ref={card}
      className={styles.card}
      tabIndex={-1}
      data-ask
      aria-label="Question for you"
      onKeyDown={onKeyDown}
    >
      <header className={shapes.line}>
        <Sign status="needs_you" />
        <span className={styles.title}>{titleByKind[ask.kind]}</span>
        <time className={styles.time} dateTime={ask.createdAt} title={absoluteTime(ask.createdAt)}>
          {timeOfDay(ask.createdAt)}
        </time>
      </header>
      <div className={styles.question}>
        <Markdown text={ask.question} />
      </div>
      {ask.held && (
        <div className={styles.held}>
          <HeldAnswerBar
            key={ask.held.until}
            held={ask.held}
            isOwn={wasHere.current}
            onUndo={() => void undo()}
            onSend={() => void answer(ask.held?.answer ?? "")}
          />
        </div>
      )}
      {!ask.held && ask.options.length > 0 && (
        <div className={`${shapes.wrap} ${styles.options}`}>
          {ask.options.map((option, index) => (
            <Button key={option} disabled={sent !== null} onClick={() => choose(option)}>
              {index < 9 && <kbd>{index + 1}</kbd>} {option}
            </Button>
          ))}
        </div>
      )}
      {!ask.held && ask.freeText && (
        <form
          className={styles.free}
          onSubmit={(event) => {
            event.preventDefault();
            void answer(words);
          }}
        >
          <input
            dir="auto"
            className={styles.input}
            value={words}
            aria-label="Your answer"
            placeholder={placeholderOf(ask)}
            onChange={(event) => setWords(event.target.value)}
          />
          <Button type="submit" look="primary" disabled={sent !== null || words.trim() === ""}>
            {sent === null ? "Answer" : "Sending…"}
          </Button>
        </form>
      )}
      {error && (
        <p className={styles.error} role="alert">
          Couldn't change your answer: {error}
        </p>
      )}
    </section>
  );
}

const titleByKind: Readonly<Record<Ask["kind"], string>> = {
  question: "Needs your answer",
  chain: "May this chain of messages continue?",
  loop: "Paused for your decision",
};

function placeholderOf({ kind, options }: Ask): string {
  if (kind === "loop") return "Or tell the bot what to do instead";
  return options.length > 0 ? "Or answer in your own words" : "Your answer";
}

function SettledAsk({
  ask,
  wasHere,
  onDismiss,
}: {
  readonly ask: Ask;
  readonly wasHere: boolean;
  readonly onDismiss: () => void;
}): ReactElement {
  useEffect(() => {
    // An answer given here disappears by itself; one given elsewhere stays until the reader dismisses it.
    if (!wasHere) return;
    const timer = setTimeout(onDismiss, 2500);
    return () => clearTimeout(timer);
  }, [wasHere, onDismiss]);
  return (
    <section className={styles.settled} aria-label="Settled question">
      <span className={styles.settledText}>
        {ask.state === "answered" ? (
          <>
            {wasHere ? "Answered" : "Answered elsewhere"}: <b dir="auto">{ask.answer}</b>
          </>
        ) : (
          "This question was withdrawn."
        )}
      </span>
      <Button look="quiet" isSquare aria-label="Dismiss" onClick={onDismiss}>
        ×
      </Button>
    </section>
  );
}
