/** Says who has a skill, and what bounds one. Without schemas, so that a page can use it. */
import type { BotId } from "./ids.ts";

export const skillLimits = { files: 200, bytes: 2_000_000, pathLength: 300, description: 2_000, skills: 500 } as const;

/** Where the name, the description and the instructions of a skill stand. */
export const skillFile = "SKILL.md";

export interface SkillBots {
  /** Whether all bots have it, apart from those in `offFor`; otherwise only those in `onFor` do. */
  readonly shared: boolean;
  readonly onFor: readonly BotId[];
  readonly offFor: readonly BotId[];
}

export function hasSkill({ shared, onFor, offFor }: SkillBots, botId: BotId): boolean {
  return shared ? !offFor.includes(botId) : onFor.includes(botId);
}
