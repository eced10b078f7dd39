/** Places bots and their arrows in the graph: each box as wide as its name, laid out so that none covers another. */
import { Graph, layout } from "@dagrejs/dagre";
import type { BotId } from "@reef/protocol/ids";
import type { Traffic } from "@reef/protocol/overview";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBot extends Point {
  readonly id: BotId;
  readonly name: string;
  readonly width: number;
}

export interface PlacedPair {
  readonly traffic: Traffic;
  readonly points: readonly Point[];
}

export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly bots: readonly PlacedBot[];
  readonly pairs: readonly PlacedPair[];
}

export const boxHeight = 34;
/** Beyond these the picture says less than the list, and laying it out would be felt. */
export const mostBots = 80;
export const mostPairs = 400;
const margin = 24;
/** Room for the loop of a bot that writes to its own sessions. */
const loopWidth = 34;

/** `widthOf` measures a name as it is drawn. The busiest pairs are kept when there are too many. */
export function placeBots(
  traffic: readonly Traffic[],
  { nameOf, widthOf }: { readonly nameOf: (id: BotId) => string; readonly widthOf: (name: string) => number },
): Placed {
  const kept = traffic.toSorted((a, b) => b.count - a.count).slice(0, mostPairs);
  const ids = [...new Set(kept.flatMap(({ fromBotId, toBotId }) => [fromBotId, toBotId]))].slice(0, mostBots);
  const shown = new Set(ids);
  const pairs = kept.filter(({ fromBotId, toBotId }) => shown.has(fromBotId) && shown.has(toBotId));
  const own = new Set(pairs.filter(isOwn).map(({ fromBotId }) => fromBotId));
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 64, edgesep: 18, marginx: margin, marginy: margin });
  for (const id of ids) {
    const width = Math.ceil(widthOf(nameOf(id))) + 52;
    graph.setNode(id, { width: width + (own.has(id) ? 2 * loopWidth : 0), height: boxHeight });
  }
  for (const pair of pairs) if (!isOwn(pair)) graph.setEdge(pair.fromBotId, pair.toBotId, {});
  layout(graph);
  const bots = ids.map((id): PlacedBot => {
    const { x = 0, y = 0, width = 0 } = graph.node(id) as { x?: number; y?: number; width?: number };
    return { id, name: nameOf(id), x, y, width: width - (own.has(id) ? 2 * loopWidth : 0) };
  });
  const botById = new Map(bots.map((bot) => [bot.id, bot]));
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    bots,
    pairs: pairs.map((pair) => ({ traffic: pair, points: pointsOf(pair) })),
  };

  function pointsOf(pair: Traffic): readonly Point[] {
    if (!isOwn(pair)) return (graph.edge(pair.fromBotId, pair.toBotId) as { points: Point[] }).points;
    const bot = botById.get(pair.fromBotId);
    if (!bot) return [];
    const right = bot.x + bot.width / 2;
    return [
      { x: right, y: bot.y - 8 },
      { x: right + loopWidth - 6, y: bot.y - 12 },
      { x: right + loopWidth - 6, y: bot.y + 12 },
      { x: right + 2, y: bot.y + 8 },
    ];
  }
}

function isOwn({ fromBotId, toBotId }: Traffic): boolean {
  return fromBotId === toBotId;
}
