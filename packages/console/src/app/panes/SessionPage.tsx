/** Shows the session of the address, and those beside it. */
import type { SessionId } from "@reef/protocol/ids";
import { type ReactElement, useLayoutEffect } from "react";
import { openBeside, showIn, writePanes } from "../../data/panes.ts";
import { useReef } from "../../data/reef.ts";
import { draggedSessions, sessionsType } from "../../features/list/list-drag.ts";
import { SessionScreen } from "../../features/session/SessionScreen.tsx";
import { useCell } from "../../ui/cell.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { useParams, useRouter } from "../../ui/router.tsx";
import styles from "./SessionPage.module.css";

const PaneGrid = lazyPart("PaneGrid", () => import("./PaneGrid.tsx"));

export function SessionPage(): ReactElement {
  const sessionId = useParams().sessionId as SessionId;
  const { panes } = useReef();
  const router = useRouter();
  const shown = showIn(useCell(panes), sessionId);
  useLayoutEffect(() => {
    panes.set(shown);
    writePanes(shown);
  }, [panes, shown]);
  if (shown.ids.length <= 1) {
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop a session; Ctrl+\\ does the same by key
      <div
        className={styles.single}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(sessionsType)) event.preventDefault();
        }}
        onDrop={(event) => {
          const [dropped] = draggedSessions(event);
          if (!dropped || dropped === sessionId) return;
          event.preventDefault();
          panes.set(openBeside(shown, { id: dropped, at: 0 }));
          router.navigate({ to: "/s/$sessionId", params: { sessionId: dropped } });
        }}
      >
        {/* Keyed, so that nothing of one session is left when the next is shown. */}
        <SessionScreen key={sessionId} sessionId={sessionId} />
      </div>
    );
  }
  return (
    <Part what="The split view" fallback={<main aria-busy="true" />}>
      <PaneGrid panes={shown} />
    </Part>
  );
}
