/** Defines the stored rows of the fleet. Times in milliseconds are of the store's steady clock. */
import type { LeaseName } from "@reef/engine/port/workers";
import type { GatewayId, WorkerId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";
import type { Flag } from "./flag.ts";

export interface WorkerRow {
  id: WorkerId;
  host: string;
  pid: number;
  version: string;
  started_at: IsoTime;
  seen_at: IsoTime;
  /** It is gone if it has not beaten by then. */
  until_ms: number;
  lanes: number;
  claims: number;
  /** Thousandths of a core. */
  cpu_milli: number;
  memory_bytes: number;
  draining: Flag;
  drained: Flag;
  /** When someone noticed that it is gone. */
  gone_at: IsoTime | null;
  /** When an event last showed it. */
  shown_at: IsoTime;
}

export interface LeaseRow {
  name: LeaseName;
  /** The gateway whose line it is. */
  gateway_id: GatewayId | null;
  worker: WorkerId | null;
  until_ms: number;
  fence: number;
}

export interface SharedValueRow {
  name: string;
  value: string;
}
