/**
 * Where a person writes. Enter sends, Shift+Enter breaks the line, Ctrl/⌘+Enter sends the other way; nothing is sent
 * while an input method composes. The draft is stored with every change and leaves only with an accepted send. With @
 * it goes elsewhere, and that is said before it is sent. Files come in as text, ↑ in an empty box brings back old words.
 */
import type { RuntimeName } from "@reef/protocol/bot";
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
import { RecipientLine } from "./RecipientLine.tsx";
import { hintFor, labelByMode, otherMode, sendModes } from "./send-mode.ts";
import { useFileText } from "./use-file-text.ts";
import { useMention } from "./use-mention.tsx";
import { useRecipient } from "./use-recipient.ts";
import { useSentHistory } from "./use-sent-history.ts";

export interface ComposerProps {
  readonly sessionId: SessionId;
  readonly botName: string;
  /** What its turns run on; null while that is not known. */
  readonly runtime: RuntimeName | null;
  readonly isBusy: boolean;
  /** Text that comes back to be changed: put before what stands in the box. Each time another object. */
  readonly given: GivenText | null;
}

export interface GivenText {
  readonly text: string;
}

const maxHeightPx = 260;

/** Mounted anew for each session. */
export function Composer({ sessionId, botName, runtime, isBusy, given }: ComposerProps): ReactElement {
  const { outbox } = useReef();
  const field = useRef<HTMLTextAreaElement>(null);
  const placeAt = useRef<number | null>(null);
  const [text, setText] = useState(() => readDraft(sessionId));
  const [mode, setMode] = useState<MessageMode>(readMode);
  const [isDropped, setDropped] = useState(false);
  const isEmpty = text.trim() === "";

  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (matchMedia("(pointer: coarse)").matches) return;
    // Beside other sessions only the one in the address takes the focus.
    if (location.pathname !== `/s/${sessionId}`) return;
    // Nor away from a question one came to answer.
    if (!document.activeElement?.closest("[data-ask]")) field.current?.focus({ preventScroll: true });
  }, [sessionId]);

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    // Measuring makes the browser lay out the page, in the middle of a switch; an empty box has its own height.
    if (text !== "") element.style.height = `${Math.min(element.scrollHeight, maxHeightPx)}px`;
    if (placeAt.current === null) return;
    // In the render that shows the text: a key pressed a moment later must find the caret in its place.
    element.focus();
    element.setSelectionRange(placeAt.current, placeAt.current);
    placeAt.current = null;
  }, [text]);

  const change = (next: string): void => {
    setText(next);
    writeDraft(sessionId, next);
  };
  const changeAndPlace = (next: string, caret: number): void => {
    placeAt.current = caret;
    change(next);
  };

  const { recipient, setRecipient, sendToRecipient } = useRecipient(sessionId);
  const mention = useMention({ field, text, sessionId, onChange: changeAndPlace, onChoose: setRecipient });
  const recall = useSentHistory(sessionId);
  const insertFiles = useFileText({ field, onChange: changeAndPlace });
  const goesElsewhere = recipient !== null;
  const hasModes = isBusy && !goesElsewhere;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is given anew is put in
  useEffect(() => {
    if (!given) return;
    const next = isEmpty ? given.text : `${given.text}\n\n${text}`;
    changeAndPlace(next, given.text.length);
  }, [given]);

  const send = (sendMode: MessageMode): void => {
    if (isEmpty) return;
    // From here the outbox keeps the text, stored as well, until the server has it.
    if (recipient) void sendToRecipient(recipient, { text: text.trim(), onNotSent: change });
    else void outbox.send({ sessionId, text: text.trim(), mode: isBusy ? sendMode : "queue" });
    change("");
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (isWriting(event.nativeEvent) || mention.onKeyDown(event)) return;
    const recalled = recall(event, text);
    if (recalled !== null) {
      event.preventDefault();
      changeAndPlace(recalled, recalled.length);
      return;
    }
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    const isOther = event.ctrlKey || event.metaKey;
    if (!isOther && matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    send(isOther && hasModes ? otherMode(mode) : mode);
  };

  return (
    <form
      className={styles.composer}
      data-dropped={isDropped || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        setDropped(true);
      }}
      onDragLeave={() => setDropped(false)}
      onDrop={(event) => {
        setDropped(false);
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        void insertFiles(event.dataTransfer.files);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send(mode);
      }}
    >
      {mention.list}
      {recipient && <RecipientLine recipient={recipient} botName={botName} onClear={() => setRecipient(null)} />}
      <textarea
        ref={field}
        className={styles.field}
        rows={1}
        value={text}
        placeholder={recipient ? `Write to ${recipient.botName}` : `Write to ${botName}`}
        aria-label={recipient ? `Message to ${recipient.botName}, elsewhere` : `Message to ${botName}`}
        aria-autocomplete="list"
        aria-controls={mention.listId}
        aria-activedescendant={mention.activeId}
        data-composer
        onChange={(event) => change(event.target.value)}
        onSelect={mention.onCaret}
        onBlur={mention.close}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return;
          event.preventDefault();
          void insertFiles(event.clipboardData.files);
        }}
      />
      <div className={styles.foot}>
        {hasModes ? (
          <ModeChoice
            mode={mode}
            runtime={runtime}
            onChange={(next) => {
              setMode(next);
              writeStored("send-mode", next);
              field.current?.focus();
            }}
          />
        ) : (
          <span className={styles.hint}>Enter sends · Shift+Enter new line · @ writes to another</span>
        )}
        <span className={styles.push} />
        {hasModes && mode === "steer" && runtime === "openclaw" && (
          <span className={styles.hint}>joins after the run</span>
        )}
        {hasModes && (
          <span className={styles.hint}>
            <kbd>{pressToLabel("$mod+Enter").replace("Enter", "⏎")}</kbd> {labelByMode[otherMode(mode)].toLowerCase()}
          </span>
        )}
        <Button
          type="submit"
          look="primary"
          disabled={isEmpty}
          title={hasModes ? hintFor(mode, runtime) : "Send the message"}
        >
          {hasModes ? labelByMode[mode] : recipient ? `Send to ${recipient.botName}` : "Send"}{" "}
          <span aria-hidden="true">⏎</span>
        </Button>
      </div>
    </form>
  );
}

function ModeChoice({
  mode,
  runtime,
  onChange,
}: {
  readonly mode: MessageMode;
  readonly runtime: RuntimeName | null;
  readonly onChange: (mode: MessageMode) => void;
}): ReactElement {
  return (
    <fieldset className={styles.modes}>
      <legend className={styles.legend}>How to send while a turn runs</legend>
      {sendModes.map((each) => (
        <label key={each} className={styles.mode} title={hintFor(each, runtime)}>
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
