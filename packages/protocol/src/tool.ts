/** What a tool is. It is declared where the tool is defined, and nowhere else: nothing else has a list of tools by name. */
import { z } from "zod";

/**
 * What a call leaves behind. `nothing`: it only looks, and looks the same from any session of the bot. `turn`: it waits in its
 * turn and takes answers into it. `lasting`: what stays when that turn is replaced (TU10).
 */
export const ToolChanges = z.enum(["nothing", "turn", "lasting"]).meta({ id: "ToolChanges" });
export type ToolChanges = z.infer<typeof ToolChanges>;

/**
 * Whose words a result is made of (ME5). `own`: Reef's and the bot's. `person`: a person's. `kept`: what was kept before, each with
 * a trust of its own. `others`: anybody's, so the whole turn has heard them.
 */
export const ToolWords = z.enum(["own", "person", "kept", "others"]).meta({ id: "ToolWords" });
export type ToolWords = z.infer<typeof ToolWords>;

/** Who hears of a call: a person who is asked, another session, or one that it starts, a child. */
export const ToolTells = z.enum(["nobody", "person", "session", "child"]).meta({ id: "ToolTells" });
export type ToolTells = z.infer<typeof ToolTells>;

export const ToolTraits = z
  .object({
    changes: ToolChanges,
    words: ToolWords,
    tells: ToolTells,
    /** In a transcript, many calls in a row may stand as one line. */
    folds: z.boolean(),
    /** Of a call that had started when the server died: it runs again under the same id, or its outcome stays unknown (TU3). */
    afterCrash: z.enum(["replay", "skip"]),
  })
  .meta({ id: "ToolTraits" });
export type ToolTraits = z.infer<typeof ToolTraits>;

/** A tool as a model is to see it, and what it is. */
export const ToolDescription = z
  .object({
    name: z.string(),
    description: z.string(),
    /** JSON Schema of the input. */
    inputSchema: z.record(z.string(), z.unknown()),
    ...ToolTraits.shape,
  })
  .meta({ id: "ToolDescription" });
export type ToolDescription = z.infer<typeof ToolDescription>;
