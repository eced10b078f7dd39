/** Declares a call of a model, which every part of the loop gets. */
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { Clock } from "@reef/engine/port/clock";
import type { ReserveCall, RuntimeStep } from "@reef/engine/port/runtime";
import type { ModelChoice } from "./models.ts";
import type { Wire } from "./provider/profile.ts";
import type { Fetch, RequestBody } from "./provider/wire/wire-fetch.ts";
import type { ProviderShare } from "./share/provider-share.ts";

export interface CallTimes {
  /** The number of attempts. */
  readonly tries: number;
  /** Pause before the second attempt, in milliseconds; doubles from there. */
  readonly pauseMs: number;
  /** When a provider asks for a longer pause, the turn gives its lane back instead of waiting. */
  readonly maxPauseMs: number;
  /** Silence after which an attempt ends, before the first token and after it, in milliseconds (PR4). */
  readonly firstTokenMs: number;
  readonly betweenTokensMs: number;
  /** The longest time of an attempt in milliseconds, even if data keeps coming. */
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

/** What a model's answers showed of its behaviour; kept while the server runs. */
export interface ModelManners {
  /** Its text begins in a thought that nothing opens. */
  startsInThought: boolean;
  /** Its streams end without a reason: the second in a row counts as an end. */
  bareEnds: number;
  /** It has made a proper tool call, so text that looks like a call is text. */
  callsProperly: boolean;
}

export interface ModelCall {
  /** Connects the model through its provider's package, with this `fetch`. */
  readonly connect: (fetch: Fetch) => Promise<LanguageModelV4>;
  readonly wire: Wire;
  /** The body to send; by default the package's own. */
  readonly reshape?: ((body: RequestBody) => RequestBody) | undefined;
  readonly choice: ModelChoice;
  readonly manners: ModelManners;
  readonly options: Omit<LanguageModelV4CallOptions, "abortSignal">;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly times: CallTimes;
  /** The limits of the model, which the bots that call it share (TU9). */
  readonly share: ProviderShare;
  readonly botId: string;
  /** True if another model answers when this one is down or its limits are far off. */
  readonly hasFallback: boolean;
  /** The turn; spreads the retries of many turns; the same seed gives the same pauses. */
  readonly seed: string;
  /** An empty answer is valid when a tool has done the work. */
  readonly mayBeEmpty: boolean;
  readonly noteUse: () => void;
  /** Reserves what an attempt may cost (BU1); awaited before each. */
  readonly reserve: ReserveCall | undefined;
  /** The factor by which the model counts more tokens than our estimate. */
  readonly density: number;
}

export type LiveStep = Extract<RuntimeStep, { type: "delta" | "retry" | "phase" | "paid" }>;

export function nameOf({ choice }: ModelCall): string {
  return `${choice.providerName}/${choice.modelId}`;
}
