/**
 * A skill is a folder of instructions and files in the open format of `SKILL.md`: its name and description are in the
 * prompt of the bots that have it, and the rest is read when it is needed.
 */
import { z } from "zod";
import { BotId, SkillId } from "./ids.ts";
import { skillLimits } from "./skill-rules.ts";
import { IsoTime } from "./time.ts";

export const SkillName = z
  .string()
  .regex(/^[a-z0-9]+([-_][a-z0-9]+)*$/, "expected lower-case letters and digits, joined by single dashes")
  .max(64);
export type SkillName = z.infer<typeof SkillName>;

export const SkillPath = z
  .string()
  .min(1)
  .max(skillLimits.pathLength)
  .refine((path) => path.isWellFormed() && !/[\p{Cc}\\]/u.test(path), "expected plain characters and /")
  .refine(
    (path) => path.split("/").every((name) => name !== "" && name !== "." && name !== ".." && name.length <= 200),
    "expected a path inside the skill, such as scripts/check.py",
  );
export type SkillPath = z.infer<typeof SkillPath>;

/** Text as it is, anything else in base64. */
export const SkillContent = z
  .union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })])
  .meta({ id: "SkillContent" });
export type SkillContent = z.infer<typeof SkillContent>;

/** What is kept of a skill beside the contents of its files. */
export const Skill = z
  .object({
    id: SkillId,
    name: SkillName,
    description: z.string(),
    /** Whether all bots have it, apart from those in `offFor`; otherwise only those in `onFor` do. */
    shared: z.boolean(),
    onFor: z.array(BotId),
    offFor: z.array(BotId),
    files: z.array(z.object({ path: z.string(), sizeBytes: z.int() })),
    /** The folder that it was imported from; null if it was created here. */
    source: z.string().nullable(),
    createdAt: IsoTime,
    updatedAt: IsoTime,
  })
  .meta({ id: "Skill" });
export type Skill = z.infer<typeof Skill>;

export const SkillWithContents = Skill.extend({ contents: z.record(z.string(), SkillContent) }).meta({
  id: "SkillWithContents",
});
export type SkillWithContents = z.infer<typeof SkillWithContents>;

const bots = z.array(BotId).max(1_000);

export const NewSkill = z
  .strictObject({
    /** By path; `SKILL.md` must be there, with a name and a description in its front matter. */
    files: z.record(SkillPath, SkillContent),
    shared: z.boolean().optional(),
    onFor: bots.optional(),
    offFor: bots.optional(),
  })
  .meta({ id: "NewSkill" });
export type NewSkill = z.infer<typeof NewSkill>;

export const SkillPatch = z
  .strictObject({
    /** Files to write, or null to delete one; others stay. */
    files: z.record(SkillPath, SkillContent.nullable()).optional(),
    shared: z.boolean().optional(),
    onFor: bots.optional(),
    offFor: bots.optional(),
  })
  .meta({ id: "SkillPatch" });
export type SkillPatch = z.infer<typeof SkillPatch>;

export const SkillImport = z
  .strictObject({
    /** A folder of the server: of one skill, of several, or of an OpenClaw or Claude. */
    path: z.string().min(1).max(4_000),
    /** Says what would be imported, and writes nothing. */
    dryRun: z.boolean().optional(),
    /** For new ones: whether all bots have them. */
    shared: z.boolean().optional(),
    /** For new ones that not all bots have: who has them. */
    onFor: bots.optional(),
  })
  .meta({ id: "SkillImport" });
export type SkillImport = z.infer<typeof SkillImport>;

export const SkillImportReport = z
  .object({
    items: z.array(
      z.object({
        path: z.string(),
        name: z.string().nullable(),
        state: z.enum(["created", "changed", "unchanged", "refused"]),
        /** Why it was refused, or what was left out; null if nothing was. */
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "SkillImportReport" });
export type SkillImportReport = z.infer<typeof SkillImportReport>;
