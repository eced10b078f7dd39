/** What a person is to decide: proposed summaries, memories kept out of prompts, and pairs that overlap. */
import type { Memory, MemoryOverlap } from "@reef/protocol/memory";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { useReef } from "../reef.ts";
import { errorText } from "../session/session-actions.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./Memory.module.css";
import { MemoryCard } from "./MemoryCard.tsx";
import type { ViewProps } from "./MemoryTab.tsx";
import { readMemoryAgain, useMemoryRead } from "./use-memory-events.ts";

const most = 100;

export function SuggestionsView({ bot }: ViewProps): ReactElement {
  const { id } = bot;
  const suggested = useMemoryRead(id, {
    part: ["suggested"],
    read: async (client) => (await client.memories(id, { state: "suggested", limit: most })).items,
  });
  const unapproved = useMemoryRead(id, {
    part: ["unapproved"],
    read: async (client) => (await client.memories(id, { unapproved: true, limit: most })).items,
  });
  const overlaps = useMemoryRead(id, {
    part: ["overlaps"],
    read: async (client) => (await client.memoryOverlaps(id)).items,
  });
  const error = suggested.error ?? unapproved.error ?? overlaps.error;
  return (
    <section aria-label="To review">
      {error && <p className={styles.none}>Not read: {errorText(error)}</p>}
      <Part title="Suggested summaries" act={<Propose botId={id} />} empty="None wait.">
        {suggested.data && <Cards memories={suggested.data} botId={id} />}
      </Part>
      <Part title="From tools, kept out of prompts" empty="None wait.">
        {unapproved.data && <Cards memories={unapproved.data} botId={id} />}
      </Part>
      <Part title="Much alike" empty="No two say the same, or say it differently.">
        {overlaps.data && overlaps.data.length > 0 && (
          <ol className={styles.list}>
            {overlaps.data.map((overlap) => (
              <Pair key={overlap.memories.map((memory) => memory.id).join()} overlap={overlap} />
            ))}
          </ol>
        )}
      </Part>
    </section>
  );
}

interface PartProps {
  readonly title: string;
  readonly empty: string;
  readonly act?: ReactNode;
  readonly children: ReactNode;
}

function Part({ title, empty, act, children }: PartProps): ReactElement {
  return (
    <section className={styles.part} aria-label={title}>
      <header className={styles.partHead}>
        <h3 className={styles.heading}>{title}</h3>
        {act}
      </header>
      <div className={styles.orEmpty} data-empty={empty}>
        {children}
      </div>
    </section>
  );
}

function Cards({
  memories,
  botId,
}: {
  readonly memories: readonly Memory[];
  readonly botId: Memory["botId"];
}): ReactElement | null {
  if (memories.length === 0) return null;
  return (
    <ol className={styles.list}>
      {memories.map((memory) => (
        <MemoryCard key={memory.id} memory={memory} botId={botId} />
      ))}
    </ol>
  );
}

function Pair({ overlap: { kind, memories } }: { readonly overlap: MemoryOverlap }): ReactElement {
  return (
    <li className={styles.pair}>
      <p className={styles.hint}>
        {kind === "duplicate" ? "These two say much the same." : "These two may contradict each other."} Correct or
        forget one.
      </p>
      <ol className={styles.list}>
        {memories.map((memory) => (
          <MemoryCard key={memory.id} memory={memory} botId={memory.botId} />
        ))}
      </ol>
    </li>
  );
}

function Propose({ botId }: { readonly botId: Memory["botId"] }): ReactElement {
  const { client, queryClient, toasts } = useReef();
  const propose = useMutation({
    mutationFn: () => client.consolidateMemories(botId),
    onSuccess: ({ items }) => {
      readMemoryAgain(queryClient, botId);
      toasts.show({ text: items.length === 0 ? "Nothing to sum up yet." : `Proposed: ${items.length}.` });
    },
    onError: (error) => toasts.show({ tone: "failed", text: `Nothing proposed: ${errorText(error)}` }),
  });
  return (
    <Button className={styles.act} disabled={propose.isPending} onClick={() => propose.mutate()}>
      {propose.isPending ? "Looking…" : "Propose summaries"}
    </Button>
  );
}
