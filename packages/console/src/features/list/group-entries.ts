/** Builds the menu of a group's head. */
import type { TopicId } from "@reef/protocol/ids";
import type { Topic } from "@reef/protocol/topic";
import type { GroupRow } from "../../data/list/list-row.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import type { MenuEntry } from "../../ui/menu-entry.ts";
import { deleteTopic } from "../topic/delete-topic.ts";
import { moveTopic } from "./list-drop.ts";
import { markAllRead } from "./many-sessions.ts";

export function groupEntries(reef: Reef, group: GroupRow): readonly MenuEntry[] {
  const read: MenuEntry = {
    type: "item",
    key: "read",
    label: "Mark all as read",
    run: () => void markAllRead(reef, group.sessionIds),
  };
  if (group.kind !== "topic") return [read];
  return [read, { type: "line", key: "after read" }, ...topicEntries(reef, group.key as TopicId)];
}

function topicEntries(reef: Reef, topicId: TopicId): readonly MenuEntry[] {
  const edit = (): void => {
    const topic = reef.queryClient.getQueryData<readonly Topic[]>(queryKeys.topics)?.find(({ id }) => id === topicId);
    if (topic) reef.panel.set({ type: "topic", topic });
  };
  return [
    { type: "item", key: "edit", label: "Rename or recolour…", run: edit },
    { type: "item", key: "up", label: "Move up", run: () => void moveTopic(reef, { id: topicId, step: -1 }) },
    { type: "item", key: "down", label: "Move down", run: () => void moveTopic(reef, { id: topicId, step: 1 }) },
    { type: "line", key: "line" },
    { type: "item", key: "delete", label: "Delete topic", run: () => void deleteTopic(reef, topicId) },
  ];
}
