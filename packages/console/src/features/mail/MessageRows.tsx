/** Lists messages in a virtual list, read further as it is scrolled, and kept true by events. */
import type { ChainId, MessageId, SessionId } from "@reef/protocol/ids";
import { CheckCheck, Mail } from "lucide";
import { type ReactElement, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import type { SessionIndex } from "../../data/cache.ts";
import { useLiveQuery } from "../../data/overview/use-live-query.ts";
import { queryKeys } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { attempt } from "../../ui/attempt.ts";
import { Bones } from "../../ui/Bones.tsx";
import { Empty, NoResults } from "../../ui/Empty.tsx";
import { LoadFailure } from "../../ui/LoadFailure.tsx";
import shapes from "../../ui/Shapes.module.css";
import { DeadCauses, DeadSelection } from "./DeadLetters.tsx";
import { MessageLine } from "./MessageLine.tsx";
import { appendPage, foldMessages, type MessageList, type MessageView, viewToFilter } from "./message-list.ts";

const pageLimit = 200;
/** From the end, in pixels: the next page is read before it is needed. */
const readAheadPx = 1200;

export function MessageRows({
  view,
  onChain,
  onClear,
}: {
  readonly view: MessageView;
  readonly onChain: (chainId: ChainId) => void;
  /** Shows the messages of all bots and states. */
  readonly onClear: () => void;
}): ReactElement {
  const reef = useReef();
  const { client, queryClient } = reef;
  const [open, setOpen] = useState<MessageId | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<MessageId>>(new Set());
  const list = useRef<VListHandle>(null);
  const isReading = useRef(false);
  const queryKey = ["messages", JSON.stringify(view)];
  const read = async (cursor: string | null): Promise<MessageList> => {
    const { items, next } = await client.messages({ ...viewToFilter(view), cursor, limit: pageLimit });
    return { items, next };
  };
  const botOf = (id: SessionId) =>
    queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.get(id)?.botId ?? null;
  const { data, error, refetch } = useLiveQuery<MessageList>({
    queryKey,
    read: () => read(null),
    fold: (state, events) => foldMessages(state, events, { view, botOf }),
  });
  const readOn = async (): Promise<void> => {
    const handle = list.current;
    const cursor = queryClient.getQueryData<MessageList>(queryKey)?.next;
    if (!handle || !cursor || isReading.current) return;
    if (handle.scrollSize - handle.scrollOffset - handle.viewportSize > readAheadPx) return;
    isReading.current = true;
    await attempt(reef, "Couldn't load older messages", async () => {
      const page = await read(cursor);
      queryClient.setQueryData<MessageList>(queryKey, (state) => state && appendPage(state, page));
    });
    isReading.current = false;
  };
  if (error) {
    return <LoadFailure what="the messages" error={error} onAgain={refetch} />;
  }
  if (!data)
    return (
      <div className={shapes.fill} aria-busy="true">
        <Bones />
      </div>
    );
  if (data.items.length === 0) return <NoMessages view={view} onClear={onClear} />;
  const rows = (
    <VList ref={list} className={shapes.fill} data={data.items} bufferSize={400} onScroll={() => void readOn()}>
      {(message) => (
        <MessageLine
          key={message.id}
          message={message}
          isOpen={message.id === open}
          onToggle={() => setOpen(message.id === open ? null : message.id)}
          onChain={() => onChain(message.chainId)}
          {...(view.deadOnly && {
            isSelected: selected.has(message.id),
            onSelect: () => setSelected(selected.symmetricDifference(new Set([message.id]))),
          })}
        />
      )}
    </VList>
  );
  if (!view.deadOnly) return rows;
  return (
    <>
      <DeadCauses />
      <DeadSelection messages={data.items} hasMore={data.next !== null} selected={selected} onSelect={setSelected} />
      {rows}
    </>
  );
}

function NoMessages({ view, onClear }: { readonly view: MessageView; readonly onClear: () => void }): ReactElement {
  const isFiltered = view.state !== null || view.botId !== null || view.chainId !== null || view.betweenBots;
  if (isFiltered) return <NoResults words="" onClear={onClear} />;
  if (view.deadOnly) {
    return (
      <Empty icon={CheckCheck} title="Everything was delivered">
        A message that fails for good is kept here, with its reason, until you retry or dismiss it.
      </Empty>
    );
  }
  return (
    <Empty icon={Mail} title="No messages yet">
      What you, your bots and their schedules write to a session is listed here, with its receipts.
    </Empty>
  );
}
