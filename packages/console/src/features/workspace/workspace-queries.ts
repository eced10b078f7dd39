/**
 * Reads a bot's workspace. No event says what a command wrote, so what is on the screen is read again after each result of a
 * call and each turn, at most once a second.
 */
import type { BotId } from "@reef/protocol/ids";
import type { WorkspaceEntry } from "@reef/protocol/workspace";
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ReadContext } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";

const keyOf = (botId: BotId, ...rest: readonly string[]) => ["workspace", botId, ...rest];
const readAfterMs = 1_000;

export function folderQuery({ client }: ReadContext, botId: BotId, path: string) {
  return queryOptions({
    queryKey: keyOf(botId, "folder", path),
    queryFn: async ({ signal }) => {
      const { entries, isCut } = await wholeClient(client).workspace(botId, path === "" ? {} : { path }, { signal });
      return { entries: entries.toSorted(foldersFirst), isCut };
    },
    retry: false,
  });
}

export function fileQuery({ client }: ReadContext, botId: BotId, { path, changedAt }: WorkspaceEntry) {
  return queryOptions({
    queryKey: keyOf(botId, "file", path, changedAt ?? ""),
    queryFn: ({ signal }) => wholeClient(client).readWorkspaceFile(botId, path, { signal }),
    gcTime: 10_000,
    retry: false,
  });
}

export function changedTurnsQuery({ client }: ReadContext, botId: BotId) {
  return queryOptions({
    queryKey: keyOf(botId, "turns"),
    queryFn: async ({ signal }) => (await wholeClient(client).workspaceTurns(botId, { signal })).items,
    retry: false,
    // The snapshot after a turn is taken a moment after its end is told.
    refetchInterval: ({ state }) => (state.data?.some(({ isRunning }) => isRunning) ? 2_000 : false),
  });
}

/** Of a turn that has ended: what it changed stays the same, whatever happens later. */
export function changesQuery({ client }: ReadContext, botId: BotId, turnId: string) {
  return queryOptions({
    queryKey: ["workspace-changes", botId, turnId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => wholeClient(client).workspaceChanges(botId, turnId, { signal }),
    retry: false,
  });
}

export async function readWorkspaceAgain(queryClient: QueryClient, botId: BotId): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keyOf(botId) });
}

/** Keeps what is shown of the workspace true while turns work in it. */
export function useFollowWorkspace(botId: BotId): void {
  const { live, queryClient } = useReef();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = live.onEvents((events) => {
      const isWork = events.some(
        (event) =>
          event.type === "turn.changed" || (event.type === "entry.created" && event.entry.kind === "tool_result"),
      );
      if (!isWork) return;
      timer ??= setTimeout(() => {
        timer = null;
        void readWorkspaceAgain(queryClient, botId);
      }, readAfterMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [live, queryClient, botId]);
}

function foldersFirst(a: WorkspaceEntry, b: WorkspaceEntry): number {
  const [first, second] = [a.kind === "folder", b.kind === "folder"];
  return first === second ? a.path.localeCompare(b.path, undefined, { numeric: true }) : first ? -1 : 1;
}
