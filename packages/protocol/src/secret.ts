/**
 * A secret is a key or token under a name. It is write-only: it can be replaced, used and deleted, and nothing reads it
 * back. It goes only to the address it was given for (SE8).
 */
import { z } from "zod";
import { IsoTime } from "./time.ts";

export const SecretName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "expected a name of letters, digits, dots, dashes and underscores");
export type SecretName = z.infer<typeof SecretName>;

/**
 * Its value. It travels in a header, which allows nothing else; white space around it is removed, since copying adds
 * it.
 */
export const SecretText = z
  .string()
  .trim()
  .min(1, "expected a key, found nothing")
  .max(10_000)
  .regex(/^[\x20-\x7e]*$/, "expected letters, digits and symbols on one line: was the whole key copied?");

/** What is stored of a secret beside its value. */
export const SecretRecord = z
  .object({
    name: SecretName,
    /** Scheme, host and port that it may be sent to; null before its first use. */
    origin: z.string().nullable(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
    /** Updated at most once a minute. */
    lastUsedAt: IsoTime.nullable(),
  })
  .meta({ id: "SecretRecord" });
export type SecretRecord = z.infer<typeof SecretRecord>;

export const Secret = SecretRecord.extend({
  /** What uses it now, such as `provider openai` or `gateway home`. */
  usedBy: z.array(z.string()),
}).meta({ id: "Secret" });
export type Secret = z.infer<typeof Secret>;

/** Replaces an existing value. A new value clears the address of the old one, unless `origin` names one. */
export const SecretValue = z
  .strictObject({
    value: SecretText,
    /** The address that the secret is for: only its scheme, host and port count. */
    origin: z
      .url({ protocol: /^(https?|wss?)$/, error: "expected an http(s) or ws(s) address" })
      .max(2_000)
      .optional(),
  })
  .meta({ id: "SecretValue" });
export type SecretValue = z.infer<typeof SecretValue>;
