/** Reads the skills; events keep them true. */
import type { Event } from "@reef/protocol/event";
import type { SkillId } from "@reef/protocol/ids";
import type { Skill, SkillWithContents } from "@reef/protocol/skill";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

export function useSkills(): UseQueryResult<readonly Skill[]> {
  const { client } = useReef();
  return useLiveQuery<readonly Skill[]>({
    queryKey: ["skills"],
    read: async () => (await wholeClient(client).skills()).items,
    fold: foldSkills,
  });
}

export function foldSkills(skills: readonly Skill[], events: readonly Event[]): readonly Skill[] {
  let next = skills;
  for (const event of events) {
    if (event.type === "skill.deleted") next = next.filter(({ id }) => id !== event.skillId);
    if (event.type !== "skill.changed") continue;
    const { skill } = event;
    next = [...next.filter(({ id }) => id !== skill.id), skill].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
  return next.length === skills.length && next.every((skill, at) => skill === skills[at]) ? skills : next;
}

/** `version` is when the skill changed last, so that a change is read again. */
export function useSkillContents(id: SkillId, version: string | undefined): UseQueryResult<SkillWithContents> {
  const { client } = useReef();
  return useQuery({
    queryKey: ["skill", id, version],
    queryFn: () => wholeClient(client).skill(id),
    enabled: version !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: (before) => (before?.id === id ? before : undefined),
  });
}
