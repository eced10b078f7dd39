/**
 * What one attempt showed beside the stream that the provider's package reads: the package knows neither odd usage nor
 * failures in the middle, and drops fields that have to go back. One object an attempt, filled while bytes come in.
 */
import type { SentRequest } from "../../failure/correction.ts";
import type { WireUsage } from "./usage.ts";

export interface WireNotes {
  /** The clock of whoever watches, and when it showed the newest byte. */
  now: () => number;
  lastByteAt: number;
  /** The answer has begun. */
  hasToken: boolean;
  /** How long that took; null until then. */
  firstTokenMs: number | null;
  sent: SentRequest;
  /** Null until the server told it. */
  usage: WireUsage | null;
  /** Why the attempt failed, as the server said it; the package's own error is only an echo of it. */
  failure: Error | null;
  /** The answer is whole: silence after it is none. */
  isWhole: boolean;
  /** Ends the stream as if the server had. */
  endQuietly: () => void;
  /** The stream ended in good order, but with neither a reason nor `[DONE]`. */
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
