/**
 * Shows two to four sessions side by side. A press or the focus in a pane makes it the active one; on a phone it alone is
 * shown.
 */
import type { SessionId } from "@reef/protocol/ids";
import { X } from "lucide";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { closePane, openBeside, type Panes } from "../../data/panes.ts";
import { useReef } from "../../data/reef.ts";
import { draggedSessions, sessionsType } from "../../features/list/list-drag.ts";
import { SessionScreen } from "../../features/session/SessionScreen.tsx";
import { Boundary } from "../../ui/Boundary.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useRouter } from "../../ui/router.tsx";
import styles from "./PaneGrid.module.css";

export function PaneGrid({ panes }: { readonly panes: Panes }): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const [overAt, setOverAt] = useState<number | null>(null);
  const grid = useRef<HTMLElement>(null);
  const activeId = panes.ids[panes.active];
  // biome-ignore lint/correctness/useExhaustiveDependencies: a jump to a pane that is there already moves the focus too
  useEffect(() => {
    const pane = grid.current?.querySelector("[data-active]");
    if (!pane || pane.contains(document.activeElement) || document.activeElement?.closest("nav")) return;
    pane.querySelector("textarea")?.focus({ preventScroll: true });
  }, [activeId]);
  const show = (next: Panes): void => {
    reef.panes.set(next);
    const sessionId = next.ids[next.active];
    if (sessionId) router.navigate({ to: "/s/$sessionId", params: { sessionId }, replace: true });
  };
  const activate = (at: number): void => {
    if (at !== panes.active) show({ ...panes, active: at });
  };
  return (
    <main ref={grid} className={styles.grid} data-count={panes.ids.length} aria-label="Sessions side by side">
      {panes.ids.map((id: SessionId, at) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only notices presses and focus of the parts inside; keys do the same
        <div
          key={id}
          className={styles.pane}
          data-active={at === panes.active || undefined}
          data-over={at === overAt || undefined}
          onPointerDownCapture={() => activate(at)}
          onFocusCapture={(event) => {
            // A composer that takes the focus when it appears takes it from nothing, without the person's wish.
            if (event.relatedTarget) activate(at);
          }}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(sessionsType)) return;
            event.preventDefault();
            setOverAt(at);
          }}
          onDragLeave={() => setOverAt(null)}
          onDrop={(event) => {
            setOverAt(null);
            const [dropped] = draggedSessions(event);
            if (!dropped) return;
            event.preventDefault();
            show(openBeside(panes, { id: dropped, at }));
          }}
        >
          <Boundary what="This session">
            <SessionScreen sessionId={id} isBeside />
          </Boundary>
          <button
            type="button"
            className={styles.close}
            aria-label="Close this pane"
            title="Close this pane"
            onPointerDown={(event) => event.stopPropagation()}
            onClick={(event) => {
              event.stopPropagation();
              show(closePane(panes, at));
            }}
          >
            <Icon icon={X} />
          </button>
        </div>
      ))}
    </main>
  );
}
