/**
 * Reads what the timeline's canvas has painted: its shapes are recorded as they are drawn, and compared with what
 * happened.
 */
import type { BotId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Turn } from "@reef/protocol/turn";
import type { ConsolePage } from "./console-page.ts";

interface Recorded {
  readonly bars: readonly { readonly x: number; readonly y: number; readonly width: number }[];
  readonly arrows: readonly {
    readonly fromX: number;
    readonly fromY: number;
    readonly toX: number;
    readonly toY: number;
  }[];
}

/**
 * Keeps, as a script for the page, what was painted last. Bars are the only filled rectangles, arrows the only curves.
 */
export const recordCanvas = `{
  const prototype = CanvasRenderingContext2D.prototype;
  const { clearRect, fillRect, moveTo, bezierCurveTo } = prototype;
  let bars = [];
  let arrows = [];
  let [penX, penY] = [0, 0];
  prototype.clearRect = function (x, y, width, height) {
    if (height > 100) {
      bars = [];
      arrows = [];
      Object.assign(window, { painted: { bars, arrows } });
    }
    clearRect.call(this, x, y, width, height);
  };
  prototype.fillRect = function (x, y, width, height) {
    bars.push({ x, y, width });
    fillRect.call(this, x, y, width, height);
  };
  prototype.moveTo = function (x, y) {
    [penX, penY] = [x, y];
    moveTo.call(this, x, y);
  };
  prototype.bezierCurveTo = function (...to) {
    arrows.push({ fromX: penX, fromY: penY, toX: to[4], toY: to[5] });
    bezierCurveTo.apply(this, to);
  };
}`;

export interface Drawn extends Recorded {
  readonly lanes: readonly { readonly botId: string; readonly top: number; readonly bottom: number }[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
}

/** Needs `recordCanvas` in the page from its start. */
export function drawnOn({ page }: ConsolePage): Promise<Drawn> {
  return page.evaluate<Drawn>(`(() => {
    const canvas = document.querySelector("canvas[data-to]");
    const top = canvas.getBoundingClientRect().top;
    const lanes = [...document.querySelectorAll("[data-lane]")].map((lane) => {
      const bounds = lane.getBoundingClientRect();
      return { botId: lane.dataset.lane, top: bounds.top - top, bottom: bounds.bottom - top };
    });
    const [fromMs, toMs] = [Number(canvas.dataset.from), Number(canvas.dataset.to)];
    return { ...window.painted, lanes, fromMs, toMs, width: canvas.clientWidth };
  })()`);
}

function isIn(y: number, lane: { readonly top: number; readonly bottom: number } | undefined): boolean {
  return lane !== undefined && y >= lane.top && y <= lane.bottom;
}

/**
 * Lists the turns and messages without a bar or arrow at their times and bots. Empty means that all of them are drawn, and
 * nothing else.
 */
export function missingFromDrawing(
  drawn: Drawn,
  {
    turns,
    messages,
    botOf,
  }: {
    readonly turns: readonly Turn[];
    readonly messages: readonly Message[];
    readonly botOf: (message: Message) => BotId | undefined;
  },
): readonly string[] {
  const xOf = (iso: string): number => ((Date.parse(iso) - drawn.fromMs) / (drawn.toMs - drawn.fromMs)) * drawn.width;
  const isAt = (x: number, iso: string): boolean => Math.abs(x - xOf(iso)) < 1;
  const laneOf = (botId: string | undefined) => drawn.lanes.find((lane) => lane.botId === botId);
  const missing: string[] = [];
  for (const turn of turns) {
    const width = turn.endedAt === null ? null : Math.max(2, xOf(turn.endedAt) - xOf(turn.startedAt));
    const isDrawn = drawn.bars.some(
      (bar) =>
        isAt(bar.x, turn.startedAt) &&
        isIn(bar.y, laneOf(turn.botId)) &&
        (width === null || Math.abs(bar.width - width) < 1),
    );
    if (!isDrawn) missing.push(`turn ${turn.id}`);
  }
  for (const message of messages) {
    const { from, receipts } = message;
    const [sender, receiver] = [laneOf(from.kind === "session" ? from.botId : undefined), laneOf(botOf(message))];
    const isDrawn = drawn.arrows.some(
      (arrow) =>
        isAt(arrow.fromX, receipts.acceptedAt) &&
        isAt(arrow.toX, receipts.deliveredAt ?? receipts.acceptedAt) &&
        isIn(arrow.fromY, sender) &&
        isIn(arrow.toY, receiver),
    );
    if (!isDrawn) missing.push(`message ${message.id}`);
  }
  if (drawn.bars.length !== turns.length) missing.push(`${drawn.bars.length} bars for ${turns.length} turns`);
  if (drawn.arrows.length !== messages.length)
    missing.push(`${drawn.arrows.length} arrows for ${messages.length} messages`);
  return missing;
}
