/** A question on Home, with the answers that can be given there. */
import type { Ask } from "@reef/protocol/ask";
import type { Session } from "@reef/protocol/session";
import type { ReactElement } from "react";
import { useCell } from "../cell.ts";
import { useReef } from "../reef.ts";
import { useRouter } from "../router.tsx";
import { Button } from "../ui/Button.tsx";
import { plainWords } from "../ui/last-words.ts";
import { giveAnswer, takeBackAnswer } from "./give-answer.ts";
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
  const held = useCell(reef.heldAnswers).get(ask.id);
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
      end={
        held === undefined ? (
          <Answers ask={ask} title={title} />
        ) : (
          <>
            <span className={styles.held}>{held.answer}</span>
            <Button onClick={() => takeBackAnswer(reef, ask.id)}>Undo</Button>
          </>
        )
      }
    />
  );
}

function Answers({ ask, title }: { readonly ask: Ask; readonly title: string }): ReactElement {
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
          key={label}
          aria-label={`${label}: ${plainWords(ask.question)}`}
          onClick={() => (opens ? open() : giveAnswer(reef, ask, { answer: label, title }))}
        >
          {opens && !/(…|\.\.\.)$/.test(label) ? `${label}…` : label}
        </Button>
      ))}
      {hasMore && (
        <Button look={options.length > 0 ? "quiet" : "plain"} onClick={open}>
          {options.length > 0 ? "Other…" : "Answer…"}
        </Button>
      )}
    </>
  );
}
