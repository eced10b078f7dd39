/** Reads skills, and the contents of one. */
import type { SkillQueries } from "@reef/engine/port/skills";
import type { SkillId } from "@reef/protocol/ids";
import { skillColumns } from "../columns.ts";
import { columnsToFields } from "../fields/codec.ts";
import { skillCodecs } from "../fields/skill.ts";
import { type Source, statement } from "../sql.ts";
import type { SkillContentsRow, SkillRow } from "../tables.ts";

const allSkills = statement<object, SkillRow>((db) => db.selectFrom("skills").select(skillColumns).orderBy("name"));
const contentsOf = statement<{ id: SkillId }, Pick<SkillContentsRow, "contents">>((db, param) =>
  db.selectFrom("skill_contents").select("contents").where("skill_id", "=", param("id")),
);

export function skillQueries(source: Source): SkillQueries {
  return {
    skills: async () => (await source.all(allSkills, {})).map((row) => columnsToFields(skillCodecs, row)),
    skillContents: async (id) => {
      const [row] = await source.all(contentsOf, { id });
      return row === undefined ? null : JSON.parse(row.contents);
    },
  };
}
