/** Creates, changes and deletes topics. Deleting a topic leaves its sessions, without a topic. */
import { eachPage } from "@reef/protocol/each-page";
import type { SessionId, TopicId } from "@reef/protocol/ids";
import type { NewTopic, Topic, TopicPatch } from "@reef/protocol/topic";
import { breathe } from "../bulk/breathe.ts";
import { commitWithUndo, type Undo } from "../bulk/undo.ts";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { givenFields } from "../given-fields.ts";
import { makeId } from "../ids.ts";
import type { Op } from "../port/unit.ts";

/** Colors that new topics take in turn, distinguishable in light and dark. */
const palette = ["#6d8c99", "#906656", "#7b8e64", "#a1759a", "#777da7", "#8e8856", "#55938d", "#ac7384"] as const;

/** Creates a topic, at the end of the list unless `order` says otherwise. */
export async function createTopic(deps: Deps, input: NewTopic): Promise<Topic> {
  const present = (await deps.store.read.topics({ limit: 1000, cursor: null })).items;
  const last = present.at(-1);
  const committed = await commitOps(deps, {
    op: "topic.create",
    id: makeId("topic"),
    topic: {
      color: palette[present.length % palette.length] ?? palette[0],
      order: last === undefined ? 1 : last.order + 1,
      ...givenFields(input),
    },
  });
  return lastEvent(committed, "topic.changed").topic;
}

export async function changeTopic(deps: Deps, id: TopicId, patch: TopicPatch): Promise<Topic> {
  const committed = await commitOps(deps, { op: "topic.change", id, fields: patch });
  return lastEvent(committed, "topic.changed").topic;
}

/** Undoing brings back the same topic with the same sessions. */
export async function deleteTopic(deps: Deps, id: TopicId): Promise<Undo> {
  const { name, color, order } = await found(deps.store.read.topic(id), "topic", id);
  const sessions = [...(await sessionsOf(deps, id, false)), ...(await sessionsOf(deps, id, true))];
  const back = sessions.map((session): Op => ({ op: "session.change", id: session, fields: { topicId: id } }));
  return commitWithUndo(
    deps,
    [{ op: "topic.delete", id }],
    [{ op: "topic.create", id, topic: { name, color, order } }, ...back],
  );
}

async function sessionsOf({ store, clock }: Deps, topicId: TopicId, archived: boolean): Promise<readonly SessionId[]> {
  const ids: SessionId[] = [];
  const readPage = (cursor: string | null) => store.read.sessions({ topicId, archived }, { limit: 500, cursor });
  for await (const sessions of eachPage(readPage, () => breathe(clock))) ids.push(...sessions.map(({ id }) => id));
  return ids;
}
