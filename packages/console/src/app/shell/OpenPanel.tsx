/** Shows the open dialog. Each is loaded when it is first opened, and those that open by a key are loaded ahead. */
import type { ReactElement } from "react";
import type { Panel } from "../../data/reef.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";

const Palette = lazyPart("Palette", () => import("../palette/Palette.tsx"));
const ScheduleDialog = lazyPart("ScheduleDialog", () => import("../../features/schedule/ScheduleDialog.tsx"));
const RegenerateDialog = lazyPart("RegenerateDialog", () => import("../../features/session/RegenerateDialog.tsx"));
const StopAllDialog = lazyPart("StopAllDialog", () => import("./StopAllDialog.tsx"));
const MoveSessionsDialog = lazyPart("MoveSessionsDialog", () => import("../../features/topic/MoveSessionsDialog.tsx"));
const Viewer = lazyPart("Viewer", () => import("../../features/attachment/Viewer.tsx"));
const Help = lazyPart("Help", () => import("./Help.tsx"));
const NewSessionDialog = lazyPart("NewSessionDialog", () => import("../../features/session/NewSessionDialog.tsx"));
const NewBotDialog = lazyPart("NewBotDialog", () => import("../../features/bot/NewBotDialog.tsx"));
const TopicDialog = lazyPart("TopicDialog", () => import("../../features/topic/TopicDialog.tsx"));

export async function readDialogsAhead(): Promise<void> {
  await Promise.all([Palette, Help, NewSessionDialog, NewBotDialog, TopicDialog].map((part) => part.readAhead()));
}

export function OpenPanel({
  panel,
  onClose,
}: {
  readonly panel: NonNullable<Panel>;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <>
      {panel.type === "palette" && <Palette onClose={onClose} />}
      {panel.type === "help" && <Help onClose={onClose} />}
      {panel.type === "stop-all" && <StopAllDialog onClose={onClose} />}
      {panel.type === "move-sessions" && <MoveSessionsDialog sessionIds={panel.sessionIds} onClose={onClose} />}
      {panel.type === "new-session" && <NewSessionDialog onClose={onClose} />}
      {panel.type === "new-bot" && <NewBotDialog onClose={onClose} />}
      {panel.type === "regenerate" && (
        <RegenerateDialog sessionId={panel.sessionId} entry={panel.entry} onClose={onClose} />
      )}
      {panel.type === "schedule" && (
        <ScheduleDialog schedule={panel.schedule ?? null} sessionId={panel.sessionId ?? null} onClose={onClose} />
      )}
      {panel.type === "viewer" && <Viewer pictures={panel.pictures} at={panel.at} onClose={onClose} />}
      {panel.type === "topic" && (
        <TopicDialog topic={panel.topic ?? null} sessionId={panel.sessionId ?? null} onClose={onClose} />
      )}
    </>
  );
}
