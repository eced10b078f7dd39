/**
 * Keeps what both sides of a gateway agreed on, for each session: without it no one could tell who changed something
 * while they were disconnected. A cache in one file for each gateway: if it is lost, the two are compared as at first
 * sight.
 */
import { join } from "node:path";
import type { GatewayId } from "@reef/protocol/ids";
import { z } from "zod";
import type { Agreement } from "./agreement.ts";
import { type KeptMap, openKeptMap } from "./kept-map.ts";

const Standing = z.object({
  title: z.string().nullable(),
  pinned: z.boolean(),
  archived: z.boolean(),
  unread: z.boolean(),
});
const Kept = z.object({ here: Standing.extend({ title: z.string(), lastSeq: z.int() }), there: Standing });

export type Agreements = KeptMap<Agreement>;

/** `folder` null keeps them in memory only. */
export function openAgreements(folder: string | null, gatewayId: GatewayId): Promise<Agreements> {
  const path = folder === null ? null : join(folder, `${gatewayId}.agreed.json`);
  return openKeptMap({ path, field: "agreements", value: Kept });
}
