/** Says what a session without an open turn waits for. A turn that failed says so at its own place. */
import type { Session } from "@reef/protocol/session";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { heldWords, resumeLabel, useHoldOf, useResume } from "../../data/overview/holds.ts";
import { sessionsQuery, statusQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { countWork } from "../../data/work.ts";
import { Button } from "../../ui/Button.tsx";
import { Strip } from "./Strip.tsx";
import { restoreSession } from "./session-actions.ts";
import styles from "./TurnStrip.module.css";

export function Standing({ session }: { readonly session: Session }): ReactElement | null {
  if (session.archivedAt !== null) return <Archived session={session} />;
  if (session.status === "held") return <Held session={session} />;
  if (session.status === "paused") {
    return <Strip status="paused">Its bot is paused: messages wait until you resume it.</Strip>;
  }
  return session.status === "queued" ? <Queued /> : null;
}

/** A session is queued for a moment until a turn takes its message; only if all slots are taken does it wait for one. */
function Queued(): ReactElement | null {
  const { reads } = useReef();
  const { data: status } = useQuery(statusQuery(reads));
  const { data: running = 0 } = useQuery({ ...sessionsQuery(reads), select: (index) => countWork(index).running });
  if (!status || running < status.maxTurns) return null;
  return <Strip status="queued">Waiting for a free slot.</Strip>;
}

/** Names the hold that covers the session: a person who resumes here may have stopped more than this session. */
function Held({ session }: { readonly session: Session }): ReactElement {
  const { resume, isResuming } = useResume();
  const hold = useHoldOf(session);
  return (
    <Strip status="held">
      <span className={styles.words}>{hold === undefined ? heldWords(null) : heldWords(hold)}</span>
      {hold && (
        <Button look="quiet" isSmall disabled={isResuming} onClick={() => resume(hold.scope)}>
          {resumeLabel(hold, session)}
        </Button>
      )}
    </Strip>
  );
}

function Archived({ session }: { readonly session: Session }): ReactElement {
  const reef = useReef();
  return (
    <Strip status="idle">
      <span className={styles.words}>Archived. A message brings it back.</span>
      <Button look="quiet" isSmall onClick={() => void restoreSession(reef, session)}>
        Restore
      </Button>
    </Strip>
  );
}
