/** Shows a question with its answers: options with their digits, other words on demand, and what can be undone. */
import type { Ask } from "@reef/protocol/ask";
import { maxGraceMs } from "@reef/protocol/ask-limits";
import { type ReactElement, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./AskBody.module.css";
import { HeldAnswerBar } from "./HeldAnswerBar.tsx";

const AskedCall = lazyPart("AskedCall", () => import("../call/AskedCall.tsx"));

export interface AskBodyProps {
  readonly ask: Ask;
  /** The answer on its way. */
  readonly sent: string | null;
  readonly error: string | null;
  /** True if the held answer was given on this page. */
  readonly wasHere: boolean;
  readonly onChoose: (option: string) => void;
  /** Takes effect immediately. */
  readonly onAnswer: (text: string) => void;
  readonly onUndo: () => void;
}

export function AskBody({ ask, sent, error, wasHere, onChoose, onAnswer, onUndo }: AskBodyProps): ReactElement {
  const [words, setWords] = useState("");
  const [isWriting, setWriting] = useState(false);
  const { held, options, freeText } = ask;
  const hasOptions = options.length > 0;
  const hasField = freeText && (isWriting || !hasOptions);
  return (
    <div className={styles.body}>
      <div className={styles.question}>
        <Question ask={ask} />
      </div>
      {held && (
        <HeldAnswerBar
          key={held.until}
          held={held}
          isOwn={wasHere}
          onUndo={onUndo}
          onSend={() => onAnswer(held.answer)}
        />
      )}
      {!held && (
        <>
          <p className={shapes.meta}>
            {hasField
              ? "Your words are sent right away and can't be undone."
              : `A choice can be undone for ${graceSeconds} s.`}
          </p>
          {hasOptions && (
            <div className={styles.options} data-answers>
              {options.map((option, index) => (
                <Button
                  key={option}
                  look={index === 0 ? "primary" : "plain"}
                  disabled={sent !== null}
                  onClick={() => onChoose(option)}
                >
                  <span dir="auto">{option}</span> {index < 9 && <kbd>{index + 1}</kbd>}
                </Button>
              ))}
              {freeText && !isWriting && (
                <Button look="quiet" onClick={() => setWriting(true)}>
                  Answer in words…
                </Button>
              )}
            </div>
          )}
          {hasField && (
            <form
              className={styles.free}
              onSubmit={(event) => {
                event.preventDefault();
                onAnswer(words);
              }}
            >
              <input
                // biome-ignore lint/a11y/noAutofocus: a person pressed the button for it
                autoFocus={isWriting}
                dir="auto"
                className={shapes.search}
                value={words}
                aria-label="Your answer"
                placeholder={placeholderByKind[ask.kind] ?? "Your answer"}
                onChange={(event) => setWords(event.target.value)}
              />
              <Button
                type="submit"
                look={hasOptions ? "plain" : "primary"}
                disabled={sent !== null || words.trim() === ""}
              >
                {sent === null ? "Answer" : "Sending…"}
              </Button>
            </form>
          )}
        </>
      )}
      {error && (
        <p className={styles.error} role="alert">
          Couldn't change your answer: {error}
        </p>
      )}
    </div>
  );
}

/** A call that waits for approval is drawn as what it is: a command, a diff. */
function Question({ ask }: Pick<AskBodyProps, "ask">): ReactElement {
  const words = <Markdown text={ask.question} />;
  if (ask.kind !== "approval" && ask.kind !== "unknown") return words;
  if (ask.callId === null && ask.origin === undefined) return words;
  return (
    <Part what="The call" fallback={words} instead={words}>
      <AskedCall ask={ask}>{words}</AskedCall>
    </Part>
  );
}

const placeholderByKind: Readonly<Partial<Record<Ask["kind"], string>>> = {
  loop: "What to do instead",
  approval: "What to do instead",
  unknown: "It happened, with this result",
};

const graceSeconds = Math.round(maxGraceMs / 1000);
