/** Paints a drawing. States differ by shape as well: filled, outlined, hatched, crossed. Colours are the theme's. */
import type { TurnState } from "@reef/protocol/turn";
import { readRoleColors } from "../../ui/role-color.ts";
import { clockTime } from "../../ui/time.ts";
import type { Lane } from "./lanes.ts";
import { type Arrow, axisHeight, axisTicks, type Drawing, type Mark, timeToX, type View } from "./layout.ts";

export interface Palette {
  readonly line: string;
  readonly text: string;
  readonly faint: string;
  readonly done: string;
  readonly running: string;
  readonly failed: string;
  readonly queued: string;
  readonly needs: string;
  readonly ground: string;
  /** The page's font family. */
  readonly font: string;
}

const tokenByRole = {
  line: "--border-1",
  text: "--text-2",
  faint: "--text-3",
  done: "--quiet",
  running: "--running",
  failed: "--failed",
  queued: "--quiet",
  needs: "--needs",
  ground: "--surface-1",
};

export function readPalette(element: Element): Palette {
  const font = getComputedStyle(element).getPropertyValue("--font") || "sans-serif";
  return { ...readRoleColors(element, tokenByRole), font };
}

const clockSeconds = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export function paint(
  context: CanvasRenderingContext2D,
  {
    drawing,
    lanes,
    view,
    palette,
  }: {
    readonly drawing: Drawing;
    readonly lanes: readonly Lane[];
    readonly view: View;
    readonly palette: Palette;
  },
): void {
  context.clearRect(0, 0, view.width, view.height);
  const ticks = axisTicks(view, 84);
  paintGrid(context, { ticks, lanes, view, palette });
  for (const { turn, x, y, width, height } of drawing.bars) {
    context.fillStyle = barColour(turn.state, palette);
    context.globalAlpha =
      turn.state === "waiting" || turn.state === "cancelled" ? 0.28 : turn.state === "done" ? 0.55 : 1;
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
    if (turn.state === "waiting" || turn.state === "cancelled") {
      context.strokeStyle = barColour(turn.state, palette);
      context.lineWidth = 1;
      context.setLineDash(turn.state === "waiting" ? [3, 2] : []);
      context.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
      context.setLineDash([]);
    }
  }
  for (const arrow of drawing.arrows) paintArrow(context, arrow, palette);
  for (const mark of drawing.marks) paintMark(context, mark, palette);
  paintAxis(context, { ticks, view, palette });
}

function barColour(state: TurnState, palette: Palette): string {
  if (state === "running") return palette.running;
  if (state === "waiting") return palette.queued;
  if (state === "failed") return palette.failed;
  if (state === "cancelled") return palette.faint;
  return palette.done;
}

function paintGrid(
  context: CanvasRenderingContext2D,
  {
    ticks,
    lanes,
    view,
    palette,
  }: {
    readonly ticks: readonly number[];
    readonly lanes: readonly Lane[];
    readonly view: View;
    readonly palette: Palette;
  },
): void {
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const at of ticks) {
    const x = Math.round(timeToX(at, view)) + 0.5;
    context.moveTo(x, axisHeight);
    context.lineTo(x, view.height);
  }
  for (const lane of lanes) {
    const y = Math.round(axisHeight + lane.top + lane.height - view.scrollTop) - 0.5;
    if (y < axisHeight || y > view.height) continue;
    context.moveTo(0, y);
    context.lineTo(view.width, y);
  }
  context.stroke();
  const now = timeToX(view.nowMs, view);
  if (now < 0 || now > view.width) return;
  context.strokeStyle = palette.text;
  context.beginPath();
  context.moveTo(now, axisHeight - 5);
  context.lineTo(now, view.height);
  context.stroke();
}

/** Drawn over the lanes, which scroll beneath it. */
function paintAxis(
  context: CanvasRenderingContext2D,
  { ticks, view, palette }: { readonly ticks: readonly number[]; readonly view: View; readonly palette: Palette },
): void {
  context.clearRect(0, 0, view.width, axisHeight - 5);
  context.font = `11px ${palette.font}`;
  context.textBaseline = "middle";
  context.fillStyle = palette.text;
  const step = (ticks[1] ?? Number.POSITIVE_INFINITY) - (ticks[0] ?? 0);
  for (const at of ticks) {
    const isMidnight = new Date(at).getHours() === 0 && new Date(at).getMinutes() === 0 && step >= 60_000;
    const label = isMidnight ? day.format(at) : step < 60_000 ? clockSeconds.format(at) : clockTime.format(at);
    const x = timeToX(at, view);
    if (x > view.width - 30) continue;
    context.fillText(label, x + 4, 11);
  }
}

