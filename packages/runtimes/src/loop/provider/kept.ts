/**
 * Declares what a provider sends with an answer or a call that only it can read, and wants back: thinking with its
 * signature, encrypted reasoning, thought signatures. It is written when an answer arrives, kept with its entry, and
 * read when the window is sent. It belongs to the model that sent it: for any other it is dropped (PR1).
 */
import { z } from "zod";

/** By the name under which the provider's package reads it again. */
const Metadata = z.record(z.string(), z.record(z.string(), z.unknown()));

/** `opaque` of a bot entry. */
export const KeptAnswer = z.object({
  /** `provider/model`: the owner. */
  model: z.string(),
  /**
   * `chat`: the reasoning is the entry's `reasoning`, and goes back in the field it came in.
   * `parts`: the reasoning is `parts`, in this order, each a reasoning part of the prompt whose provider options are `metadata`.
   */
  kind: z.enum(["chat", "parts"]),
  /**
   * For `chat`: the name of the field that the reasoning came in, such as `reasoning_content`; null when it was in the
   * text.
   */
  field: z.string().nullable().optional(),
  /** For `chat`: `reasoning_details` as they came, joined over the whole answer. */
  details: z.array(z.unknown()).optional(),
  parts: z.array(z.object({ text: z.string(), metadata: Metadata.optional() })).optional(),
});
export type KeptAnswer = z.infer<typeof KeptAnswer>;

/** `opaque` of a call and of its entry. */
export const KeptCall = z.object({
  model: z.string(),
  /** As the provider's package gave it; goes back as provider options of the call. */
  metadata: Metadata.optional(),
  /** Fields beside the call's own in the body, such as `extra_content`; they go back in the same place. */
  fields: z.record(z.string(), z.unknown()).optional(),
});
export type KeptCall = z.infer<typeof KeptCall>;

/** Returns null unless `model` wrote it; never throws, because an entry may hold anything. */
export function readKeptAnswer(opaque: unknown, model: string): KeptAnswer | null {
  const read = KeptAnswer.safeParse(opaque);
  return read.success && read.data.model === model ? read.data : null;
}

export function readKeptCall(opaque: unknown, model: string): KeptCall | null {
  const read = KeptCall.safeParse(opaque);
  return read.success && read.data.model === model ? read.data : null;
}
