/**
 * Where a person writes. Enter sends, Shift+Enter breaks the line, Ctrl/⌘+Enter sends the other way; nothing is sent
 * while an input method composes. The draft is stored with every change and leaves only with an accepted send.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { MessageMode } from "@reef/protocol/message";
import { type KeyboardEvent, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import { readDraft, writeDraft } from "../drafts.ts";
import { isWriting } from "../keys/match-key.ts";
import { pressToLabel } from "../keys/press-label.ts";
import { useReef } from "../reef.ts";
import { readStored, writeStored } from "../storage.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./Composer.module.css";
import { hintByMode, labelByMode, otherMode, sendModes } from "./send-mode.ts";

export interface ComposerProps {
  readonly sessionId: SessionId;
  readonly botName: string;
  readonly isBusy: boolean;
}

const maxHeightPx = 260;

/** Mounted anew for each session. */
export function Composer({ sessionId, botName, isBusy }: ComposerProps): ReactElement {
  const { outbox } = useReef();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => readDraft(sessionId));
  const [mode, setMode] = useState<MessageMode>(readMode);
  const isEmpty = text.trim() === "";

  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (matchMedia("(pointer: coarse)").matches) return;
    // Nor away from a question one came to answer.
    if (!document.activeElement?.closest("[data-ask]")) field.current?.focus({ preventScroll: true });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, maxHeightPx)}px`;
  }, [text]);

  const change = (next: string): void => {
    setText(next);
    writeDraft(sessionId, next);
  };

  const send = (sendMode: MessageMode): void => {
    if (isEmpty) return;
    // From here the outbox keeps the text, stored as well, until the server has it.
    void outbox.send({ sessionId, text: text.trim(), mode: isBusy ? sendMode : "queue" });
    change("");
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || isWriting(event.nativeEvent)) return;
    const isOther = event.ctrlKey || event.metaKey;
    if (!isOther && matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    send(isOther ? otherMode(mode) : mode);
  };

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send(mode);
      }}
    >
      <textarea
        ref={field}
        className={styles.field}
        rows={1}
        value={text}
        placeholder={`Write to ${botName}`}
        aria-label={`Message to ${botName}`}
        data-composer
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.foot}>
        {isBusy ? (
          <ModeChoice
            mode={mode}
            onChange={(next) => {
              setMode(next);
              writeStored("send-mode", next);
              field.current?.focus();
            }}
          />
        ) : (
          <span className={styles.hint}>Enter sends · Shift+Enter new line</span>
        )}
        <span className={styles.push} />
        {isBusy && (
          <span className={styles.hint}>
            <kbd>{pressToLabel("$mod+Enter").replace("Enter", "⏎")}</kbd> {labelByMode[otherMode(mode)].toLowerCase()}
          </span>
        )}
        <Button type="submit" look="primary" disabled={isEmpty} title={isBusy ? hintByMode[mode] : "Send the message"}>
          {isBusy ? labelByMode[mode] : "Send"} <span aria-hidden="true">⏎</span>
        </Button>
      </div>
    </form>
  );
}

function ModeChoice({
  mode,
  onChange,
}: {
  readonly mode: MessageMode;
  readonly onChange: (mode: MessageMode) => void;
}): ReactElement {
  return (
    <fieldset className={styles.modes}>
      <legend className={styles.legend}>How to send while a turn runs</legend>
      {sendModes.map((each) => (
        <label key={each} className={styles.mode} title={hintByMode[each]}>
          <input type="radio" name="send-mode" value={each} checked={each === mode} onChange={() => onChange(each)} />
          <span>{labelByMode[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function readMode(): MessageMode {
  const stored = readStored("send-mode");
  return sendModes.find((mode) => mode === stored) ?? "queue";
}