function paintArrow(
  context: CanvasRenderingContext2D,
  { message, fromX, fromY, toX, toY }: Arrow,
  palette: Palette,
): void {
  const colour = message.state === "dead" ? palette.failed : palette.queued;
  const isSelf = message.botId === message.fromBotId;
  const reach = isSelf ? 16 : Math.max(10, Math.abs(toY - fromY) / 2) * Math.sign(toY - fromY || 1);
  const direction = isSelf ? -1 : Math.sign(toY - fromY || 1);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = message.purpose === "text" ? 1.5 : 2.25;
  context.setLineDash(message.state === "queued" ? [4, 3] : []);
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.bezierCurveTo(fromX, fromY + reach, toX, toY - (isSelf ? -reach : reach), toX, toY);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(toX, toY);
  context.lineTo(toX - 4, toY - 7 * direction);
  context.lineTo(toX + 4, toY - 7 * direction);
  context.fill();
  context.beginPath();
  context.arc(fromX, fromY, 2.25, 0, 2 * Math.PI);
  context.fill();
  if (message.state === "dead") paintCross(context, toX, toY, palette);
}

function paintMark(context: CanvasRenderingContext2D, mark: Mark, palette: Palette): void {
  if (mark.type === "failure") {
    paintCross(context, mark.x, mark.y, palette);
    return;
  }
  if (mark.type === "refusal") {
    paintRefusal(context, mark, palette);
    return;
  }
  if (mark.type === "bundle") {
    paintBundle(context, mark, palette);
    return;
  }
  const { x, y, ask } = mark;
  context.beginPath();
  context.moveTo(x, y - 5);
  context.lineTo(x + 5.5, y + 4.5);
  context.lineTo(x - 5.5, y + 4.5);
  context.closePath();
  context.fillStyle = ask.state === "open" ? palette.needs : palette.ground;
  context.strokeStyle = palette.needs;
  context.lineWidth = 1.25;
  context.fill();
  context.stroke();
}

/** Draws the number of messages to itself at one place. */
function paintBundle(
  context: CanvasRenderingContext2D,
  { x, y, messages }: Extract<Mark, { readonly type: "bundle" }>,
  palette: Palette,
): void {
  const label = messages.length > 99 ? "99+" : String(messages.length);
  const isDead = messages.some(({ state }) => state === "dead");
  context.font = `600 11px ${palette.font}`;
  const half = Math.max(8, context.measureText(label).width / 2 + 4);
  context.beginPath();
  context.roundRect(x - half, y - 7, 2 * half, 14, 7);
  context.fillStyle = palette.ground;
  context.strokeStyle = isDead ? palette.failed : palette.queued;
  context.lineWidth = 1.25;
  context.fill();
  context.stroke();
  context.fillStyle = isDead ? palette.failed : palette.queued;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, x, y + 0.5);
  context.textAlign = "start";
  context.textBaseline = "alphabetic";
}

/** Draws a barred circle where a message was refused. */
function paintRefusal(context: CanvasRenderingContext2D, { x, y }: { x: number; y: number }, palette: Palette): void {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = palette.ground;
  context.fill();
  context.moveTo(x - 3, y + 3);
  context.lineTo(x + 3, y - 3);
  context.strokeStyle = palette.failed;
  context.lineWidth = 1.75;
  context.stroke();
}

function paintCross(context: CanvasRenderingContext2D, x: number, y: number, palette: Palette): void {
  context.beginPath();
  for (const slope of [1, -1]) {
    context.moveTo(x - 4, y - 4 * slope);
    context.lineTo(x + 4, y + 4 * slope);
  }
  context.strokeStyle = palette.ground;
  context.lineWidth = 5;
  context.stroke();
  context.strokeStyle = palette.failed;
  context.lineWidth = 2.25;
  context.stroke();
}
