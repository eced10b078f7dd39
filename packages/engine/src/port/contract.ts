/** The seam to what checks the result of a task outside the engine (SU4). */
import type { Bot } from "@reef/protocol/bot";
import type { Evidence, ResultContract } from "@reef/protocol/contract";
import type { TurnId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { IsoTime } from "@reef/protocol/time";
import type { Turn } from "@reef/protocol/turn";

export type Schema = NonNullable<ResultContract["schema"]>;

/** A person's word is asked for by the engine. */
export type MachineEvidence = Exclude<Evidence, { kind: "person" }>;

/** The call that reports the result. */
export interface ReportCall {
  readonly bot: Bot;
  readonly session: Session;
  readonly turn: Pick<Turn, "chainId" | "hops" | "waits"> & { readonly id: TurnId | null };
  readonly callId: string;
  readonly startedAt: IsoTime;
  readonly signal: AbortSignal;
}

/** Contract: a check takes a bounded time, whatever the schema is. */
export interface ContractChecker {
  /** Returns why no result can be checked with the schema, in words for the bot; null if one can. */
  refuseSchema(schema: Schema): string | null;
  /** Returns what of the value does not fit, in words for the bot; nothing if it fits. */
  misfits(schema: Schema, value: unknown): readonly string[];
  /**
   * Looks for the evidence as the calling bot could, and returns why it was not found; null if it was. Rejects only when
   * the call is aborted. It may look again after a crash.
   */
  lookFor(call: ReportCall, evidence: MachineEvidence): Promise<string | null>;
}
