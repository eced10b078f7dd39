/** Draws the edge between the list of sessions and the screen. */
import { type ReactElement, useLayoutEffect, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { maxSidebarPx, minSidebarPx, setSidebarWidth } from "../../data/sidebar-width.ts";
import { useCell } from "../../ui/cell.ts";
import { Edge } from "../../ui/Edge.tsx";
import styles from "./Shell.module.css";

export function SidebarEdge(): ReactElement {
  const { sidebarWidth } = useReef();
  const chosen = useCell(sidebarWidth);
  const place = useRef<HTMLDivElement>(null);
  const [drawnPx, setDrawnPx] = useState(minSidebarPx);
  // biome-ignore lint/correctness/useExhaustiveDependencies: without a stored width the window decides, and moving starts at the drawn width
  useLayoutEffect(() => setDrawnPx(place.current?.parentElement?.offsetWidth ?? minSidebarPx), [chosen]);
  return (
    <div ref={place} className={styles.edgePlace}>
      <Edge
        label="Width of the session list"
        className={styles.edge}
        side="right"
        widthPx={chosen ?? Math.min(maxSidebarPx, Math.max(minSidebarPx, drawnPx))}
        minPx={minSidebarPx}
        maxPx={maxSidebarPx}
        onResize={(px) => setSidebarWidth(sidebarWidth, px)}
        onReset={() => setSidebarWidth(sidebarWidth, null)}
      />
    </div>
  );
}
