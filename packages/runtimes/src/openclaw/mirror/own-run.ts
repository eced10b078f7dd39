/** Whether an event tells of a run that a turn of ours asked for. */
import { z } from "zod";
import type { GatewayEvent } from "../connection.ts";
import { turnIdOfRun } from "./attribution.ts";

const Named = z.object({
  runId: z.string().nullish(),
  message: z
    .object({ idempotencyKey: z.string().nullish(), __openclaw: z.object({ runId: z.string().nullish() }).nullish() })
    .nullish(),
  session: z.object({ lastRunId: z.string().nullish() }).nullish(),
});

export function isOfOwnRun({ payload }: GatewayEvent): boolean {
  const named = Named.safeParse(payload);
  if (!named.success) return false;
  const { runId, message, session } = named.data;
  const run = message?.idempotencyKey ?? message?.__openclaw?.runId ?? runId ?? session?.lastRunId;
  return turnIdOfRun(run) !== null;
}
