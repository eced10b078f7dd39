/** Finds which session a spawning call created, from the engine's own text about it. */
import type { SessionId } from "@reef/protocol/ids";
import { tellsByTool } from "@reef/protocol/own-tools.generated";
import type { TranscriptRow } from "./transcript-rows.ts";

/** Returns the session that a tool's result says it spawned; null for every other row. */
export function spawnedSessionId({ result }: Extract<TranscriptRow, { type: "tool" }>): SessionId | null {
  if (!result?.tool || tellsByTool[result.tool.name] !== "child" || result.tool.isError) return null;
  // The title comes before the id and may contain anything, so the last match counts; the bot's name cannot contain a
  // task's.
  const id = result.text
    .match(/\(ses_[0-9a-f-]{36}\)(?= for )/g)
    ?.at(-1)
    ?.slice(1, -1);
  return (id as SessionId | undefined) ?? null;
}
