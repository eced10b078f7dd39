/** Deletes a topic. Its sessions stay, and Undo restores the same topic with them, in one request. */
import type { TopicId } from "@reef/protocol/ids";
import type { Topic } from "@reef/protocol/topic";
import { applyEvents } from "../../data/apply-events.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { takeBack } from "../list/many-sessions.ts";

export async function deleteTopic(reef: Reef, id: TopicId): Promise<void> {
  const { client, queryClient, toasts } = reef;
  const topic = queryClient.getQueryData<readonly Topic[]>(queryKeys.topics)?.find((each) => each.id === id);
  if (!topic) return;
  await attempt(reef, "Couldn't delete the topic", async () => {
    const undo = await client.deleteTopic(id);
    applyEvents(queryClient, [{ type: "topic.deleted", seq: 0, at: topic.createdAt, topicId: id }]);
    toasts.show({
      text: `Deleted the topic “${topic.name}”; its sessions stay`,
      ...(undo !== null && { action: { label: "Undo", run: () => void takeBack(reef, undo) } }),
    });
  });
}
