/** Returns the turn of ours that started an event's run; null for a run of someone else. */
import type { TurnId } from "@reef/protocol/ids";
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

export function turnIdOfEvent({ payload }: GatewayEvent): TurnId | null {
  const named = Named.safeParse(payload);
  if (!named.success) return null;
  const { runId, message, session } = named.data;
  const run = message?.idempotencyKey ?? message?.__openclaw?.runId ?? runId ?? session?.lastRunId;
  return turnIdOfRun(run);
}
