/** Packs each bot's turns into rows of a lane, so that parallel turns are seen side by side. */
import type { Bot } from "@reef/protocol/bot";
import type { BotId } from "@reef/protocol/ids";
import type { TimelineTurn } from "@reef/protocol/overview";
import type { TimelineState } from "./timeline-state.ts";

export interface LaneTurn {
  readonly turn: TimelineTurn;
  readonly startMs: number;
  /** Null while it is open. */
  readonly endMs: number | null;
  readonly row: number;
}

export interface Lane {
  readonly botId: BotId;
  readonly name: string;
  /** From the top of all lanes, in pixels. */
  readonly top: number;
  readonly height: number;
  readonly rows: number;
  /** By start. */
  readonly turns: readonly LaneTurn[];
}

export const rowHeight = 13;
export const barHeight = 10;
const padding = 12;
/** Further parallel turns cover the last row: a lane must not push the others out of sight. */
export const maxRows = 6;

/** Returns lanes sorted by name. */
export function makeLanes(state: TimelineState, bots: ReadonlyMap<BotId, Pick<Bot, "name">>): readonly Lane[] {
  const turnsByBot = new Map<BotId, TimelineTurn[]>();
  const touch = (botId: BotId): TimelineTurn[] => {
    const list = turnsByBot.get(botId) ?? [];
    turnsByBot.set(botId, list);
    return list;
  };
  for (const turn of state.turns.values()) touch(turn.botId).push(turn);
  for (const { botId, fromBotId } of state.messages.values()) {
    touch(botId);
    touch(fromBotId);
  }
  for (const { botId } of state.asks.values()) touch(botId);
  for (const { botId } of state.refusals.values()) touch(botId);
  const named = [...turnsByBot].map(([botId, turns]) => ({
    botId,
    turns,
    name: bots.get(botId)?.name ?? "deleted bot",
  }));
  named.sort((a, b) => a.name.localeCompare(b.name) || (a.botId < b.botId ? -1 : 1));
  let top = 0;
  return named.map(({ botId, turns, name }) => {
    const packed = packTurns(turns);
    const rows = Math.max(1, ...packed.map(({ row }) => row + 1));
    const lane: Lane = { botId, name, top, rows, height: padding * 2 + rows * rowHeight, turns: packed };
    top += lane.height;
    return lane;
  });
}

/** Each turn takes the first row that is free at its start. */
export function packTurns(turns: readonly TimelineTurn[]): readonly LaneTurn[] {
  const freeAtMs: number[] = [];
  return turns
    .map((turn) => ({
      turn,
      startMs: Date.parse(turn.startedAt),
      endMs: turn.endedAt ? Date.parse(turn.endedAt) : null,
    }))
    .sort((a, b) => a.startMs - b.startMs || (a.turn.id < b.turn.id ? -1 : 1))
    .map((each) => {
      const free = freeAtMs.findIndex((atMs) => atMs <= each.startMs);
      const row = Math.min(maxRows - 1, free < 0 ? freeAtMs.length : free);
      freeAtMs[row] = Math.max(freeAtMs[row] ?? 0, each.endMs ?? Number.POSITIVE_INFINITY);
      return { ...each, row };
    });
}

export function lanesHeight(lanes: readonly Lane[]): number {
  const last = lanes.at(-1);
  return last ? last.top + last.height : 0;
}
