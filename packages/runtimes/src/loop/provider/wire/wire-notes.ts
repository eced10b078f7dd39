/**
 * Collects what one attempt showed beside the stream that the provider's package reads: the package knows neither odd
 * usage nor failures in the middle, and drops fields that have to go back. One object an attempt, filled as bytes
 * arrive.
 */
import type { SentRequest } from "../../failure/correction.ts";
import type { ToldRates } from "../../share/rate-headers.ts";
import type { WireUsage } from "./usage.ts";

export interface WireNotes {
  /** The watcher's clock, and when it showed the newest byte. */
  now: () => number;
  lastByteAt: number;
  /** True when the answer has begun. */
  hasToken: boolean;
  /** How long that took; null until then. */
  firstTokenMs: number | null;
  sent: SentRequest;
  /** Takes what the server says of its limits, as soon as it is there. */
  onRates: (rates: ToldRates) => void;
  /** Null until the server reported it. */
  usage: WireUsage | null;
  /** Why the attempt failed, in the server's words; the package's own error only repeats it. */
  failure: Error | null;
  /** True when the answer is complete: silence after it does not count. */
  isWhole: boolean;
  /** Ends the stream as if the server had. */
  endQuietly: () => void;
  /** True when the stream ended in good order, but with neither a reason nor `[DONE]`. */
  isBareEnd: boolean;
  /** Name of the field that reasoning came in. */
  reasoningField: string | null;
  /** `reasoning_details` as they came. */
  readonly reasoningDetails: unknown[];
  /** Fields beside a call's own, by call id. */
  readonly fieldsByCall: Map<string, Readonly<Record<string, unknown>>>;
}

export function newWireNotes(): WireNotes {
  return {
    now: () => 0,
    lastByteAt: 0,
    hasToken: false,
    firstTokenMs: null,
    sent: { wire: "chat", fields: [], hasTools: false, hasImages: false },
    onRates: () => undefined,
    usage: null,
    failure: null,
    isWhole: false,
    endQuietly: () => undefined,
    isBareEnd: false,
    reasoningField: null,
    reasoningDetails: [],
    fieldsByCall: new Map(),
  };
}
