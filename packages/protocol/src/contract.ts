/** A result contract: what the result of a task must fulfil before it counts as done (SU4). */
import { z } from "zod";

const mostSchemaLength = 20_000;

/** One thing that must be found true when the result is reported. */
export const Evidence = z
  .discriminatedUnion("kind", [
    /** The workspace of the bot has this file, and it is not empty. */
    z.strictObject({ kind: z.literal("file"), path: z.string().min(1).max(1_000) }),
    /** The command ends with the exit code 0 in the bot's box. */
    z.strictObject({ kind: z.literal("command"), command: z.string().min(1).max(4_000) }),
    /** The address answers with a status from 200 to 299. */
    z.strictObject({ kind: z.literal("link"), url: z.url({ protocol: /^https?$/ }).max(2_000) }),
    /** A person says yes to the question. */
    z.strictObject({ kind: z.literal("person"), question: z.string().min(1).max(2_000) }),
  ])
  .meta({ id: "Evidence" });
export type Evidence = z.infer<typeof Evidence>;

export const ResultContract = z
  .strictObject({
    /** A JSON Schema, draft 7 or 2020-12. The result must be JSON that fits it. Null asks for no form. */
    schema: z
      .record(z.string(), z.json())
      .refine((schema) => JSON.stringify(schema).length <= mostSchemaLength, {
        message: `a schema has at most ${mostSchemaLength} characters`,
      })
      .nullable(),
    evidence: z.array(Evidence).max(10),
  })
  .meta({ id: "ResultContract" });
export type ResultContract = z.infer<typeof ResultContract>;
