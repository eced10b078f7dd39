/**
 * Computes what of the lanes is in view and where, as plain shapes: the canvas paints exactly these, and the pointer
 * finds exactly these. Times become positions here and nowhere else.
 */
import type { TimelineAsk, TimelineMessage, TimelineRefusal, TimelineTurn } from "@reef/protocol/overview";
import { barHeight, type Lane, rowHeight } from "./lanes.ts";
import type { TimelineState } from "./timeline-state.ts";

export interface View {
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the canvas, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels of lanes above the canvas. */
  readonly scrollTop: number;
  readonly nowMs: number;
}

export interface Bar {
  readonly turn: TimelineTurn;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Arrow {
  readonly message: TimelineMessage;
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

export type Mark = { readonly x: number; readonly y: number } & (
  | { readonly type: "ask"; readonly ask: TimelineAsk }
  | { readonly type: "failure"; readonly turn: TimelineTurn }
  | { readonly type: "refusal"; readonly refusal: TimelineRefusal }
  | { readonly type: "bundle"; readonly messages: readonly TimelineMessage[] }
);

export interface Drawing {
  readonly bars: readonly Bar[];
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
}

/** Height of the scale above the lanes. */
export const axisHeight = 26;
/** The shortest turn can still be seen and hit. */
const minBarWidth = 2;

export function timeToX(ms: number, { fromMs, toMs, width }: Pick<View, "fromMs" | "toMs" | "width">): number {
  return ((ms - fromMs) / (toMs - fromMs)) * width;
}

export function layoutView(state: TimelineState, lanes: readonly Lane[], view: View): Drawing {
  const bars: Bar[] = [];
  const marks: Mark[] = [];
  const topOf = (lane: Lane): number => axisHeight + lane.top - view.scrollTop;
  const laneByBot = new Map(lanes.map((lane) => [lane.botId, lane]));
  for (const lane of lanes) {
    const top = topOf(lane);
    if (top + lane.height < axisHeight || top > view.height) continue;
    const firstRow = top + (lane.height - lane.rows * rowHeight) / 2;
    for (const { turn, startMs, endMs, row } of lane.turns) {
      if (startMs > view.toMs || (endMs ?? view.nowMs) < view.fromMs) continue;
      const x = timeToX(startMs, view);
      const end = timeToX(endMs ?? Math.max(view.nowMs, startMs), view);
      const y = firstRow + row * rowHeight + (rowHeight - barHeight) / 2;
      bars.push({ turn, x, y, width: Math.max(minBarWidth, end - x), height: barHeight });
      if (turn.state === "failed") marks.push({ type: "failure", turn, x: end, y: y + barHeight / 2 });
    }
  }
  for (const ask of state.asks.values()) {
    const lane = laneByBot.get(ask.botId);
    const atMs = Date.parse(ask.createdAt);
    if (!lane || atMs < view.fromMs || atMs > view.toMs) continue;
    const top = topOf(lane);
    if (top + lane.height >= axisHeight && top <= view.height) {
      marks.push({ type: "ask", ask, x: timeToX(atMs, view), y: top + 7 });
    }
  }
  for (const refusal of state.refusals.values()) {
    const lane = laneByBot.get(refusal.botId);
    const atMs = Date.parse(refusal.at);
    if (!lane || atMs < view.fromMs || atMs > view.toMs) continue;
    const top = topOf(lane);
    if (top + lane.height >= axisHeight && top <= view.height) {
      // Below the turns, where an arrow would have left.
      marks.push({ type: "refusal", refusal, x: timeToX(atMs, view), y: top + lane.height - 7 });
    }
  }
  const { arrows, bundles } = bundleOwn(layoutArrows(state, { laneByBot, topOf, view }));
  return { bars, marks: [...marks, ...bundles], arrows };
}

/** From the edge of the sender's lane, when it was accepted, to the edge of the receiver's, when it was delivered. */
function layoutArrows(
  state: TimelineState,
  {
    laneByBot,
    topOf,
    view,
  }: {
    readonly laneByBot: ReadonlyMap<string, Lane>;
    readonly topOf: (lane: Lane) => number;
    readonly view: View;
  },
): readonly Arrow[] {
  const arrows: Arrow[] = [];
  for (const message of state.messages.values()) {
    const [from, to] = [laneByBot.get(message.fromBotId), laneByBot.get(message.botId)];
    if (!from || !to) continue;
    const sentMs = Date.parse(message.receipts.acceptedAt);
    const deliveredMs = message.receipts.deliveredAt ? Date.parse(message.receipts.deliveredAt) : sentMs;
    if (deliveredMs < view.fromMs || sentMs > view.toMs) continue;
    const isDown = to.top >= from.top;
    const [fromY, toY] = [edgeOf(from, isDown, topOf), edgeOf(to, !isDown, topOf)];
    if (Math.max(fromY, toY) < axisHeight || Math.min(fromY, toY) > view.height) continue;
    arrows.push({ message, fromX: timeToX(sentMs, view), fromY, toX: timeToX(deliveredMs, view), toY });
  }
  return arrows;
}

/** Messages of a bot to itself within fewer pixels than this become one mark: curves over each other can't be read. */
const bundleWidth = 18;

function bundleOwn(all: readonly Arrow[]): { readonly arrows: readonly Arrow[]; readonly bundles: readonly Mark[] } {
  const isOwn = ({ message }: Arrow): boolean => message.fromBotId === message.botId;
  const arrows = all.filter((arrow) => !isOwn(arrow));
  const bundles: Mark[] = [];
  const close = (group: readonly Arrow[]): void => {
    const [first] = group;
    if (!first) return;
    if (group.length === 1) arrows.push(first);
    else {
      const x = group.reduce((sum, { toX }) => sum + toX, 0) / group.length;
      bundles.push({ type: "bundle", x, y: first.fromY + 3, messages: group.map(({ message }) => message) });
    }
  };
  let group: Arrow[] = [];
  const own = all.filter(isOwn).sort((a, b) => a.fromY - b.fromY || a.toX - b.toX);
  for (const arrow of own) {
    const first = group[0];
    if (first && (first.fromY !== arrow.fromY || arrow.toX - first.toX > bundleWidth)) {
      close(group);
      group = [];
    }
    group.push(arrow);
  }
  close(group);
  return { arrows, bundles };
}

function edgeOf(lane: Lane, isBottom: boolean, topOf: (lane: Lane) => number): number {
  const middle = topOf(lane) + lane.height / 2;
  const half = (lane.rows * rowHeight) / 2;
  return isBottom ? middle + half : middle - half;
}

export type Hit =
  | { readonly type: "turn"; readonly turn: TimelineTurn }
  | { readonly type: "ask"; readonly ask: TimelineAsk }
  | { readonly type: "refusal"; readonly refusal: TimelineRefusal }
  | { readonly type: "message"; readonly message: TimelineMessage }
  | { readonly type: "bundle"; readonly messages: readonly TimelineMessage[] };

/** Returns what is under the pointer; what is painted last is found first. */
export function findHit({ bars, arrows, marks }: Drawing, x: number, y: number): Hit | null {
  for (const mark of marks) {
    if (Math.hypot(mark.x - x, mark.y - y) > 8) continue;
    if (mark.type === "bundle") return { type: "bundle", messages: mark.messages };
    if (mark.type === "refusal") return { type: "refusal", refusal: mark.refusal };
    return mark.type === "ask" ? { type: "ask", ask: mark.ask } : { type: "turn", turn: mark.turn };
  }
  for (const { message, fromX, fromY, toX, toY } of arrows) {
    if (Math.hypot(toX - x, toY - y) <= 6 || Math.hypot(fromX - x, fromY - y) <= 5) return { type: "message", message };
  }
  const bar = bars.findLast((each) => {
    return x >= each.x - 2 && x <= each.x + each.width + 2 && y >= each.y - 2 && y <= each.y + each.height + 2;
  });
  return bar ? { type: "turn", turn: bar.turn } : null;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400].map(
  (seconds) => seconds * 1000,
);

/** Returns round moments of the local day, at least `minGap` pixels apart. */
export function axisTicks(view: Pick<View, "fromMs" | "toMs" | "width">, minGap: number): readonly number[] {
  const span = view.toMs - view.fromMs;
  const step = steps.find((each) => (each / span) * view.width >= minGap) ?? 86_400_000;
  const offsetMs = new Date(view.fromMs).getTimezoneOffset() * 60_000;
  const ticks: number[] = [];
  const first = Math.ceil((view.fromMs - offsetMs) / step) * step + offsetMs;
  for (let at = first; at <= view.toMs; at += step) ticks.push(at);
  return ticks;
}
