/** The dialogs over the page. Each is loaded when it is first opened, and read ahead once the page is idle. */
import { type ReactElement, Suspense } from "react";
import { readAskAhead } from "../ask/AskStack.tsx";
import { readFilesAhead } from "../attachment/Files.tsx";
import { useCell } from "../cell.ts";
import { readLiveAhead } from "../markdown/Markdown.tsx";
import { readRightPanelAhead } from "../panel/RightPanelSlot.tsx";
import { useReef } from "../reef.ts";
import { readNoticeAhead } from "../session/EntryView.tsx";
import { readTrayAhead } from "../session/SessionScreen.tsx";
import { Boundary } from "../ui/Boundary.tsx";
import { HeldDialogKeys } from "../ui/HeldKeys.tsx";
import { lazyPart } from "../ui/lazy-part.tsx";
import { readMenuAhead } from "../ui/Menu.tsx";

const Palette = lazyPart("Palette", () => import("../palette/Palette.tsx"));
const ScheduleDialog = lazyPart("ScheduleDialog", () => import("../schedule/ScheduleDialog.tsx"));
const RegenerateDialog = lazyPart("RegenerateDialog", () => import("../session/RegenerateDialog.tsx"));
const StopAllDialog = lazyPart("StopAllDialog", () => import("./StopAllDialog.tsx"));
const MoveSessionsDialog = lazyPart("MoveSessionsDialog", () => import("../topic/MoveSessionsDialog.tsx"));
const Viewer = lazyPart("Viewer", () => import("../attachment/Viewer.tsx"));
const Help = lazyPart("Help", () => import("./Help.tsx"));
const NewSessionDialog = lazyPart("NewSessionDialog", () => import("../session/NewSessionDialog.tsx"));
const NewBotDialog = lazyPart("NewBotDialog", () => import("../bot/NewBotDialog.tsx"));
const TopicDialog = lazyPart("TopicDialog", () => import("../topic/TopicDialog.tsx"));

/** So that the first Ctrl+K opens without a wait. */
export async function readPanelsAhead(): Promise<void> {
  await Promise.all([
    Palette.readAhead(),
    Help.readAhead(),
    NewSessionDialog.readAhead(),
    NewBotDialog.readAhead(),
    TopicDialog.readAhead(),
    readAskAhead(),
    readMenuAhead(),
    readLiveAhead(),
    readTrayAhead(),
    readNoticeAhead(),
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
    <Boundary key={open.type} what="This dialog" onClose={close}>
      <Suspense fallback={<HeldDialogKeys onCancel={close} />}>
        {open.type === "palette" && <Palette onClose={close} />}
        {open.type === "help" && <Help onClose={close} />}
        {open.type === "stop-all" && <StopAllDialog onClose={close} />}
        {open.type === "move-sessions" && <MoveSessionsDialog sessionIds={open.sessionIds} onClose={close} />}
        {open.type === "new-session" && <NewSessionDialog onClose={close} />}
        {open.type === "new-bot" && <NewBotDialog onClose={close} />}
        {open.type === "regenerate" && (
          <RegenerateDialog sessionId={open.sessionId} entry={open.entry} onClose={close} />
        )}
        {open.type === "schedule" && (
          <ScheduleDialog schedule={open.schedule ?? null} sessionId={open.sessionId ?? null} onClose={close} />
        )}
        {open.type === "viewer" && <Viewer pictures={open.pictures} at={open.at} onClose={close} />}
        {open.type === "topic" && (
          <TopicDialog topic={open.topic ?? null} sessionId={open.sessionId ?? null} onClose={close} />
        )}
      </Suspense>
    </Boundary>
  );
}
