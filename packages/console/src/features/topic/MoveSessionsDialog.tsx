/** Chooses the topic for one session or several: arrows go through the topics, Enter moves. The toast offers Undo. */
import type { SessionId, TopicId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import type { KeyboardEvent, ReactElement } from "react";
import type { SessionIndex } from "../../data/cache.ts";
import { select } from "../../data/list/list-view.ts";
import { queryKeys, topicsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Swatch } from "../../ui/Swatch.tsx";
import { changeMany } from "../list/many-sessions.ts";
import styles from "./MoveSessionsDialog.module.css";

export function MoveSessionsDialog({
  sessionIds,
  onClose,
}: {
  readonly sessionIds: readonly SessionId[];
  readonly onClose: () => void;
}): ReactElement {
  const reef = useReef();
  const { data: topics = [] } = useQuery(topicsQuery(reef.reads));
  const byId = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId;
  const [only] = sessionIds;
  const isOne = sessionIds.length === 1;
  const current = isOne && only ? byId?.get(only)?.topicId : undefined;
  const move = (topicId: TopicId | null, done: string): void => {
    onClose();
    select(reef.listView, []);
    void changeMany(reef, { ids: sessionIds, patch: { topicId }, done });
  };
  const what = isOne && only ? `“${byId?.get(only)?.title ?? "session"}”` : `${sessionIds.length} sessions`;
  return (
    <Dialog title={`Move ${what} to`} onClose={onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys between the buttons inside */}
      <div className={styles.topics} onKeyDown={stepThrough}>
        {topics.map(({ id, name, color }, at) => (
          <button
            key={id}
            type="button"
            className={styles.topic}
            aria-current={id === current || undefined}
            data-first={at === 0 || undefined}
            onClick={() => move(id, `Moved to ${name}`)}
          >
            <Swatch color={color} />
            {name}
          </button>
        ))}
        {current !== null && (
          <button type="button" className={styles.topic} onClick={() => move(null, "Removed from topics")}>
            No topic
          </button>
        )}
        {isOne && only && (
          <button
            type="button"
            className={styles.topic}
            onClick={() => reef.panel.set({ type: "topic", sessionId: only })}
          >
            New topic…
          </button>
        )}
      </div>
    </Dialog>
  );
}

function stepThrough(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons.at((at + (event.key === "ArrowDown" ? 1 : -1)) % buttons.length)?.focus();
}
