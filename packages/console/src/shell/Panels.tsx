/** The dialogs over the page. Each is loaded when it is first opened, and read ahead once the page is idle. */
import { lazy, type ReactElement, Suspense } from "react";
import { readAskAhead } from "../ask/AskStack.tsx";
import { readFilesAhead } from "../attachment/Files.tsx";
import { useCell } from "../cell.ts";
import { readLiveAhead } from "../markdown/Markdown.tsx";
import { readRightPanelAhead } from "../panel/RightPanelSlot.tsx";
import { useReef } from "../reef.ts";
import { readTrayAhead } from "../session/SessionScreen.tsx";
import { Boundary } from "../ui/Boundary.tsx";
import { readMenuAhead } from "../ui/Menu.tsx";

const loadPalette = () => import("../palette/Palette.tsx");
const loadHelp = () => import("./Help.tsx");
const loadNewSession = () => import("../session/NewSessionDialog.tsx");
const loadNewBot = () => import("../bot/NewBotDialog.tsx");
const loadTopic = () => import("../topic/TopicDialog.tsx");

const loadMoveSessions = () => import("../topic/MoveSessionsDialog.tsx");
const loadStopAll = () => import("./StopAllDialog.tsx");

const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }));
const ScheduleDialog = lazy(async () => ({ default: (await import("../schedule/ScheduleDialog.tsx")).ScheduleDialog }));
const StopAllDialog = lazy(async () => ({ default: (await loadStopAll()).StopAllDialog }));
const MoveSessionsDialog = lazy(async () => ({ default: (await loadMoveSessions()).MoveSessionsDialog }));
const Viewer = lazy(async () => ({ default: (await import("../attachment/Viewer.tsx")).Viewer }));
const Help = lazy(async () => ({ default: (await loadHelp()).Help }));
const NewSessionDialog = lazy(async () => ({ default: (await loadNewSession()).NewSessionDialog }));
const NewBotDialog = lazy(async () => ({ default: (await loadNewBot()).NewBotDialog }));
const TopicDialog = lazy(async () => ({ default: (await loadTopic()).TopicDialog }));

/** So that the first Ctrl+K opens at once. */
export async function readPanelsAhead(): Promise<void> {
  await Promise.all([
    loadPalette(),
    loadHelp(),
    loadNewSession(),
    loadNewBot(),
    loadTopic(),
    readAskAhead(),
    readMenuAhead(),
    readLiveAhead(),
    readTrayAhead(),
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
    <Boundary key={open.type} what="This dialog">
      <Suspense fallback={null}>
        {open.type === "palette" && <Palette onClose={close} />}
        {open.type === "help" && <Help onClose={close} />}
        {open.type === "stop-all" && <StopAllDialog onClose={close} />}
        {open.type === "move-sessions" && <MoveSessionsDialog sessionIds={open.sessionIds} onClose={close} />}
        {open.type === "new-session" && <NewSessionDialog onClose={close} />}
        {open.type === "new-bot" && <NewBotDialog onClose={close} />}
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
