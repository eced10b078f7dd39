/** Puts a head before sessions that were started one after the other. Pure, so that it runs outside rendering. */
import { spawnedSessionId } from "./spawned-session.ts";
import type { TranscriptRow } from "./transcript-rows.ts";

type ToolRow = Extract<TranscriptRow, { type: "tool" }>;

export function headSpawns(rows: readonly TranscriptRow[]): readonly TranscriptRow[] {
  const headed: TranscriptRow[] = [];
  for (let at = 0; at < rows.length; ) {
    const spawns = spawnsFrom(rows, at);
    const [first, ...others] = spawns;
    if (first === undefined || others.length === 0) headed.push(...rows.slice(at, at + 1));
    else {
      const { isHead, key } = first;
      const startedAt = (first.call ?? first.result)?.at ?? "";
      headed.push({ type: "spawns", key: `spawns-${key}`, count: spawns.length, at: startedAt, isHead });
      headed.push(isHead ? { ...first, isHead: false } : first, ...others);
    }
    at += Math.max(1, spawns.length);
  }
  return headed;
}

function spawnsFrom(rows: readonly TranscriptRow[], from: number): readonly ToolRow[] {
  const spawns: ToolRow[] = [];
  for (let row = rows[from]; row?.type === "tool" && spawnedSessionId(row); row = rows[from + spawns.length])
    spawns.push(row);
  return spawns;
}
