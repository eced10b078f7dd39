/**
 * Draws the transcript: at first its end alone, as it is (see TranscriptEnd); then a virtual list that opens at its
 * end, follows new text unless the reader scrolled up, and reads older entries on the way up without a jump. The work
 * of painting does not depend on how long the transcript is.
 */
import type { Bot } from "@reef/protocol/bot";
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { type ReactElement, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { EntryWindow } from "../../data/cache.ts";
import { loadOlder } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import type { EntryTarget } from "./entry-address.ts";
import { headSpawns } from "./head-spawns.ts";
import { RowView } from "./RowView.tsx";
import { firstSeqOf, foldReplaced, isInReplaced, type ReplacedRow } from "./replaced-rows.ts";
import type { OpenTurn } from "./ToolCall.tsx";
import styles from "./Transcript.module.css";
import { TranscriptEnd, useOpening } from "./TranscriptEnd.tsx";
import { foldRuns, isInRun, type RunRow } from "./tool-runs.ts";
import { entriesToRows, seqOfRow, type TranscriptRow, withTail } from "./transcript-rows.ts";
import { Unfolded } from "./unfolded.ts";
import { useEntryInView } from "./use-entry-in-view.ts";
import { useFollowEnd } from "./use-follow-end.ts";
import { useTail } from "./use-tail.ts";

const readOlderWithinPx = 900;
/** A linked entry this near to the end counts as the end. */
const nearEndPx = 48;

export interface TranscriptProps {
  readonly sessionId: SessionId;
  readonly bot: Bot | undefined;
  readonly window: EntryWindow;
  readonly turn: OpenTurn | null;
  /** The entry to show, in a new object each time. */
  readonly target: EntryTarget | null;
  /** How far a person had read when the session was opened; null when there was nothing new. */
  readonly readSeq: number | null;
  /** Messages that are shown as waiting above the composer. */
  readonly waiting: readonly Message[];
  readonly onShow: (target: EntryTarget) => void;
  /** Called when the newest entry comes into view, or leaves it. */
  readonly onAtEnd: (isAtEnd: boolean) => void;
}

export function Transcript(props: TranscriptProps): ReactElement {
  const { sessionId, window: entryWindow, readSeq, target, waiting } = props;
  const { openSeqs, toggleRun } = useOpenRuns(target);
  const plainRows = useMemo(() => entriesToRows(entryWindow.items, readSeq), [entryWindow.items, readSeq]);
  const tail = useTail(sessionId, { entries: entryWindow.items, waiting });
  const isAnswered = Boolean(tail.live?.text);
  const entryRows = useMemo(
    () => headSpawns(foldRuns(foldReplaced(plainRows, entryWindow.items, openSeqs), openSeqs, isAnswered)),
    [plainRows, entryWindow.items, openSeqs, isAnswered],
  );
  const rows = useMemo(() => withTail(entryRows, tail), [entryRows, tail]);
  const { isOpening, endOpening, hold } = useOpening(target === null);
  const [unfolded] = useState(() => new Map<string, boolean>());
  return (
    <Unfolded value={unfolded}>
      {isOpening && target === null ? (
        <TranscriptEnd {...props} rows={rows} onTouch={endOpening} onPress={hold} onToggleRun={toggleRun} />
      ) : (
        <TranscriptList {...props} entryRows={entryRows} rows={rows} onToggleRun={toggleRun} />
      )}
    </Unfolded>
  );
}

function TranscriptList({
  sessionId,
  bot,
  window: entryWindow,
  turn,
  target,
  readSeq,
  entryRows,
  rows,
  onShow,
  onAtEnd,
  onToggleRun,
}: TranscriptProps & {
  readonly entryRows: readonly TranscriptRow[];
  /** With the messages and live text after them. */
  readonly rows: readonly TranscriptRow[];
  readonly onToggleRun: (run: RunRow | ReplacedRow) => void;
}): ReactElement {
  const { reads, outbox } = useReef();
  const list = useRef<VirtualizerHandle>(null);
  const isReadingOlder = useRef(false);
  const [isEndHidden, setEndHidden] = useState(target !== null);
  const [isNewAbove, setNewAbove] = useState(false);

  // Rows were added above: the list must keep its distance from the end, in the very render that adds them.
  const firstSeq = entryWindow.items[0]?.seq ?? 0;
  const shownFirstSeq = useRef(firstSeq);
  const isPrepended = firstSeq < shownFirstSeq.current;
  useLayoutEffect(() => {
    shownFirstSeq.current = firstSeq;
  }, [firstSeq]);

  const { scroller, end, floor, follow, settle, onScroll, aim } = useFollowEnd({
    startsFollowing: target === null,
    onChange: useCallback(
      (isOn: boolean) => {
        setEndHidden(!isOn);
        onAtEnd(isOn);
      },
      [onAtEnd],
    ),
  });

  // Writers want to see what they wrote. The outbox is watched directly: on a fast line it has arrived before the next
  // drawing.
  useLayoutEffect(() => {
    const newest = () => outbox.items.get().findLast((item) => item.sessionId === sessionId);
    let followed = newest()?.writtenAtMs ?? 0;
    return outbox.items.subscribe(() => {
      const item = newest();
      if (!item || item.writtenAtMs <= followed) return;
      followed = item.writtenAtMs;
      follow(true);
    });
  }, [outbox, sessionId, follow]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows have another height
  useLayoutEffect(settle, [rows, settle]);

  const leaveEnd = useCallback(() => follow(false), [follow]);
  const toggleRun = useCallback(
    (run: RunRow | ReplacedRow) => {
      // Unfolding pushes the end away; a person who looks inside wants to stay here.
      if (!run.isOpen) leaveEnd();
      onToggleRun(run);
    },
    [leaveEnd, onToggleRun],
  );
  const joinEnd = useCallback(() => {
    const element = scroller.current;
    if (element && element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx) follow(true);
  }, [scroller, follow]);
  const { markedIndex } = useEntryInView({
    sessionId,
    target,
    rows,
    window: entryWindow,
    list,
    onLeave: leaveEnd,
    onArrive: joinEnd,
  });

  // The first new entry may be above what the end of the transcript shows.
  const newIndex = useMemo(() => entryRows.findIndex(({ type }) => type === "new"), [entryRows]);
  const lookForNew = useCallback(() => {
    const handle = list.current;
    if (handle) setNewAbove(newIndex >= 0 && handle.getItemOffset(newIndex) < handle.scrollOffset - 1);
  }, [newIndex]);
  useEffect(() => {
    const frame = requestAnimationFrame(lookForNew);
    return () => cancelAnimationFrame(frame);
  }, [lookForNew]);

  const showNew = (): void => {
    const row = entryRows[newIndex + 1];
    const isLoaded = readSeq !== null && firstSeq <= readSeq + 1;
    const seq = isLoaded && row ? seqOfRow(row) : null;
    onShow({ seq: seq ?? (readSeq ?? 0) + 1 });
  };

  const readOlder = useCallback(() => {
    if (isReadingOlder.current || entryWindow.atStart) return;
    isReadingOlder.current = true;
    void loadOlder(reads, sessionId)
      .catch(() => undefined) // scrolling further asks again
      .finally(() => {
        isReadingOlder.current = false;
      });
  }, [reads, sessionId, entryWindow.atStart]);

  // A first page of folded rows may not fill the screen; then no scroll would ever load more.
  useEffect(() => {
    const handle = list.current;
    if (handle && firstSeq > 1 && handle.scrollSize <= handle.viewportSize + 1) readOlder();
  }, [firstSeq, readOlder]);

  const onListScroll = (offset: number): void => {
    onScroll();
    if (offset < readOlderWithinPx) readOlder();
    if (isNewAbove) lookForNew();
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
        {...aim}
      >
        <div className={styles.filler} />
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={rows}
          shift={isPrepended}
          bufferSize={600}
          onScroll={onListScroll}
          onResize={settle}
        >
          {(row, index) => (
            <RowView
              key={row.key}
              sessionId={sessionId}
              row={row}
              bot={bot}
              turn={turn}
              isShownTo={index === markedIndex}
              onToggleRun={toggleRun}
            />
          )}
        </Virtualizer>
        <div ref={end} className={styles.end} />
        <div ref={floor} className={styles.floor} />
      </div>
      {isNewAbove && (
        <button type="button" className={styles.toNew} onClick={showNew}>
          ↑ Jump to first unread
        </button>
      )}
      {isEndHidden && (
        <button type="button" className={styles.jump} onClick={() => follow(true)}>
          ↓ Jump to newest
        </button>
      )}
    </div>
  );
}

/** Decides which runs of calls are open: those a person opened, and those with an entry that a link led to. */
function useOpenRuns(target: EntryTarget | null): {
  readonly openSeqs: ReadonlySet<number>;
  readonly toggleRun: (run: RunRow | ReplacedRow) => void;
} {
  const [openSeqs, setOpenSeqs] = useState<ReadonlySet<number>>(() => new Set(target ? [target.seq] : []));
  const [shown, setShown] = useState(target);
  // In the render that goes there: the entry must have its row in it.
  if (shown !== target) {
    setShown(target);
    if (target) setOpenSeqs(new Set([...openSeqs, target.seq]));
  }
  const toggleRun = useCallback(
    (run: RunRow | ReplacedRow) =>
      setOpenSeqs((before) => {
        const isIn = (seq: number) => (run.type === "run" ? isInRun(run, seq) : isInReplaced(run, seq));
        const others = [...before].filter((seq) => !isIn(seq));
        const first = run.type === "run" ? run.calls[0]?.call?.seq : firstSeqOf(run);
        return new Set(run.isOpen || first === undefined ? others : [...others, first]);
      }),
    [],
  );
  return { openSeqs, toggleRun };
}
