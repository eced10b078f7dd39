/**
 * Shows what the session's bot knows: all of it, what this turn was given, its blocks, what it suggests, and who reads
 * it.
 */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import type { TabProps } from "../panel/tab-props.ts";
import { BlocksView } from "./BlocksView.tsx";
import { FactsView, LinesView } from "./KnownView.tsx";
import styles from "./Memory.module.css";
import { SharingView } from "./SharingView.tsx";
import { SuggestionsView } from "./SuggestionsView.tsx";
import { UsedView } from "./UsedView.tsx";
import { useMemoryEvents } from "./use-memory-events.ts";
import type { ViewProps } from "./view-props.ts";

interface View {
  readonly id: string;
  readonly label: string;
  readonly screen: (props: ViewProps) => ReactElement | null;
}

const views: readonly View[] = [
  { id: "facts", label: "Facts", screen: FactsView },
  { id: "lines", label: "Verbatim", screen: LinesView },
  { id: "used", label: "Used", screen: UsedView },
  { id: "blocks", label: "Blocks", screen: BlocksView },
  { id: "suggestions", label: "To review", screen: SuggestionsView },
  { id: "sharing", label: "Sharing", screen: SharingView },
];
const [firstView] = views as [View];

export function MemoryTab({ session }: TabProps): ReactElement | null {
  const { reads } = useReef();
  const { data: bot } = useQuery({ ...botsQuery(reads), select: (bots) => bots.get(session.botId) });
  const [viewId, setViewId] = useState(firstView.id);
  useMemoryEvents(session.botId);
  if (!bot) return null;
  const view = views.find(({ id }) => id === viewId) ?? firstView;
  return (
    <div className={styles.memory}>
      <nav className={styles.views} aria-label="Memory views">
        {views.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            className={styles.view}
            aria-current={id === view.id ? "true" : undefined}
            onClick={() => setViewId(id)}
          >
            {label}
          </button>
        ))}
      </nav>
      {session.memory === "off" && (
        <p className={styles.notice}>Memory is off in this session: it uses none, and nothing said here is kept.</p>
      )}
      <view.screen key={view.id} bot={bot} session={session} />
    </div>
  );
}
