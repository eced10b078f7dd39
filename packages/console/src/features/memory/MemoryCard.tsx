/** Shows one memory: what it says, where it comes from, how far that is trusted, and what a person can do about it. */
import type { BotId } from "@reef/protocol/ids";
import type { Memory, MemoryPatch } from "@reef/protocol/memory";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { absoluteTime, shortTime } from "../../ui/time.ts";
import { useNow } from "../../ui/use-now.ts";
import { CorrectForm } from "./CorrectForm.tsx";
import { ForgetDialog } from "./ForgetDialog.tsx";
import { HistoryView } from "./HistoryView.tsx";
import styles from "./Memory.module.css";
import { MemoryText } from "./MemoryText.tsx";
import { markOf, wordByKind, wordByTrust } from "./memory-words.ts";
import { SaidBy } from "./SaidBy.tsx";
import { SourceLink } from "./SourceLink.tsx";
import { readMemoryAgain } from "./use-memory-events.ts";

export interface MemoryCardProps {
  readonly memory: Memory;
  /** The bot of this tab: memories that another bot shares with it are read-only. */
  readonly botId: BotId;
  /** Why it is shown. */
  readonly children?: ReactNode;
  /** In a list that is gone through with the keys. */
  readonly tabIndex?: number;
  readonly onFocus?: () => void;
}

type Opened = "correct" | "history" | "forget" | null;

export function MemoryCard({ memory, botId, children, tabIndex, onFocus }: MemoryCardProps): ReactElement {
  const [opened, setOpened] = useState<Opened>(null);
  const now = useNow(60_000);
  const mark = markOf(memory);
  const isCorrected = memory.supersededBy !== null || memory.source.kind === "memories";
  return (
    <li
      className={styles.card}
      data-memory={memory.id}
      data-state={mark?.state ?? "active"}
      tabIndex={tabIndex}
      onFocus={onFocus}
    >
      <p className={styles.top}>
        <span>{wordByKind[memory.kind]}</span>
        {memory.pinned && <span className={styles.mark}>Pinned</span>}
        {mark && (
          <span className={styles.mark} data-state={mark.state}>
            {mark.label}
          </span>
        )}
        <time className={styles.at} dateTime={memory.updatedAt} title={absoluteTime(memory.updatedAt)}>
          {shortTime(memory.updatedAt, now)}
        </time>
      </p>
      {opened === "correct" ? (
        <CorrectForm memory={memory} onClose={() => setOpened(null)} />
      ) : (
        <MemoryText text={memory.text} />
      )}
      <p className={styles.source}>
        <SourceLink memory={memory} />
        {mark?.state === "waits" && memory.trust === "session" ? (
          <SaidBy memory={memory} />
        ) : (
          <span>{wordByTrust[memory.trust]}</span>
        )}
        {memory.botId !== botId && <Owner botId={memory.botId} />}
      </p>
      {children}
      {memory.botId === botId && opened !== "correct" && (
        <div className={styles.acts} data-quiet={!mark || mark.state === "superseded" || undefined}>
          <Acts memory={memory} onOpen={setOpened} />
          {isCorrected && (
            <Button
              look="quiet"
              className={styles.act}
              aria-expanded={opened === "history"}
              onClick={() => setOpened(opened === "history" ? null : "history")}
            >
              History
            </Button>
          )}
        </div>
      )}
      {opened === "history" && <HistoryView memory={memory} />}
      {opened === "forget" && <ForgetDialog memory={memory} onClose={() => setOpened(null)} />}
    </li>
  );
}

function Owner({ botId }: { readonly botId: BotId }): ReactElement {
  const { reads } = useReef();
  const { data: name = "another bot" } = useQuery({
    ...botsQuery(reads),
    select: (bots) => bots.get(botId)?.name ?? "another bot",
  });
  return <span>read from {name}</span>;
}

function Acts({
  memory,
  onOpen,
}: {
  readonly memory: Memory;
  readonly onOpen: (opened: Opened) => void;
}): ReactElement {
  const reef = useReef();
  const change = (patch: MemoryPatch, done: string): void => void changeMemory(reef, memory, { patch, done });
  const state = markOf(memory)?.state ?? "active";
  if (state === "archived" || state === "suggested") {
    return (
      <>
        <Button
          className={styles.act}
          onClick={() => change({ archived: false }, state === "suggested" ? "Accepted." : "Restored.")}
        >
          {state === "suggested" ? "Accept" : "Restore"}
        </Button>
        {state === "suggested" && (
          <Button className={styles.act} look="quiet" onClick={() => change({ archived: true }, "Rejected.")}>
            Reject
          </Button>
        )}
        {state === "archived" && (
          <Button className={styles.act} look="quiet" onClick={() => onOpen("forget")}>
            Delete…
          </Button>
        )}
      </>
    );
  }
  return (
    <>
      {state === "waits" && (
        <Button
          className={styles.act}
          onClick={() => change({ approved: true }, "Approved. It can be used in prompts now.")}
        >
          Approve
        </Button>
      )}
      {state !== "superseded" && (
        <>
          <Button className={styles.act} look="quiet" onClick={() => onOpen("correct")}>
            Correct
          </Button>
          <Button
            className={styles.act}
            look="quiet"
            title={memory.pinned ? undefined : "Use it in every turn"}
            onClick={() => change({ pinned: !memory.pinned }, memory.pinned ? "Unpinned." : "Pinned to every turn.")}
          >
            {memory.pinned ? "Unpin" : "Pin"}
          </Button>
        </>
      )}
      {state === "waits" && memory.trust === "session" && (
        <Button
          className={styles.act}
          look="quiet"
          onClick={() => change({ archived: true }, "Forgotten. It can be restored for 30 days.")}
        >
          Reject
        </Button>
      )}
      <Button className={styles.act} look="quiet" onClick={() => onOpen("forget")}>
        Forget…
      </Button>
    </>
  );
}

async function changeMemory(
  reef: Reef,
  { id, botId }: Memory,
  { patch, done }: { readonly patch: MemoryPatch; readonly done: string },
): Promise<void> {
  await attempt(reef, "Couldn't change it", async () => {
    await wholeClient(reef.client).changeMemory(id, patch);
    readMemoryAgain(reef.queryClient, botId);
    reef.toasts.show({ text: done });
  });
}
