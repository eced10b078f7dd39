/** Lists what a person has to decide: proposals, memories kept out of prompts, and pairs that overlap. */
import type { MemoryOverlap } from "@reef/protocol/memory";
import type { ReactElement, ReactNode } from "react";
import { errorText } from "../../ui/attempt.ts";
import shapes from "../../ui/Shapes.module.css";
import styles from "./Memory.module.css";
import { MemoryCard } from "./MemoryCard.tsx";
import { ProposalsView } from "./ProposalsView.tsx";
import { useMemoryRead } from "./use-memory-events.ts";
import type { ViewProps } from "./view-props.ts";
import { useWaitingCount, WaitingView } from "./WaitingView.tsx";

export function SuggestionsView({ bot }: ViewProps): ReactElement {
  const { id } = bot;
  const waiting = useWaitingCount(id);
  const overlaps = useMemoryRead(id, {
    part: ["overlaps"],
    read: async (client) => (await client.memoryOverlaps(id)).items,
  });
  const { error } = overlaps;
  return (
    <section aria-label="To review">
      {error && <p className={styles.none}>Couldn't load it: {errorText(error)}</p>}
      <ProposalsView botId={id} />
      <Part
        title="From tools and other sessions, for your approval"
        count={waiting === null || waiting === 0 ? null : waiting}
        empty="None."
      >
        <WaitingView botId={id} />
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
  readonly count?: number | null;
  readonly empty: string;
  readonly children: ReactNode;
}

function Part({ title, count = null, empty, children }: PartProps): ReactElement {
  return (
    <section className={styles.part} aria-label={title}>
      <header className={styles.partHead}>
        <h3 className={styles.heading} dir="auto">
          {title}
          {count !== null && <span className={styles.count}> {count}</span>}
        </h3>
      </header>
      <div className={styles.orEmpty} data-empty={empty}>
        {children}
      </div>
    </section>
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
