/** Keeps the names of skills apart: bots read them by name. Both stores apply this rule inside the transaction. */
import { AppError } from "@reef/protocol/error";
import type { Skill } from "@reef/protocol/skill";

/** Throws `conflict` if another skill has its name. */
export function assertSkillNameIsFree(
  skill: Pick<Skill, "id" | "name">,
  others: readonly Pick<Skill, "id" | "name">[],
): void {
  if (!others.some(({ id, name }) => id !== skill.id && name === skill.name)) return;
  throw new AppError("conflict", `a skill named “${skill.name}” already exists`);
}
