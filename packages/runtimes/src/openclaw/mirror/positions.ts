/**
 * Keeps how far each transcript has been copied. It is a cache: the entries in the store know their rows by id, so
 * without it transcripts are read from their start and nothing comes twice. One file for each gateway, written after
 * the store.
 */
import { join } from "node:path";
import type { GatewayId } from "@reef/protocol/ids";
import { z } from "zod";
import { type KeptMap, openKeptMap } from "./kept-map.ts";

const Position = z.object({
  /** The gateway's transcript, and the last of its rows that is settled. */
  sessionId: z.string(),
  place: z.int(),
  /** The run or turn that owns the following rows, while no row says otherwise. */
  owner: z.string().nullable(),
  /** Newest entry here at that time: with fewer, the store was restored to an older state, and this is void. */
  lastSeq: z.int(),
});
export type Position = z.infer<typeof Position>;
export type Positions = KeptMap<Position>;

/** `folder` null keeps them in memory only. */
export function openPositions(folder: string | null, gatewayId: GatewayId): Promise<Positions> {
  const path = folder === null ? null : join(folder, `${gatewayId}.json`);
  return openKeptMap({ path, field: "positions", value: Position });
}
