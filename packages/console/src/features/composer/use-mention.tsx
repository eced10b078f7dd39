/**
 * Shows the list that an `@` opens: arrows move in it, Enter or Tab chooses, Esc closes. The focus never leaves the
 * text.
 */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, type RefObject, type SyntheticEvent, useId, useState } from "react";
import { emptySessionIndex, type SessionIndex } from "../../data/cache.ts";
import { botsQuery, queryKeys } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Mention.module.css";
import { findRecipients, type MentionToken, mentionAt, type Recipient, withoutMention } from "./mention.ts";

export interface Mention {
  readonly list: ReactElement | null;
  readonly listId: string | undefined;
  readonly activeId: string | undefined;
  readonly onCaret: (event: SyntheticEvent<HTMLTextAreaElement>) => void;
  /** Returns true when the list handled the press. */
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
  readonly close: () => void;
}

export function useMention({
  field,
  text,
  sessionId,
  onChange,
  onChoose,
}: {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly sessionId: SessionId;
  readonly onChange: (text: string, caret: number) => void;
  readonly onChoose: (recipient: Recipient) => void;
}): Mention {
  const { reads, queryClient } = useReef();
  const listId = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  /** Position of the `@` whose list a person closed. */
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const { data: bots } = useQuery(botsQuery(reads));
  const found: MentionToken | null = caret === null ? null : mentionAt(text, caret);
  const token = found && found.start !== closedAt ? found : null;
  const sessions = (queryClient.getQueryData<SessionIndex>(queryKeys.sessions) ?? emptySessionIndex).byId.values();
  const choices = token && bots ? findRecipients({ query: token.query, here: sessionId, bots, sessions }) : [];
  const isOpen = choices.length > 0;
  const at = Math.min(active, choices.length - 1);

  const choose = (recipient: Recipient | undefined): void => {
    if (!recipient || !token) return;
    onChoose(recipient);
    onChange(withoutMention(text, token), token.start);
    setCaret(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    if (!isOpen || event.altKey || event.ctrlKey || event.metaKey) return false;
    if (event.key === "ArrowDown") setActive((at + 1) % choices.length);
    else if (event.key === "ArrowUp") setActive((at - 1 + choices.length) % choices.length);
    else if (event.key === "Escape") setClosedAt(token?.start ?? null);
    else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") choose(choices[at]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const list = isOpen ? (
    <div className={styles.list} role="listbox" id={listId} aria-label="Send to" data-keeps-escape>
      {choices.map((choice, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text field's, which keeps the focus
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text, which names the active option by id
        <div
          key={choice.type === "session" ? choice.sessionId : choice.botId}
          id={`${listId}-${index}`}
          className={`${shapes.choice} ${styles.choice}`}
          role="option"
          aria-selected={index === at}
          onPointerDown={(event) => event.preventDefault()}
          onPointerEnter={() => setActive(index)}
          onClick={() => choose(choice)}
        >
          <Avatar name={choice.botName || "?"} seed={choice.botId} size="small" />
          <span className={styles.name} dir="auto">
            {choice.botName}
          </span>
          <span className={`${shapes.cut} ${styles.title}`} dir="auto">
            {choice.type === "session" ? choice.title : "new session"}
          </span>
        </div>
      ))}
    </div>
  ) : null;
  return {
    list,
    listId: isOpen ? listId : undefined,
    activeId: isOpen ? `${listId}-${at}` : undefined,
    onCaret: () => {
      const next = field.current?.selectionStart ?? null;
      if (next === caret) return;
      setCaret(next);
      setActive(0);
      if (next === null || mentionAt(field.current?.value ?? "", next)?.start !== closedAt) setClosedAt(null);
    },
    onKeyDown,
    close: () => setCaret(null),
  };
}
