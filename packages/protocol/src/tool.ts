/**
 * Declares what a tool is. The declaration is part of the tool's definition, so that no other place lists tools by
 * name.
 */
import { z } from "zod";
import { ApprovalDecision } from "./approval.ts";
import { McpServerId } from "./ids.ts";

/**
 * What a call leaves behind. `nothing`: it only reads, equally from any session of the bot. `turn`: it waits in its
 * turn and takes answers into it. `lasting`: its effects stay even if that turn is replaced (TU10).
 */
export const ToolChanges = z.enum(["nothing", "turn", "lasting"]).meta({ id: "ToolChanges" });
export type ToolChanges = z.infer<typeof ToolChanges>;

/**
 * Whose words a result holds (ME5). `own`: Reef's and the bot's. `person`: a person's. `kept`: saved earlier, each with
 * its own trust. `others`: anyone's, so the whole turn has heard them.
 */
export const ToolWords = z.enum(["own", "person", "kept", "others"]).meta({ id: "ToolWords" });
export type ToolWords = z.infer<typeof ToolWords>;

/** Who learns of a call: a person who is asked, another session, or a child that it starts. */
export const ToolTells = z.enum(["nobody", "person", "session", "child"]).meta({ id: "ToolTells" });
export type ToolTells = z.infer<typeof ToolTells>;

export const AfterCrash = z.enum(["replay", "ask", "skip"]).meta({ id: "AfterCrash" });
export type AfterCrash = z.infer<typeof AfterCrash>;

export const ToolTraits = z
  .object({
    changes: ToolChanges,
    words: ToolWords,
    tells: ToolTells,
    /** Many such calls in a row may be shown as one line of a transcript. */
    folds: z.boolean(),
    /**
     * For a call that had started when the server died: it runs again under the same id, a person is asked, or its
     * outcome stays unknown (TU3).
     */
    afterCrash: AfterCrash,
  })
  .meta({ id: "ToolTraits" });
export type ToolTraits = z.infer<typeof ToolTraits>;

/** A tool as a model sees it, with its traits. */
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

/** Where a tool comes from: Reef itself, the bot's box, its skills, or an MCP server. */
export const ToolOrigin = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.enum(["reef", "box", "skills", "search"]) }),
    z.object({
      kind: z.literal("server"),
      serverId: McpServerId,
      /** The server's name in Reef. */
      server: z.string(),
      /** The tool as its server names it. */
      tool: z.string(),
    }),
  ])
  .meta({ id: "ToolOrigin" });
export type ToolOrigin = z.infer<typeof ToolOrigin>;

/** A tool as one bot has it. What becomes of a call that a crash cut off stands in `afterCrash`. */
export const BotTool = ToolDescription.extend({
  origin: ToolOrigin,
  /** `depends`: a rule about some arguments decides. */
  approval: z.object({
    decision: z.enum([...ApprovalDecision.options, "depends"]),
    /** The rule that decides; null without one. */
    ruleId: z.string().nullable(),
  }),
  /** True if it may be called over this API, by a runtime that runs tools itself. */
  callable: z.boolean(),
}).meta({ id: "BotTool" });
export type BotTool = z.infer<typeof BotTool>;
