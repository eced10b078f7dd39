/** Opens a file of a bot's workspace in the panel beside the session. Undefined for a bot without a box. */
import type { SessionId } from "@reef/protocol/ids";
import { useQuery } from "@tanstack/react-query";
import { botsQuery, sessionsQuery } from "../../data/queries.ts";
import { type Reef, useReef } from "../../data/reef.ts";
import { showTab, toggleRightPanel } from "../../data/right-panel.ts";

export function useOpenFile(sessionId: SessionId | null): ((path: string) => void) | undefined {
  const reef = useReef();
  const { data: botId } = useQuery({
    ...sessionsQuery(reef.reads),
    select: ({ byId }) => (sessionId === null ? null : (byId.get(sessionId)?.botId ?? null)),
  });
  const { data: hasBox } = useQuery({
    ...botsQuery(reef.reads),
    select: (bots) => Boolean(botId && bots.get(botId)?.box),
  });
  return hasBox ? (path) => openFile(reef, path) : undefined;
}

export function openFile({ rightPanel }: Pick<Reef, "rightPanel">, path: string): void {
  // Commands know the workspace as /work.
  rightPanel.file.set(path.replace(/^\/work\//, "").replace(/^(\.\/)+/, ""));
  showTab(rightPanel, "files");
  if (!rightPanel.isShown.get()) toggleRightPanel(rightPanel);
}
