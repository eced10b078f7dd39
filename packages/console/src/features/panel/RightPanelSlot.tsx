/** Holds the place of the right panel: empty until it is opened, and loaded then, or ahead while the page is idle. */
import type { SessionId } from "@reef/protocol/ids";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { useCell } from "../../ui/cell.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";

const RightPanel = lazyPart("RightPanel", () => import("./RightPanel.tsx"));

export async function readRightPanelAhead(): Promise<void> {
  await RightPanel.readAhead();
}

export function RightPanelSlot({ sessionId }: { readonly sessionId: SessionId | null }): ReactElement | null {
  const { rightPanel } = useReef();
  const isShown = useCell(rightPanel.isShown);
  if (!isShown || !sessionId) return null;
  return (
    <Part key={sessionId} what="This panel">
      <RightPanel sessionId={sessionId} />
    </Part>
  );
}
