/**
 * Folds events into the tool call that each session is in. A call counts until its own result, the end of its turn, or a newer call;
 * those that began before the page was opened are not known.
 */
import type { EntryTool } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { SessionId } from "@reef/protocol/ids";

export type LiveCalls = ReadonlyMap<SessionId, EntryTool>;

export const noLiveCalls: LiveCalls = new Map();

/** Returns the calls after `events`; the same map when they change nothing. */
export function foldCalls(calls: LiveCalls, events: readonly Event[]): LiveCalls {
  let next: Map<SessionId, EntryTool> | null = null;
  const write = (): Map<SessionId, EntryTool> => {
    next ??= new Map(calls);
    return next;
  };
  const end = (id: SessionId): void => {
    if ((next ?? calls).has(id)) write().delete(id);
  };
  for (const event of events) {
    if (event.type === "turn.changed" && event.turn.state !== "running") end(event.turn.sessionId);
    if (event.type !== "entry.created") continue;
    const { kind, sessionId, tool } = event.entry;
    if (kind === "tool_call" && tool) write().set(sessionId, tool);
    else if (kind === "tool_result" && (next ?? calls).get(sessionId)?.callId === tool?.callId) end(sessionId);
  }
  return next ?? calls;
}
