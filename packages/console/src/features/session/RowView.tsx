/** Draws one row of the transcript: it picks the component and the actions, and decides when it must be drawn again. */
import type { Bot } from "@reef/protocol/bot";
import { assertNever } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import { memo, type ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Boundary } from "../../ui/Boundary.tsx";
import { useCell } from "../../ui/cell.ts";
import { nowMs } from "../../ui/clock.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Markdown } from "../../ui/markdown/Markdown.tsx";
import { Part } from "../../ui/Part.tsx";
import shapes from "../../ui/Shapes.module.css";
import { dayLabel } from "../../ui/time.ts";
import { EntryMenu } from "./EntryMenu.tsx";
import { BotRow, EntryView, Reasoning } from "./EntryView.tsx";
import { OutgoingMessage } from "./OutgoingMessage.tsx";
import type { ReplacedRow } from "./replaced-rows.ts";
import { spawnedSessionId } from "./spawned-session.ts";
import type { OpenTurn } from "./ToolCall.tsx";
import styles from "./Transcript.module.css";
import type { RunRow } from "./tool-runs.ts";
import { seqOfRow, type TranscriptRow } from "./transcript-rows.ts";

const PhaseRow = lazyPart("PhaseRow", () => import("./PhaseRow.tsx"));
const EditMessage = lazyPart("EditMessage", () => import("./EditMessage.tsx"));
const ReplacedLine = lazyPart("ReplacedLine", () => import("./ReplacedLine.tsx"));
const SpawnCell = lazyPart("SpawnCell", () => import("./SpawnCell.tsx"));
const SpawnsHead = lazyPart("SpawnsHead", () => import("./SpawnsHead.tsx"));
const ToolCall = lazyPart("ToolCall", () => import("./ToolCall.tsx"));
const ToolRun = lazyPart("ToolRun", () => import("./ToolRun.tsx"));

/** Loads them ahead, so that they are in place when their session opens. */
export async function readStepsAhead(): Promise<void> {
  await Promise.all([ToolCall, ToolRun, SpawnCell, SpawnsHead].map((part) => part.readAhead()));
}

/** As high as a step, until its code is there. */
const room = <div className={styles.step} />;

export interface RowViewProps {
  readonly sessionId: SessionId;
  readonly row: TranscriptRow;
  readonly bot: Bot | undefined;
  readonly turn: OpenTurn | null;
  /** True if a link led to this row a moment ago. */
  readonly isShownTo: boolean;
  readonly onToggleRun: (run: RunRow | ReplacedRow) => void;
}

export const RowView = memo(function RowView(props: RowViewProps): ReactElement {
  const { row, sessionId, isShownTo } = props;
  const seq = seqOfRow(row);
  return (
    <div
      className={styles.row}
      data-seq={seq ?? undefined}
      data-shown={isShownTo || undefined}
      data-replaced={isReplaced(row) || undefined}
    >
      <Boundary what="This entry" look="line">
        <Row {...props} />
      </Boundary>
      {seq !== null && <EntryMenu sessionId={sessionId} row={row} />}
    </div>
  );
}, isSameRow);

