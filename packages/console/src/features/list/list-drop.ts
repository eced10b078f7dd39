/** Handles a drop on a group, and moves topics. It is loaded with the first drop or menu. */
import type { SessionId, TopicId } from "@reef/protocol/ids";
import type { Topic } from "@reef/protocol/topic";
import { applyEvents } from "../../data/apply-events.ts";
import type { GroupRow } from "../../data/list/list-row.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { changeMany } from "./many-sessions.ts";

export async function moveToGroup(reef: Reef, ids: readonly SessionId[], group: GroupRow): Promise<void> {
  const patch =
    group.kind === "pinned" ? { pinned: true } : { topicId: group.kind === "topic" ? (group.key as TopicId) : null };
  const done =
    group.kind === "pinned" ? "Pinned" : group.kind === "topic" ? `Moved to ${group.label}` : "Removed from topics";
  await changeMany(reef, { ids, patch, done });
}

/** Moves it one place up or down. */
export async function moveTopic(
  reef: Reef,
  { id, step }: { readonly id: TopicId; readonly step: 1 | -1 },
): Promise<void> {
  const topics = reef.queryClient.getQueryData<readonly Topic[]>(queryKeys.topics) ?? [];
  const at = topics[topics.findIndex((topic) => topic.id === id) + step];
  if (at) await placeTopic(reef, { id, at: at.id });
}

/** Puts a topic in another's place; those between move on by one. */
export async function placeTopic(
  reef: Reef,
  { id, at }: { readonly id: TopicId; readonly at: TopicId },
): Promise<void> {
  const topics = reef.queryClient.getQueryData<readonly Topic[]>(queryKeys.topics) ?? [];
  const order = orderAt(topics, { id, at });
  if (order === null) return;
  await attempt(reef, "Couldn't move the topic", async () => {
    const changed = await reef.client.changeTopic(id, { order });
    applyEvents(reef.queryClient, [{ type: "topic.changed", seq: 0, at: changed.createdAt, topic: changed }]);
  });
}

/** Returns a value between its new neighbours, so that one write moves it; null when it stays. */
export function orderAt(
  topics: readonly Topic[],
  { id, at }: { readonly id: TopicId; readonly at: TopicId },
): number | null {
  const placed = placedAt(topics, { id, at });
  const place = placed.findIndex((topic) => topic.id === id);
  if (place < 0 || place === topics.findIndex((topic) => topic.id === id)) return null;
  const [before, after] = [placed[place - 1], placed[place + 1]];
  if (before && after) return (before.order + after.order) / 2;
  if (before) return before.order + 1;
  return (after?.order ?? 1) - 1;
}

export function placedAt(
  topics: readonly Topic[],
  { id, at }: { readonly id: TopicId; readonly at: TopicId },
): readonly Topic[] {
  const moved = topics.find((topic) => topic.id === id);
  const place = topics.findIndex((topic) => topic.id === at);
  if (!moved || place < 0) return topics;
  const rest = topics.filter((topic) => topic.id !== id);
  return [...rest.slice(0, place), moved, ...rest.slice(place)];
}
