/** Lists what a person has to decide: proposals, memories kept out of prompts, and pairs that overlap. */
import type { Memory, MemoryOverlap } from "@reef/protocol/memory";
import type { ReactElement, ReactNode } from "react";
import { errorText } from "../../ui/attempt.ts";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Memory.module.css";
import { MemoryCard } from "./MemoryCard.tsx";
import { ProposalsView } from "./ProposalsView.tsx";
import { useMemoryRead } from "./use-memory-events.ts";
import type { ViewProps } from "./view-props.ts";

const most = 100;

export function SuggestionsView({ bot }: ViewProps): ReactElement {
  const { id } = bot;
  const unapproved = useMemoryRead(id, {
    part: ["unapproved"],
    read: async (client) => (await client.memories(id, { unapproved: true, limit: most })).items,
  });
  const overlaps = useMemoryRead(id, {
    part: ["overlaps"],
    read: async (client) => (await client.memoryOverlaps(id)).items,
  });
  const error = unapproved.error ?? overlaps.error;
  return (
    <section aria-label="To review">
      {error && <p className={styles.none}>Couldn't load it: {errorText(error)}</p>}
      <ProposalsView botId={id} />
      <Part title="From tools and other sessions, for your approval" empty="None.">
        {unapproved.data && <Cards memories={unapproved.data} botId={id} />}
      </Part>
      <Part title="Similar memories" empty="No memories repeat or contradict each other.">
        {overlaps.data && overlaps.data.length > 0 && (
          <ol className={shapes.bare}>
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
  readonly children: ReactNode;
}

function Part({ title, empty, children }: PartProps): ReactElement {
  return (
    <section className={styles.part} aria-label={title}>
      <header className={styles.partHead}>
        <h3 className={styles.heading} dir="auto">
          {title}
        </h3>
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
    <ol className={shapes.bare}>
      {memories.map((memory) => (
        <MemoryCard key={memory.id} memory={memory} botId={botId} />
      ))}
    </ol>
  );
}

function Pair({ overlap: { kind, memories } }: { readonly overlap: MemoryOverlap }): ReactElement {
  return (
    <li className={styles.card}>
      <p className={styles.hint}>
        {kind === "duplicate" ? "These two say almost the same." : "These two may contradict each other."} Correct or
        forget one.
      </p>
      <ol className={shapes.bare}>
        {memories.map((memory) => (
          <MemoryCard key={memory.id} memory={memory} botId={memory.botId} />
        ))}
      </ol>
    </li>
  );
}