function Row({ row, bot, turn, isShownTo, onToggleRun }: RowViewProps): ReactElement {
  switch (row.type) {
    case "day":
      return (
        <div className={shapes.day}>
          <span>{dayLabel(row.at, nowMs())}</span>
        </div>
      );
    case "new":
      return (
        <div className={`${shapes.day} ${styles.new}`}>
          <span>New</span>
        </div>
      );
    case "entry":
      return <EntryOrEditor entry={row.entry} bot={bot} isHead={row.isHead} />;
    case "thought":
      return (
        <BotRow bot={bot} at={row.entry.at} isHead={row.isHead} isStep>
          <Reasoning entry={row.entry} isInRun={row.isInRun} />
        </BotRow>
      );
    case "tool": {
      const spawnedId = spawnedSessionId(row);
      const { call: made, result, isInRun } = row;
      const call = (
        <Part what="The step" instead={<p>{(made ?? result)?.tool?.name}</p>} fallback={room}>
          <ToolCall call={made} result={result} turn={turn} isFound={isShownTo} isInRun={isInRun} />
        </Part>
      );
      return (
        <BotRow bot={bot} at={(made ?? result)?.at ?? null} isHead={row.isHead} isStep>
          {spawnedId ? (
            <Part what="The session that was started" instead={call} fallback={call}>
              <SpawnCell sessionId={spawnedId} call={made} result={result} isFound={isShownTo} />
            </Part>
          ) : (
            call
          )}
        </BotRow>
      );
    }
    case "run":
      return (
        <BotRow bot={bot} at={row.calls[0]?.call?.at ?? null} isHead={row.isHead} isStep>
          <Part what="The steps" instead={<p>{row.calls.length} steps</p>} fallback={room}>
            <ToolRun row={row} onToggle={() => onToggleRun(row)} />
          </Part>
        </BotRow>
      );
    case "spawns":
      return (
        <BotRow bot={bot} at={row.at} isHead={row.isHead} isStep>
          <Part what="This line" instead={null} fallback={room}>
            <SpawnsHead row={row} />
          </Part>
        </BotRow>
      );
    case "replaced":
      return (
        <Part what="What was replaced" look="line" fallback={<p>Replaced</p>}>
          <ReplacedLine row={row} onToggle={() => onToggleRun(row)} />
        </Part>
      );
    case "live":
      return (
        <BotRow bot={bot} at={null} isHead={row.isHead}>
          <Markdown text={row.text} isLive />
        </BotRow>
      );
    case "phase":
      return (
        <Part what="The progress" instead={null}>
          <PhaseRow phase={row.phase} bot={bot} isHead={row.isHead} />
        </Part>
      );
    case "outgoing":
      return <OutgoingMessage item={row.item} />;
    default:
      return assertNever(row);
  }
}

function EntryOrEditor(props: Parameters<typeof EntryView>[0]): ReactElement {
  const isEdited = useCell(useReef().editing) === props.entry.id;
  const view = <EntryView {...props} />;
  return isEdited ? (
    <Part what="The editor" instead={view} fallback={view}>
      <EditMessage entry={props.entry} />
    </Part>
  ) : (
    view
  );
}

function isReplaced(row: TranscriptRow): boolean {
  const entry = row.type === "tool" ? (row.call ?? row.result) : "entry" in row ? row.entry : null;
  return entry?.replacedBy !== undefined;
}

function isInRun(row: TranscriptRow): boolean {
  return "isInRun" in row && row.isInRun === true;
}

/** Rows are made again with every entry; what they show rarely changes. */
function isSameRow(before: RowViewProps, after: RowViewProps): boolean {
  if (before.bot?.name !== after.bot?.name || before.isShownTo !== after.isShownTo) return false;
  const [a, b] = [before.row, after.row];
  if ((a.type === "entry" && b.type === "entry") || (a.type === "thought" && b.type === "thought")) {
    return a.entry === b.entry && a.isHead === b.isHead && isInRun(a) === isInRun(b);
  }
  if (a.type === "tool" && b.type === "tool") {
    const isSettled = a.result !== null || before.turn === after.turn;
    const isSamePlace = a.isHead === b.isHead && isInRun(a) === isInRun(b);
    return a.call === b.call && a.result === b.result && isSamePlace && isSettled;
  }
  if (a.type === "run" && b.type === "run") {
    return a.key === b.key && a.isOpen === b.isOpen && a.rows.length === b.rows.length && a.isHead === b.isHead;
  }
  if (a.type === "phase" && b.type === "phase") return a.phase === b.phase && a.isHead === b.isHead;
  if (a.type === "spawns" && b.type === "spawns") return a.count === b.count && a.at === b.at && a.isHead === b.isHead;
  if (a.type === "replaced" && b.type === "replaced") return a.notice === b.notice && a.isOpen === b.isOpen;
  if (a.type === "day" && b.type === "day") return a.at === b.at;
  return a === b || (a.type === "new" && b.type === "new");
}
