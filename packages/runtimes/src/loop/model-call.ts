/** A call of a model, as everything that has a part in it is given it. */
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { Clock } from "@reef/engine/port/clock";
import type { RuntimeStep } from "@reef/engine/port/runtime";
import type { ModelChoice } from "./models.ts";
import type { Wire } from "./provider/profile.ts";
import type { Fetch, RequestBody } from "./provider/wire/wire-fetch.ts";

export interface CallTimes {
  /** Attempts in all. */
  readonly tries: number;
  /** Pause before the second attempt, in milliseconds; doubles from there. */
  readonly pauseMs: number;
  /** A provider that asks for a longer pause is left alone: the turn gives its lane back instead. */
  readonly maxPauseMs: number;
  /** Silence after which an attempt is given up, before the first token and after it, in milliseconds (PR4). */
  readonly firstTokenMs: number;
  readonly betweenTokensMs: number;
  /** An attempt takes no longer, whatever it says, in milliseconds. */
  readonly mostMs: number;
}

export const defaultCallTimes: CallTimes = {
  tries: 4,
  pauseMs: 500,
  maxPauseMs: 60_000,
  firstTokenMs: 600_000,
  betweenTokensMs: 60_000,
  mostMs: 3_600_000,
};

/** What answers of a model showed of its manners; kept while the server runs. */
export interface ModelManners {
  /** Its text begins in a thought that nothing opens. */
  startsInThought: boolean;
  /** Its streams end without a word: a second one in a row is taken for an end. */
  bareEnds: number;
  /** It has called a tool in the proper way, so what looks like a call in its text is none. */
  callsProperly: boolean;
}

export interface ModelCall {
  /** The model as its provider's package drives it, over this `fetch`. */
  readonly connect: (fetch: Fetch) => Promise<LanguageModelV4>;
  readonly wire: Wire;
  /** The body as it goes out; as the package made it when left out. */
  readonly reshape?: ((body: RequestBody) => RequestBody) | undefined;
  readonly choice: ModelChoice;
  readonly manners: ModelManners;
  readonly options: Omit<LanguageModelV4CallOptions, "abortSignal">;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly times: CallTimes;
  /** Spreads the retries of many turns; the same seed gives the same pauses. */
  readonly seed: string;
  /** An answer that says nothing is one: a tool has done the work. */
  readonly mayBeEmpty: boolean;
  readonly noteUse: () => void;
}

export type LiveStep = Extract<RuntimeStep, { type: "delta" | "retry" | "phase" | "paid" }>;

export function nameOf({ choice }: ModelCall): string {
  return `${choice.providerName}/${choice.modelId}`;
}
