/** Deletes a topic. Its sessions stay, and Undo brings it back with them: nothing is lost that one would have to be asked for. */
import type { SessionId, TopicId } from "@reef/protocol/ids";
import type { Topic } from "@reef/protocol/topic";
import { applyEvents } from "../apply-events.ts";
import type { SessionIndex } from "../cache.ts";
import { queryKeys } from "../queries.ts";
import type { Reef } from "../reef.ts";
import { attempt, takeSession } from "../session/session-actions.ts";

export async function deleteTopic(reef: Reef, id: TopicId): Promise<void> {
  const { client, queryClient, toasts } = reef;
  const topic = queryClient.getQueryData<readonly Topic[]>(queryKeys.topics)?.find((each) => each.id === id);
  if (!topic) return;
  const sessions = queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.values() ?? [];
  const own = [...sessions].filter(({ topicId }) => topicId === id).map((session) => session.id);
  await attempt(reef, "Not deleted", async () => {
    await client.deleteTopic(id);
    applyEvents(queryClient, [{ type: "topic.deleted", seq: 0, at: topic.createdAt, topicId: id }]);
    toasts.show({
      text: `Deleted the topic “${topic.name}”; its sessions stay`,
      action: { label: "Undo", run: () => void bringBack(reef, topic, own) },
    });
  });
}

async function bringBack(reef: Reef, { name, colour, order }: Topic, own: readonly SessionId[]): Promise<void> {
  await attempt(reef, "Not brought back", async () => {
    const topic = await reef.client.createTopic({ name, colour, order });
    applyEvents(reef.queryClient, [{ type: "topic.changed", seq: 0, at: topic.createdAt, topic }]);
    for (const id of own) takeSession(reef, await reef.client.changeSession(id, { topicId: topic.id }));
  });
}
