/**
 * Lets a person write. Enter sends, Shift+Enter breaks the line, Ctrl/⌘+Enter sends the other way; nothing is sent
 * while an input method composes. The draft is stored with every change and goes only with an accepted send. With @ it
 * goes elsewhere, which is shown before it is sent. Short text files are inserted as text, others are attached and
 * waited for; ↑ in an empty box recalls earlier messages.
 */
import type { RuntimeName } from "@reef/protocol/bot";
import type { FileRef } from "@reef/protocol/file";
import type { SessionId } from "@reef/protocol/ids";
import type { MessageMode } from "@reef/protocol/message";
import { ArrowUp, AtSign } from "lucide";
import {
  type KeyboardEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { attachmentOf, readyFiles, useAttachments } from "../../data/attachments.ts";
import { readDraft, writeDraft } from "../../data/drafts.ts";
import { isWriting } from "../../data/keys/match-key.ts";
import { pressToLabel } from "../../data/keys/press-label.ts";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import looks from "../../ui/Choice.module.css";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import { readStored, writeStored } from "../../ui/storage.ts";
import { PickFiles } from "../attachment/PickFiles.tsx";
import { pastedFiles } from "../attachment/pasted-files.ts";
import { useAddFiles } from "../attachment/use-add-files.ts";
import styles from "./Composer.module.css";
import { RecipientLine } from "./RecipientLine.tsx";
import { hintFor, labelByMode, otherMode, sendModes } from "./send-mode.ts";
import { useMention } from "./use-mention.tsx";
import { useRecipient } from "./use-recipient.ts";
import { useSentHistory } from "./use-sent-history.ts";

export interface ComposerProps {
  readonly sessionId: SessionId;
  readonly botName: string;
  /** What its turns run on; null until that is known. */
  readonly runtime: RuntimeName | null;
  readonly isBusy: boolean;
  /** Content for the box from elsewhere, in a new object each time. */
  readonly given: Given | null;
}

export interface Given {
  /** Text of a withdrawn message: it is put before what is in the box. */
  readonly text?: string;
  readonly attachments?: readonly FileRef[] | undefined;
  /** Files that were dropped on the session. */
  readonly files?: readonly File[];
}

const AttachmentTray = lazyPart("AttachmentTray", () => import("../attachment/AttachmentTray.tsx"));
const BotModel = lazyPart("BotModel", () => import("./BotModel.tsx"));

const maxHeightPx = 260;

/** Remounted for each session. */
export function Composer({ sessionId, botName, runtime, isBusy, given }: ComposerProps): ReactElement {
  const { attachments, outbox } = useReef();
  const field = useRef<HTMLTextAreaElement>(null);
  const placeAt = useRef<number | null>(null);
  const [text, setText] = useState(() => readDraft(sessionId));
  const [mode, setMode] = useState<MessageMode>(readMode);
  /** Sends in this mode once all files are uploaded. */
  const [waiting, setWaiting] = useState<MessageMode | null>(null);
  const files = useAttachments(attachments, sessionId);
  const uploading = files.filter(({ state }) => state === "uploading").length;
  const hasFailed = files.some(({ state }) => state === "failed");
  const isEmpty = text.trim() === "" && files.length === 0;

  useEffect(() => {
    // On a phone the keyboard would cover what the person came to read.
    if (matchMedia("(pointer: coarse)").matches) return;
    // Beside other sessions only the one in the address takes the focus.
    if (location.pathname !== `/s/${sessionId}`) return;
    // It does not take the focus from a question, or from a part that is opening.
    if (!document.activeElement?.closest("[data-ask], [data-held-keys]")) field.current?.focus({ preventScroll: true });
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
    // Further typing means that the message is not finished.
    setWaiting(null);
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
  const addFiles = useAddFiles({ sessionId, field, onChange: changeAndPlace });
  const goesElsewhere = recipient !== null;
  const hasModes = isBusy && !goesElsewhere;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only newly given content is inserted
  useEffect(() => {
    if (!given) return;
    if (given.files) void addFiles(given.files);
    giveBack(given.attachments ?? []);
    if (given.text === undefined) return field.current?.focus();
    const next = text.trim() === "" ? given.text : `${given.text}\n\n${text}`;
    changeAndPlace(next, given.text.length);
  }, [given]);

  const giveBack = (kept: readonly FileRef[]): void =>
    attachments.change(sessionId, (list) => (kept.length === 0 ? list : [...kept.map(attachmentOf), ...list]));
  const send = (sendMode: MessageMode): void => {
    if (isEmpty || hasFailed) return;
    if (uploading > 0) {
      setWaiting(sendMode);
      return;
    }
    const sent = { text: text.trim(), files: readyFiles(files) };
    const onNotSent = (): void => {
      change(sent.text);
      giveBack(sent.files);
    };
    // From here the outbox keeps text and files, stored as well, until the server has them.
    if (recipient) void sendToRecipient(recipient, { ...sent, onNotSent });
    else void outbox.send({ ...sent, sessionId, mode: isBusy ? sendMode : "queue" });
    change("");
    attachments.change(sessionId, () => []);
    field.current?.focus();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: sends the text as it is when the last file has been uploaded
  useEffect(() => {
    if (waiting === null || uploading > 0) return;
    setWaiting(null);
    send(waiting);
  }, [waiting, uploading]);
  /** Opens the list of those to write to, as if it was typed. */
  const typeAt = (): void => {
    const caret = field.current?.selectionStart ?? text.length;
    const before = text.slice(0, caret);
    const typed = `${before}${before === "" || /\s$/.test(before) ? "" : " "}@`;
    changeAndPlace(typed + text.slice(caret), typed.length);
  };
  const focusField = useCallback(() => field.current?.focus(), []);

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
      onSubmit={(event) => {
        event.preventDefault();
        send(mode);
      }}
    >
      {mention.list}
      {recipient && <RecipientLine recipient={recipient} botName={botName} onClear={() => setRecipient(null)} />}
      {files.length > 0 && (
        <Part what="The list of attached files" look="line">
          <AttachmentTray sessionId={sessionId} onRemoved={focusField} />
        </Part>
      )}
      <textarea
        dir="auto"
        ref={field}
        className={styles.field}
        rows={1}
        value={text}
        placeholder={`Message ${recipient?.botName ?? botName}`}
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
          const pasted = pastedFiles(event.clipboardData);
          if (pasted.length === 0) return;
          event.preventDefault();
          void addFiles(pasted);
        }}
      />
      <div className={styles.foot}>
        <PickFiles onPick={(picked) => void addFiles(picked)} />
        <Button look="quiet" isSquare className={styles.at} aria-label="Write to another" title="@" onClick={typeAt}>
          <Icon icon={AtSign} />
        </Button>
        {hasModes && (
          <ModeChoice
            mode={mode}
            runtime={runtime}
            onChange={(next) => {
              setMode(next);
              writeStored("send-mode", next);
              field.current?.focus();
            }}
          />
        )}
        {hasModes && mode === "steer" && runtime === "openclaw" && (
          <span className={`${shapes.cut} ${shapes.meta}`}>joins after the run</span>
        )}
        <span className={styles.push} />
        {runtime === "loop" && (
          <Part what="The model" instead={null}>
            <BotModel sessionId={sessionId} />
          </Part>
        )}
        {waiting !== null ? (
          <Button
            className={styles.uploading}
            title="Sends once uploaded. Press to cancel sending."
            onClick={() => setWaiting(null)}
          >
            Uploading {countOf(uploading, "file")}…
          </Button>
        ) : (
          <Button
            type="submit"
            look="primary"
            className={styles.send}
            disabled={isEmpty || hasFailed}
            title={
              hasFailed
                ? "Retry or remove the file that failed"
                : hasModes
                  ? hintFor(mode, runtime)
                  : "Send the message"
            }
          >
            <span className={`${shapes.cut} ${styles.label}`}>
              {hasModes ? labelByMode[mode] : recipient ? `Send to ${recipient.botName}` : "Send"}
            </span>
            <span aria-hidden="true" className={styles.key}>
              <kbd>↵</kbd>
            </span>
            <Icon icon={ArrowUp} className={styles.arrow} />
          </Button>
        )}
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
  const titleOf = (each: MessageMode): string =>
    each === otherMode(mode) ? `${hintFor(each, runtime)} (${pressToLabel("$mod+Enter")})` : hintFor(each, runtime);
  return (
    <fieldset className={`${looks.choice} ${styles.modes}`}>
      <legend className={shapes.hidden}>How to send while a turn runs</legend>
      {sendModes.map((each) => (
        <label key={each} title={titleOf(each)}>
          <input
            type="radio"
            name="send-mode"
            className={looks.over}
            value={each}
            checked={each === mode}
            onChange={() => onChange(each)}
          />
          {labelByMode[each]}
        </label>
      ))}
    </fieldset>
  );
}

function readMode(): MessageMode {
  const stored = readStored("send-mode");
  return sendModes.find((mode) => mode === stored) ?? "queue";
}
