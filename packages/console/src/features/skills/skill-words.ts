/** Says of skills what a row has room for. */
import type { BotId } from "@reef/protocol/ids";
import type { Skill } from "@reef/protocol/skill";
import { hasSkill } from "@reef/protocol/skill-rules";

export function whoHas(skill: Pick<Skill, "shared" | "onFor" | "offFor">, bots: ReadonlySet<BotId>): string {
  const count = [...bots].filter((id) => hasSkill(skill, id)).length;
  if (count === 0) return skill.shared && bots.size === 0 ? "All bots" : "No bots";
  return skill.shared && count === bots.size ? "All bots" : `${count} of ${bots.size} bots`;
}

export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
