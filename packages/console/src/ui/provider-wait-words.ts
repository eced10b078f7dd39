/** Says what a session waits for while its model is away. */
import type { Session } from "@reef/protocol/session";

export function providerWaitWords({ model, state }: NonNullable<Session["providerWait"]>): string {
  return `Waiting for ${model}, which ${state === "down" ? "is down" : "limits its requests"}`;
}
