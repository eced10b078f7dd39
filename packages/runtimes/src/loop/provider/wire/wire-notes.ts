/**
 * What one attempt showed beside the stream that the provider's package reads: the package knows neither odd usage nor
 * failures in the middle, and drops fields that have to go back. One object an attempt, filled while bytes come in.
 */
import type { WireUsage } from "./usage.ts";

export interface WireNotes {
  /** Called at every byte (PR4). */
  onByte: () => void;
  /** Null until the server told it. */
  usage: WireUsage | null;
  /** Why the attempt failed, as the server said it; the package's own error is only an echo of it. */
  failure: Error | null;
  /** The answer is whole, so silence after it is none. */
  isWhole: boolean;
  /** The stream ended in good order, but with neither a reason nor `[DONE]`. */
  isBareEnd: boolean;
  /** Name of the field that reasoning came in. */
  reasoningField: string | null;
  /** `reasoning_details` as they came. */
  readonly reasoningDetails: unknown[];
  /** Fields beside a call's own, by call id. */
  readonly fieldsByCall: Map<string, Record<string, unknown>>;
}

export function newWireNotes(onByte: () => void): WireNotes {
  return {
    onByte,
    usage: null,
    failure: null,
    isWhole: false,
    isBareEnd: false,
    reasoningField: null,
    reasoningDetails: [],
    fieldsByCall: new Map(),
  };
}
