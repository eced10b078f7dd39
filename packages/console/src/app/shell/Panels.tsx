/** Mounts the dialogs over the page. Each is loaded when it is first opened, and ahead once the page is idle. */
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { readAskAhead } from "../../features/ask/AskStack.tsx";
import { readFilesAhead } from "../../features/attachment/Files.tsx";
import { readRightPanelAhead } from "../../features/panel/RightPanelSlot.tsx";
import { readNoticeAhead } from "../../features/session/EntryView.tsx";
import { readStepsAhead } from "../../features/session/RowView.tsx";
import { readTrayAhead } from "../../features/session/SessionScreen.tsx";
import { useCell } from "../../ui/cell.ts";
import { HeldDialogKeys } from "../../ui/HeldKeys.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { readMenuAhead } from "../../ui/Menu.tsx";
import { readLiveAhead } from "../../ui/markdown/Markdown.tsx";
import { Part } from "../../ui/Part.tsx";

const OpenPanel = lazyPart("OpenPanel", () => import("./OpenPanel.tsx"));

/** Loads them ahead, so that the first Ctrl+K opens without a wait. */
export async function readPanelsAhead(): Promise<void> {
  await Promise.all([
    import("./OpenPanel.tsx").then(({ readDialogsAhead }) => readDialogsAhead()),
    OpenPanel.readAhead(),
    readAskAhead(),
    readMenuAhead(),
    readLiveAhead(),
    readTrayAhead(),
    readNoticeAhead(),
    readStepsAhead(),
    readFilesAhead(),
    readRightPanelAhead(),
  ]);
}

export function Panels(): ReactElement | null {
  const { panel } = useReef();
  const open = useCell(panel);
  if (!open) return null;
  const close = (): void => panel.set(null);
  return (
    <Part key={open.type} what="This dialog" onClose={close} fallback={<HeldDialogKeys onCancel={close} />}>
      <OpenPanel panel={open} onClose={close} />
    </Part>
  );
}
