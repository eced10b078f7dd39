/** Writes skills, and the contents of their files where they changed. */
import type { SkillOp } from "@reef/engine/port/skills";
import { assertSkillNameIsFree } from "@reef/engine/skill/skill-names";
import { AppError } from "@reef/protocol/error";
import type { SkillId } from "@reef/protocol/ids";
import type { Skill } from "@reef/protocol/skill";
import { skillColumns } from "../columns.ts";
import { columnsToFields, fieldsToColumns } from "../fields/codec.ts";
import { skillCodecs } from "../fields/skill.ts";
import { eachParam, statement } from "../sql.ts";
import type { SkillContentsRow, SkillRow } from "../tables.ts";
import { all, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const allSkills = statement<object, SkillRow>((db) => db.selectFrom("skills").select(skillColumns));
const insertSkill = statement<SkillRow>((db, param) => db.insertInto("skills").values(eachParam(param, skillColumns)));
const updateSkill = statement<SkillRow>((db, param) =>
  db.updateTable("skills").set(eachParam(param, skillColumns)).where("id", "=", param("id")),
);
const deleteSkillById = statement<{ id: SkillId }>((db, param) =>
  db.deleteFrom("skills").where("id", "=", param("id")),
);
const insertContents = statement<SkillContentsRow>((db, param) =>
  db.insertInto("skill_contents").values(eachParam(param, ["skill_id", "contents"])),
);
const deleteContents = statement<{ id: SkillId }>((db, param) =>
  db.deleteFrom("skill_contents").where("skill_id", "=", param("id")),
);

export function* applySkillOp(work: Work, op: SkillOp): Write<void> {
  const skills = (yield* all(allSkills, {})).map((row): Skill => columnsToFields(skillCodecs, row));
  if (op.op === "skill.delete") {
    if (!skills.some(({ id }) => id === op.id)) throw new AppError("not_found", `no skill has the id ${op.id}`);
    yield* run(deleteSkillById, { id: op.id });
    yield* run(deleteContents, { id: op.id });
    work.events.push({ type: "skill.deleted", skillId: op.id });
    return;
  }
  const { id } = op.skill;
  assertSkillNameIsFree(op.skill, skills);
  const earlier = skills.find((skill) => skill.id === id);
  const skill: Skill = { ...op.skill, createdAt: earlier?.createdAt ?? work.at, updatedAt: work.at };
  yield* run(earlier === undefined ? insertSkill : updateSkill, fieldsToColumns(skillCodecs, skill));
  if (op.contents !== null) {
    yield* run(deleteContents, { id });
    yield* run(insertContents, { skill_id: id, contents: JSON.stringify(op.contents) });
  }
  work.events.push({ type: "skill.changed", skill });
}
