/** Bots on a circle, an arrow for each pair, as thick as they write often. The list beside it says the same in words. */
import type { BotId } from "@reef/protocol/ids";
import type { Traffic } from "@reef/protocol/overview";
import type { ReactElement } from "react";
import styles from "./LinksView.module.css";

const size = 420;
const centre = size / 2;
const radius = 150;
const nodeRadius = 15;
/** More names than this on a circle cannot be read; the list has them all. */
const maxNodes = 24;

interface Point {
  readonly x: number;
  readonly y: number;
}

export function TrafficGraph({
  traffic,
  nameOf,
}: {
  readonly traffic: readonly Traffic[];
  readonly nameOf: (id: BotId) => string;
}): ReactElement {
  const ids = [...new Set(traffic.flatMap(({ fromBotId, toBotId }) => [fromBotId, toBotId]))].slice(0, maxNodes);
  const sorted = ids.sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const places = new Map(sorted.map((id, index) => [id, placeOnCircle(index, sorted.length)]));
  const most = Math.max(...traffic.map(({ count }) => count));
  const drawn = traffic.filter(({ fromBotId, toBotId }) => places.has(fromBotId) && places.has(toBotId));
  const label = `${sorted.length} bots, ${drawn.length} pairs that write; the same as the list that follows`;
  return (
    <svg className={styles.graph} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      {drawn.map(({ fromBotId, toBotId, count, dead }) => {
        const width = 1.25 + 5 * Math.sqrt(count / most);
        const [from, to] = [places.get(fromBotId), places.get(toBotId)];
        if (!from || !to) return null;
        const { line, head } = fromBotId === toBotId ? loop(from) : arrow(from, to, width);
        return (
          <g key={`${fromBotId} ${toBotId}`} className={styles.edge} data-dead={dead > 0 || undefined}>
            <title>{`${nameOf(fromBotId)} → ${nameOf(toBotId)}: ${count}${dead > 0 ? `, ${dead} dead` : ""}`}</title>
            <path d={line} strokeWidth={width} />
            <path className={styles.head} d={head} />
          </g>
        );
      })}
      {sorted.map((id) => {
        const { x, y } = places.get(id) ?? { x: 0, y: 0 };
        const isRight = x >= centre - 1;
        const isMiddle = Math.abs(x - centre) < 20;
        const labelY = isMiddle ? y + (y < centre ? -nodeRadius - 8 : nodeRadius + 18) : y + 5;
        return (
          <g key={id}>
            <circle className={styles.node} cx={x} cy={y} r={nodeRadius} />
            <text className={styles.initial} x={x} y={y + 4.5} textAnchor="middle">
              {nameOf(id).slice(0, 1).toUpperCase()}
            </text>
            <text
              className={styles.nodeName}
              x={isMiddle ? x : x + (isRight ? nodeRadius + 6 : -nodeRadius - 6)}
              y={labelY}
              textAnchor={isMiddle ? "middle" : isRight ? "start" : "end"}
            >
              {nameOf(id).slice(0, 14)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function placeOnCircle(index: number, count: number): Point {
  const angle = (index / count) * 2 * Math.PI - Math.PI / 2;
  const reach = count === 1 ? 0 : radius;
  return { x: centre + reach * Math.cos(angle) * 0.86, y: centre + reach * Math.sin(angle) };
}

/** Bent to one side, so that the two directions of a pair lie apart. */
function arrow(from: Point, to: Point, width: number): { readonly line: string; readonly head: string } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const long = Math.hypot(dx, dy) || 1;
  const bend = Math.min(34, long / 5);
  const middle = { x: (from.x + to.x) / 2 - (dy / long) * bend, y: (from.y + to.y) / 2 + (dx / long) * bend };
  const start = towards(from, middle, nodeRadius + 2);
  const headSize = 7 + 1.7 * width;
  const tip = towards(to, middle, nodeRadius + 2);
  const end = towards(to, middle, nodeRadius + 2 + headSize * 0.8);
  return {
    line: `M${start.x} ${start.y}Q${middle.x} ${middle.y} ${end.x} ${end.y}`,
    head: headAt(tip, { x: tip.x - middle.x, y: tip.y - middle.y }, headSize),
  };
}

/** A bot that writes to its own other sessions. */
function loop({ x, y }: Point): { readonly line: string; readonly head: string } {
  const out = Math.hypot(x - centre, y - centre) || 1;
  const [ux, uy] = [(centre - x) / out, (centre - y) / out];
  const base = { x: x + ux * (nodeRadius + 2), y: y + uy * (nodeRadius + 2) };
  const far = { x: x + ux * 62, y: y + uy * 62 };
  const [sx, sy] = [-uy * 26, ux * 26];
  return {
    line: `M${base.x} ${base.y}C${far.x + sx} ${far.y + sy} ${far.x - sx} ${far.y - sy} ${base.x - uy * -6} ${base.y - ux * 6}`,
    head: headAt(base, { x: -ux + uy * 0.5, y: -uy - ux * 0.5 }, 8),
  };
}

function towards(from: Point, to: Point, by: number): Point {
  const long = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / long) * by, y: from.y + ((to.y - from.y) / long) * by };
}

function headAt(tip: Point, along: Point, headSize: number): string {
  const long = Math.hypot(along.x, along.y) || 1;
  const [ux, uy] = [along.x / long, along.y / long];
  const back = { x: tip.x - ux * headSize, y: tip.y - uy * headSize };
  const half = headSize * 0.5;
  return `M${tip.x} ${tip.y}L${back.x - uy * half} ${back.y + ux * half}L${back.x + uy * half} ${back.y - ux * half}Z`;
}
