/** Links to the origin of a memory: the entry of the session in which it was said or saved (ME2). */
import type { Entry } from "@reef/protocol/entry";
import type { MemoryId } from "@reef/protocol/ids";
import type { Memory } from "@reef/protocol/memory";
import { useQuery } from "@tanstack/react-query";
import type { MouseEvent, ReactElement } from "react";
import { sessionsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { countOf } from "../../ui/count.ts";
import { SessionLink } from "../../ui/SessionLink.tsx";
import { useShowEntry } from "../session/use-show-entry.ts";
import styles from "./Memory.module.css";
import { readKept } from "./memory-history.ts";
import { sessionOfSource } from "./memory-words.ts";

type Sourced = Pick<Memory, "source" | "kind" | "occurredAt" | "createdAt">;

export function SourceLink({ memory }: { readonly memory: Sourced }): ReactElement {
  const { reads } = useReef();
  const { source } = memory;
  const sessionId = sessionOfSource(source)?.sessionId;
  const { data: title = null } = useQuery({
    ...sessionsQuery(reads),
    select: ({ byId }) => (sessionId ? (byId.get(sessionId)?.title ?? null) : null),
  });
  const showEntry = useShowEntry();
  switch (source.kind) {
    case "person":
      return <span>written down by you</span>;
    case "import":
      return <span>imported: {source.name}</span>;
    case "memories":
      return <MadeOf ids={source.ids} isSummary={memory.kind === "summary"} />;
    case "entry":
    case "turn":
    case "session": {
      const what = source.kind === "entry" ? "said in" : "saved in";
      if (title === null) return <span>{what} a deleted session</span>;
      const go = (event: MouseEvent): void => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        void showEntry({
          sessionId: source.sessionId,
          at: source.kind === "entry" ? (memory.occurredAt ?? memory.createdAt) : memory.createdAt,
          isIt: (entry) => isSource(entry, source),
        });
      };
      return (
        <span className={styles.from}>
          {what}{" "}
          <SessionLink sessionId={source.sessionId} title="Go to where it was said" onClick={go}>
            {title}
          </SessionLink>
        </span>
      );
    }
  }
}

interface MadeOfProps {
  readonly ids: readonly MemoryId[];
  readonly isSummary: boolean;
}

/** For lines: links to the newest of them, which is last. */
function MadeOf({ ids, isSummary }: MadeOfProps): ReactElement {
  const { client } = useReef();
  const last = ids.at(-1);
  const { data: made = null } = useQuery({
    queryKey: ["memory source", last],
    queryFn: () => (last === undefined ? null : readKept(wholeClient(client), last)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (made?.source.kind === "entry") {
    return (
      <span className={styles.from}>
        from what was <SourceLink memory={made} />
      </span>
    );
  }
  return <span>{!isSummary && ids.length === 1 ? "a correction" : `made from ${countOf(ids.length, "other")}`}</span>;
}

/** True for an entry that the source names; without an entry or turn, the link leads to that time. */
function isSource(entry: Entry, source: Memory["source"]): boolean {
  switch (source.kind) {
    case "entry":
      return entry.id === source.entryId;
    case "turn":
      return entry.turnId === source.turnId;
    default:
      return false;
  }
}
