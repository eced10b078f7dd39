/** Tests how events change the list of skills. */
import type { Event } from "@reef/protocol/event";
import type { BotId, SkillId } from "@reef/protocol/ids";
import type { Skill } from "@reef/protocol/skill";
import { expect, test } from "vitest";
import { whoHas } from "./skill-words.ts";
import { foldSkills } from "./use-skills.ts";

let made = 0;
const uuid = (): string => `01900000-0000-7000-8000-${String(++made).padStart(12, "0")}`;
const skillId = (): SkillId => `skl_${uuid()}` as SkillId;
const botId = (): BotId => `bot_${uuid()}` as BotId;
const at = "2026-11-30T12:00:00.000Z";
function skill(name: string, rest: Partial<Skill> = {}): Skill {
  const lists = { onFor: [], offFor: [], files: [] };
  return {
    id: skillId(),
    name,
    description: "x",
    shared: true,
    source: null,
    createdAt: at,
    updatedAt: at,
    ...lists,
    ...rest,
  };
}
const changed = (each: Skill): Event => ({ seq: 1, at, type: "skill.changed", skill: each });

test("a new skill takes its place by name, a change replaces it, and a deleted one is gone", () => {
  const [brew, tidy] = [skill("brew"), skill("tidy")];
  const both = foldSkills([tidy], [changed(brew)]);
  expect(both.map(({ name }) => name)).toEqual(["brew", "tidy"]);
  const renamed = { ...brew, name: "zest" };
  expect(foldSkills(both, [changed(renamed)])).toEqual([tidy, renamed]);
  expect(foldSkills(both, [{ seq: 2, at, type: "skill.deleted", skillId: brew.id }])).toEqual([tidy]);
  expect(foldSkills(both, [{ seq: 2, at, type: "skill.deleted", skillId: skillId() }])).toBe(both);
});

test("who has a skill is said in words, and bots that are gone do not count", () => {
  const bots = new Set([botId(), botId(), botId()]);
  const [first, second] = [...bots];
  const gone = botId();
  expect(whoHas(skill("a"), bots)).toBe("All bots");
  expect(whoHas(skill("a", { offFor: [gone] }), bots)).toBe("All bots");
  expect(whoHas(skill("a", { offFor: [first as never] }), bots)).toBe("2 of 3 bots");
  expect(whoHas(skill("a", { shared: false, onFor: [first as never, second as never, gone] }), bots)).toBe(
    "2 of 3 bots",
  );
  expect(whoHas(skill("a", { shared: false }), bots)).toBe("No bots");
});
