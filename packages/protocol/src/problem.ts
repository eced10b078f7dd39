/** Defines the body of every failed request: RFC 9457 problem details. */
import { z } from "zod";
import { errorCodes } from "./error.ts";

/** Adds our code, and the list of what was wrong where. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(errorCodes),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
