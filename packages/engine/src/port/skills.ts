/** Defines how a store keeps skills with their files. */
import type { SkillId } from "@reef/protocol/ids";
import type { Skill, SkillContent } from "@reef/protocol/skill";

export type SkillContents = Readonly<Record<string, SkillContent>>;

export type SkillOp =
  | {
      /** Creates or replaces the skill. Throws `conflict` if another skill has its name. */
      readonly op: "skill.put";
      readonly skill: Omit<Skill, "createdAt" | "updatedAt">;
      /** Null leaves the files of a known skill as they are. */
      readonly contents: SkillContents | null;
    }
  | { readonly op: "skill.delete"; readonly id: SkillId };

export interface SkillQueries {
  /** By name. */
  skills(): Promise<readonly Skill[]>;
  /** Null if there is no such skill. */
  skillContents(id: SkillId): Promise<SkillContents | null>;
}
