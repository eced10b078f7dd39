/** Stops a running call: a command of the bot's box alone, so that the bot sees that it was stopped; of any other call, the turn. */
import type { Entry } from "@reef/protocol/entry";
import type { WorkspaceCommand } from "@reef/protocol/workspace";
import type { SessionIndex } from "../../data/cache.ts";
import { queryKeys } from "../../data/queries.ts";
import type { Reef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { stopSession } from "../session/session-actions.ts";

export function stopsAlone({ tool }: Pick<Entry, "tool">): boolean {
  return tool?.name === "command_run";
}

export async function stopCall(reef: Reef, call: Entry): Promise<void> {
  const session = reef.queryClient.getQueryData<SessionIndex>(queryKeys.sessions)?.byId.get(call.sessionId);
  if (!stopsAlone(call) || session === undefined) return stopSession(reef, call.sessionId);
  const client = wholeClient(reef.client);
  await attempt(reef, "Couldn't stop the command", async () => {
    const { items } = await client.workspaceCommands(session.botId);
    const found = commandOf(call, items);
    // It has ended, or has not begun: the turn is what can be stopped.
    if (found === undefined) return stopSession(reef, call.sessionId);
    await client.stopWorkspaceCommand(session.botId, found.id);
  });
}

/** Models may number their calls from 1 in every turn, so the turn counts too. */
export function commandOf(
  { turnId, tool }: Pick<Entry, "turnId" | "tool">,
  commands: readonly WorkspaceCommand[],
): WorkspaceCommand | undefined {
  return commands.find(
    (each) => each.state === "running" && !each.isBackground && each.turnId === turnId && each.callId === tool?.callId,
  );
}
