/**
 * Handles dragging in the list: sessions onto a group, a topic onto another. Only ids are transferred; all else is read on
 * the drop.
 */
import type { SessionId, TopicId } from "@reef/protocol/ids";
import type { DragEvent } from "react";
import type { GroupRow } from "../../data/list/list-row.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { loadAgain } from "../../ui/load-again.ts";

/** Other parts of the page may accept this drag. */
export const sessionsType = "application/x-reef-sessions";
const topicType = "application/x-reef-topic";

export function startSessionDrag(reef: Reef, event: DragEvent, id: SessionId): void {
  const { selected } = reef.listView.get();
  const ids = selected.has(id) ? [...selected] : [id];
  event.dataTransfer.setData(sessionsType, JSON.stringify(ids));
  event.dataTransfer.effectAllowed = "move";
}

export function startTopicDrag(event: DragEvent, group: GroupRow): void {
  event.dataTransfer.setData(topicType, group.key);
  event.dataTransfer.effectAllowed = "move";
}

export function isDropPlace(event: DragEvent, { kind }: GroupRow): boolean {
  const { types } = event.dataTransfer;
  if (types.includes(sessionsType)) return kind === "topic" || kind === "rest" || kind === "pinned";
  return types.includes(topicType) && kind === "topic";
}

export async function dropOnGroup(reef: Reef, event: DragEvent, group: GroupRow): Promise<void> {
  // Read first, because the browser clears the data when its event is over.
  const ids = draggedSessions(event);
  const topicId = event.dataTransfer.getData(topicType);
  await attempt(reef, "Couldn't move it", async () => {
    const { moveToGroup, placeTopic } = await loadAgain(() => import("./list-drop.ts"));
    if (ids.length > 0) await moveToGroup(reef, ids, group);
    else if (topicId !== "" && group.kind === "topic")
      await placeTopic(reef, { id: topicId as TopicId, at: group.key as TopicId });
  });
}

export function draggedSessions(event: DragEvent): readonly SessionId[] {
  try {
    const ids: unknown = JSON.parse(event.dataTransfer.getData(sessionsType) || "[]");
    return Array.isArray(ids) ? ids.filter((id): id is SessionId => typeof id === "string") : [];
  } catch {
    return [];
  }
}
