/** Creates, changes and deletes skills, and says which a bot has (SK1). */
import { AppError } from "@reef/protocol/error";
import type { BotId, SkillId } from "@reef/protocol/ids";
import type { Skill, SkillContent } from "@reef/protocol/skill";
import { hasSkill, skillFile, skillLimits } from "@reef/protocol/skill-rules";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { SkillContents } from "../port/skills.ts";

/** What the front matter of `SKILL.md` says, checked by the caller. */
export interface SkillText {
  readonly name: string;
  readonly description: string;
  readonly contents: SkillContents;
}

export type SkillBots = Pick<Skill, "shared" | "onFor" | "offFor">;

/** Throws `conflict` if its name is taken, `invalid_request` for a bot that does not exist. */
export async function createSkill(
  deps: Deps,
  { contents, ...text }: SkillText,
  { source, ...bots }: Partial<SkillBots> & { readonly source: string | null },
): Promise<Skill> {
  if ((await deps.store.read.skills()).length >= skillLimits.skills) {
    throw new AppError("limit_exceeded", `there are already ${skillLimits.skills} skills: delete one first`);
  }
  const id = makeId("skill");
  const { shared = false, onFor = [], offFor = [] } = bots;
  await requireBots(deps, [...onFor, ...offFor]);
  const skill = { id, ...text, shared, onFor, offFor, files: filesOf(contents), source };
  await commitOps(deps, { op: "skill.put", skill, contents });
  return readSkill(deps, id);
}

/** Omitted parts stay. */
export async function changeSkill(
  deps: Deps,
  id: SkillId,
  { text, ...bots }: Partial<SkillBots> & { readonly text?: SkillText },
): Promise<Skill> {
  const { createdAt: _created, updatedAt: _updated, ...before } = await readSkill(deps, id);
  const { shared = before.shared, onFor = before.onFor, offFor = before.offFor } = bots;
  // Those that it has already may have been deleted since.
  const known = new Set([...before.onFor, ...before.offFor]);
  await requireBots(
    deps,
    [...onFor, ...offFor].filter((bot) => !known.has(bot)),
  );
  const { name = before.name, description = before.description } = text ?? {};
  const files = text === undefined ? before.files : filesOf(text.contents);
  const skill = { ...before, name, description, files, shared, onFor, offFor };
  await commitOps(deps, { op: "skill.put", skill, contents: text?.contents ?? null });
  return readSkill(deps, id);
}

export async function deleteSkill(deps: Deps, id: SkillId): Promise<void> {
  await commitOps(deps, { op: "skill.delete", id });
}

export async function readSkill(deps: Pick<Deps, "store">, id: SkillId): Promise<Skill> {
  const skill = (await deps.store.read.skills()).find((each) => each.id === id);
  if (skill === undefined) throw new AppError("not_found", `no skill has the id ${id}`);
  return skill;
}

/** Returns those that the bot has, by name. */
export async function skillsOfBot(deps: Pick<Deps, "store">, botId: BotId): Promise<readonly Skill[]> {
  return (await deps.store.read.skills()).filter((skill) => hasSkill(skill, botId));
}

/** Switches a skill on or off for one bot, and leaves the others as they are. */
export async function switchSkill(
  deps: Deps,
  id: SkillId,
  { botId, on }: { readonly botId: BotId; readonly on: boolean },
): Promise<Skill> {
  const { shared, onFor, offFor } = await readSkill(deps, id);
  const without = (bots: readonly BotId[]) => bots.filter((bot) => bot !== botId);
  if (shared) return changeSkill(deps, id, { offFor: on ? without(offFor) : [...without(offFor), botId] });
  return changeSkill(deps, id, { onFor: on ? [...without(onFor), botId] : without(onFor) });
}

export function sizeOfContent(content: SkillContent): number {
  if ("text" in content) return new TextEncoder().encode(content.text).byteLength;
  return Math.floor((content.base64.replace(/=+$/, "").length * 3) / 4);
}

function filesOf(contents: SkillContents): Skill["files"] {
  return Object.entries(contents)
    .map(([path, content]) => ({ path, sizeBytes: sizeOfContent(content) }))
    .toSorted((a, b) => (a.path === skillFile ? -1 : b.path === skillFile ? 1 : a.path < b.path ? -1 : 1));
}

async function requireBots(deps: Deps, ids: readonly BotId[]): Promise<void> {
  for (const id of new Set(ids)) {
    if ((await deps.store.read.bot(id)) !== null) continue;
    const message = `no bot has the id ${id}`;
    throw new AppError("invalid_request", message, { fields: [{ path: "onFor", message }] });
  }
}
