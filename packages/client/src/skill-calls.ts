/** These calls read, write and import skills, and say which bots have them. */
import type { BotId, SkillId } from "@reef/protocol/ids";
import type { Page } from "@reef/protocol/page";
import type {
  NewSkill,
  Skill,
  SkillImport,
  SkillImportReport,
  SkillPatch,
  SkillWithContents,
} from "@reef/protocol/skill";
import type { CallOptions, Send } from "./call.ts";

export function skillCalls(send: Send) {
  return {
    /** By name, without the contents of their files. */
    skills: (options?: CallOptions) => send<Page<Skill>>({ method: "GET", path: "/v1/skills", ...options }),
    skill: (id: SkillId, options?: CallOptions) =>
      send<SkillWithContents>({ method: "GET", path: `/v1/skills/${id}`, ...options }),
    /** `invalid_request` says what is wrong with its `SKILL.md`, `conflict` that its name is taken. */
    createSkill: (skill: NewSkill) => send<SkillWithContents>({ method: "POST", path: "/v1/skills", body: skill }),
    /** Omitted files and fields stay; a file that is null is deleted. */
    changeSkill: (id: SkillId, patch: SkillPatch) =>
      send<SkillWithContents>({ method: "PATCH", path: `/v1/skills/${id}`, body: patch }),
    deleteSkill: (id: SkillId) => send<void>({ method: "DELETE", path: `/v1/skills/${id}` }),
    /** With `dryRun` nothing is written. */
    importSkills: (request: SkillImport) =>
      send<SkillImportReport>({ method: "POST", path: "/v1/skills/import", body: request }),
    importSkillZip: (
      file: Blob,
      query: { readonly name: string; readonly dryRun?: boolean; readonly shared?: boolean },
      options?: CallOptions,
    ) => send<SkillImportReport>({ method: "POST", path: "/v1/skills/import/zip", query, file, ...options }),
    botSkills: (id: BotId, options?: CallOptions) =>
      send<Page<Skill>>({ method: "GET", path: `/v1/bots/${id}/skills`, ...options }),
    switchSkill: (botId: BotId, skillId: SkillId, on: boolean) =>
      send<Skill>({ method: "PUT", path: `/v1/bots/${botId}/skills/${skillId}`, body: { on } }),
  };
}
