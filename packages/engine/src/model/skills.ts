/** Keeps skills in the in-memory store. */
import { AppError } from "@reef/protocol/error";
import type { SkillId } from "@reef/protocol/ids";
import type { Skill } from "@reef/protocol/skill";
import type { SkillOp, SkillQueries } from "../port/skills.ts";
import { assertSkillNameIsFree } from "../skill/skill-names.ts";
import type { ModelWork, SkillState } from "./state.ts";

export function applySkillOp({ state: { skills }, at, events }: ModelWork, op: SkillOp): void {
  if (op.op === "skill.delete") {
    if (!skills.delete(op.id)) throw new AppError("not_found", `no skill has the id ${op.id}`);
    events.push({ type: "skill.deleted", skillId: op.id });
    return;
  }
  const { id } = op.skill;
  const earlier = skills.get(id);
  assertSkillNameIsFree(
    op.skill,
    [...skills.values()].map(({ skill }) => skill),
  );
  const skill: Skill = { ...op.skill, createdAt: earlier?.skill.createdAt ?? at, updatedAt: at };
  skills.set(id, { skill, contents: op.contents ?? earlier?.contents ?? {} });
  events.push({ type: "skill.changed", skill });
}

export function skillQueries(current: () => { readonly skills: ReadonlyMap<SkillId, SkillState> }): SkillQueries {
  return {
    skills: async () =>
      [...current().skills.values()].map(({ skill }) => skill).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    skillContents: async (id) => current().skills.get(id)?.contents ?? null,
  };
}
