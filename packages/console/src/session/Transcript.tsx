/**
 * The transcript: a virtual list that opens at its end, follows new text unless the reader scrolled up, and reads
 * older entries on the way up without a jump. What is painted does not depend on how long the transcript is.
 */
import type { Bot } from "@reef/protocol/bot";
import { assertNever } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import { memo, type ReactElement, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { EntryWindow } from "../cache.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { loadOlder } from "../queries.ts";
import { useReef } from "../reef.ts";
import { dayLabel } from "../ui/time.ts";
import { BotRow, EntryView } from "./EntryView.tsx";
import { OutgoingMessage } from "./OutgoingMessage.tsx";
import { type OpenTurn, ToolCall } from "./ToolCall.tsx";
import styles from "./Transcript.module.css";
import { entriesToRows, type TranscriptRow, withTail } from "./transcript-rows.ts";
import { useTail } from "./use-tail.ts";

const nearEndPx = 48;
const readOlderWithinPx = 900;

export interface TranscriptProps {
  readonly sessionId: SessionId;
  readonly bot: Bot | undefined;
  readonly window: EntryWindow;
  readonly turn: OpenTurn | null;
  /** The newest entry is in view, or no longer. */
  readonly onAtEnd: (isAtEnd: boolean) => void;
}

export function Transcript({ sessionId, bot, window: entryWindow, turn, onAtEnd }: TranscriptProps): ReactElement {
  const { reads } = useReef();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const isFollowing = useRef(true);
  const lastOffset = useRef(0);
  const isReadingOlder = useRef(false);
  const [isEndHidden, setEndHidden] = useState(false);
  const entryRows = useMemo(() => entriesToRows(entryWindow.items), [entryWindow.items]);
  const tail = useTail(sessionId, entryWindow.items);
  const rows = useMemo(() => withTail(entryRows, tail), [entryRows, tail]);

  // Rows were added above: the list must keep its distance from the end, in the very render that adds them.
  const firstSeq = entryWindow.items[0]?.seq ?? 0;
  const shownFirstSeq = useRef(firstSeq);
  const isPrepended = firstSeq < shownFirstSeq.current;
  useLayoutEffect(() => {
    shownFirstSeq.current = firstSeq;
  }, [firstSeq]);

  const goToEnd = useCallback(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const follow = useCallback(
    (isOn: boolean) => {
      if (isFollowing.current === isOn) return;
      isFollowing.current = isOn;
      setEndHidden(!isOn);
      onAtEnd(isOn);
    },
    [onAtEnd],
  );

  useLayoutEffect(() => {
    if (rows.length > 0 && isFollowing.current) goToEnd();
  }, [rows, goToEnd]);

  const readOlder = useCallback(() => {
    if (isReadingOlder.current || entryWindow.atStart) return;
    isReadingOlder.current = true;
    void loadOlder(reads, sessionId)
      .catch(() => undefined) // scrolling further asks again
      .finally(() => {
        isReadingOlder.current = false;
      });
  }, [reads, sessionId, entryWindow.atStart]);

  // A first page of folded rows may not fill the screen; then no scroll would ever ask for more.
  useEffect(() => {
    const handle = list.current;
    if (handle && firstSeq > 1 && handle.scrollSize <= handle.viewportSize + 1) readOlder();
  }, [firstSeq, readOlder]);

  const onScroll = (offset: number): void => {
    const element = scroller.current;
    if (!element) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx;
    if (isAtEnd) follow(true);
    // Only the reader moves up by itself; growing text moves the end down and leaves the offset.
    else if (offset < lastOffset.current - 1) follow(false);
    lastOffset.current = offset;
    if (offset < readOlderWithinPx) readOlder();
  };

  return (
    <div className={styles.place}>
      <div
        ref={scroller}
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        role="log"
        aria-label="Transcript"
        data-testid="transcript"
      >
        <div className={styles.filler} />
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={rows}
          shift={isPrepended}
          bufferSize={600}
          onScroll={onScroll}
          onResize={() => {
            if (isFollowing.current) goToEnd();
          }}
        >
          {(row) => <Row key={row.key} row={row} bot={bot} turn={turn} />}
        </Virtualizer>
        <div className={styles.end} />
      </div>
      {isEndHidden && (
        <button
          type="button"
          className={styles.jump}
          onClick={() => {
            follow(true);
            goToEnd();
          }}
        >
          ↓ Jump to newest
        </button>
      )}
    </div>
  );
}

const Row = memo(function Row({
  row,
  bot,
  turn,
}: {
  readonly row: TranscriptRow;
  readonly bot: Bot | undefined;
  readonly turn: OpenTurn | null;
}): ReactElement {
  return <div className={styles.row}>{renderRow({ row, bot, turn })}</div>;
}, isSameRow);

function renderRow({
  row,
  bot,
  turn,
}: {
  readonly row: TranscriptRow;
  readonly bot: Bot | undefined;
  readonly turn: OpenTurn | null;
}): ReactElement {
  switch (row.type) {
    case "day":
      return (
        <div className={styles.day}>
          <span>{dayLabel(row.at)}</span>
        </div>
      );
    case "entry":
      return <EntryView entry={row.entry} bot={bot} isHead={row.isHead} />;
    case "tool":
      return (
        <BotRow bot={bot} at={(row.call ?? row.result)?.at ?? null} isHead={row.isHead}>
          <ToolCall call={row.call} result={row.result} turn={turn} />
        </BotRow>
      );
    case "live":
      return (
        <BotRow bot={bot} at={null} isHead={row.isHead}>
          <Markdown text={row.text} isLive />
        </BotRow>
      );
    case "outgoing":
      return <OutgoingMessage item={row.item} />;
    default:
      return assertNever(row);
  }
}

interface RowProps {
  readonly row: TranscriptRow;
  readonly bot: Bot | undefined;
  readonly turn: OpenTurn | null;
}

/** Rows are made anew with every entry; what they show rarely changes. */
function isSameRow(before: RowProps, after: RowProps): boolean {
  if (before.bot?.name !== after.bot?.name) return false;
  const [a, b] = [before.row, after.row];
  if (a.type === "entry" && b.type === "entry") return a.entry === b.entry && a.isHead === b.isHead;
  if (a.type === "tool" && b.type === "tool") {
    const isSettled = a.result !== null || before.turn === after.turn;
    return a.call === b.call && a.result === b.result && a.isHead === b.isHead && isSettled;
  }
  if (a.type === "day" && b.type === "day") return a.at === b.at;
  return a === b;
}
