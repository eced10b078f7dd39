/**
 * Checks MCP servers: each start may take a minute, is shown with its time, and can be given up; leaving the screen does not
 * give it up. A failure stays beside its server until the next check.
 */
import type { McpServerId } from "@reef/protocol/ids";
import { useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { nowMs } from "../../ui/clock.ts";
import { readServersAgain, takeServer } from "./tool-queries.ts";

export type Check =
  | { readonly state: "running"; readonly sinceMs: number; readonly stop: () => void }
  | { readonly state: "done"; readonly atMs: number }
  | { readonly state: "failed"; readonly reason: string };

export interface Checks {
  readonly of: (id: McpServerId) => Check | null;
  readonly start: (id: McpServerId) => void;
}

export function useChecks(): Checks {
  const { client, queryClient } = useReef();
  const [checks, setChecks] = useState<ReadonlyMap<McpServerId, Check>>(new Map());
  const put = (id: McpServerId, check: Check | null): void =>
    setChecks((before) => {
      const after = new Map(before);
      if (check === null) after.delete(id);
      else after.set(id, check);
      return after;
    });
  const start = async (id: McpServerId): Promise<void> => {
    const abort = new AbortController();
    put(id, { state: "running", sinceMs: nowMs(), stop: () => abort.abort() });
    try {
      takeServer(queryClient, await wholeClient(client).checkMcpServer(id, { signal: abort.signal }));
      put(id, { state: "done", atMs: nowMs() });
    } catch (error) {
      put(id, abort.signal.aborted ? null : { state: "failed", reason: errorText(error) });
      void readServersAgain(queryClient);
    }
  };
  return { of: (id) => checks.get(id) ?? null, start: (id) => void start(id) };
}
