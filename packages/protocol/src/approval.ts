/** A rule decides whether a call of a tool may run: yes, no, or only after a person said so (TO1). */
import { z } from "zod";
import { ApprovalRuleId, AskId, BotId } from "./ids.ts";
import { IsoTime } from "./time.ts";

export const ApprovalDecision = z.enum(["allow", "ask", "deny"]).meta({ id: "ApprovalDecision" });
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

const Pattern = z.string().min(1).max(20_000);

/**
 * What arguments a rule is about. A text is compared with all arguments as JSON, keys in alphabetical order and without
 * spaces. An object names some arguments: each must be there, a text like its pattern and anything else equal. In a
 * pattern `*` stands for any text; `\\*` and `\\\\` are the signs themselves.
 */
export const ArgumentPattern = z
  .union([
    Pattern,
    z
      .record(z.string().min(1).max(200), z.json())
      .refine((pattern) => Object.keys(pattern).length > 0, "expected at least one argument")
      .refine((pattern) => JSON.stringify(pattern).length <= 20_000, "expected at most 20,000 characters"),
  ])
  .meta({ id: "ArgumentPattern" });
export type ArgumentPattern = z.infer<typeof ArgumentPattern>;

const Fields = {
  /** Every bot if null. */
  botId: BotId.nullable(),
  /** A tool's name as models see it; `*` stands for any text, as in `github__*`. */
  tool: z.string().trim().min(1).max(300),
  /** Any arguments if null. */
  arguments: ArgumentPattern.nullable(),
  decision: ApprovalDecision,
};

export const ApprovalRule = z
  .object({
    id: ApprovalRuleId,
    ...Fields,
    /** The ask whose answer it remembers; null if a person wrote it. */
    askId: AskId.nullable(),
    createdAt: IsoTime,
  })
  .meta({ id: "ApprovalRule" });
export type ApprovalRule = z.infer<typeof ApprovalRule>;

export const NewApprovalRule = z
  .strictObject({ ...Fields, botId: Fields.botId.optional(), arguments: Fields.arguments.optional() })
  .meta({ id: "NewApprovalRule" });
export type NewApprovalRule = z.infer<typeof NewApprovalRule>;

/** A call that a person decides about. */
export const AskCall = z
  .object({
    tool: z.string(),
    input: z.unknown(),
    /** True if long texts of the input were cut. */
    isCut: z.boolean(),
  })
  .meta({ id: "AskCall" });
export type AskCall = z.infer<typeof AskCall>;
