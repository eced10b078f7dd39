/** Shows what a session asks, does or says: a question, the words it writes, its tool with what that works on, or its latest words. */
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useSyncExternalStore } from "react";
import { asksQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { lastWords, plainWords } from "../../ui/last-words.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { newestSentence } from "../../ui/newest-sentence.ts";
import { Part } from "../../ui/Part.tsx";
import { providerWaitWords } from "../../ui/provider-wait-words.ts";
import shapes from "../../ui/Shapes.module.css";

const StepLine = lazyPart("StepLine", () => import("../session/StepLine.tsx"));

export function RowWords({
  session,
  className,
}: {
  readonly session: Session;
  readonly className: string | undefined;
}): ReactElement {
  const question = useWaitingQuestion(session);
  const written = useLiveWords(session.id);
  const { liveCalls } = useReef();
  const call = useSyncExternalStore(liveCalls.subscribe, () => liveCalls.get().get(session.id));
  const isCalling = question === null && written === null && session.status === "running" && call !== undefined;
  const words = (
    <span className={shapes.cut} dir="auto">
      {question !== null ? plainWords(question) : (written ?? waitWords(session) ?? lastWords(session))}
    </span>
  );
  return (
    <span className={className}>
      {isCalling ? (
        <Part what="Its step" fallback={words} instead={words}>
          <StepLine tool={call} />
        </Part>
      ) : (
        words
      )}
    </span>
  );
}

function waitWords({ status, providerWait }: Session): string | null {
  return status === "waiting" && providerWait !== null ? providerWaitWords(providerWait) : null;
}

/** Returns words of the answer that is being written, at most once a second, so that they can be read. */
function useLiveWords(sessionId: SessionId): string | null {
  const { seconds, live } = useReef();
  return useSyncExternalStore(seconds.subscribe, () => {
    for (const { sessionId: writing, text } of live.glimpses.get().values()) {
      if (writing === sessionId && text !== "") return newestSentence(text);
    }
    return null;
  });
}

function useWaitingQuestion({ id, openAsks }: Session): string | null {
  const { reads } = useReef();
  const { data = null } = useQuery({
    ...asksQuery(reads),
    select: (asks) => {
      if (openAsks === 0) return null;
      for (const ask of asks.values()) if (ask.sessionId === id && ask.state === "open") return ask.question;
      return null;
    },
  });
  return data;
}
