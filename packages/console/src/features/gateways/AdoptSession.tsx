/** Draws the foot of a transcript in OpenClaw: it is read here until it is adopted; then this leads to the session. */
import type { Gateway, GatewaySession } from "@reef/protocol/gateway";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { useRouter } from "../../ui/router.tsx";
import { SessionLink } from "../../ui/SessionLink.tsx";
import { takeSession } from "../session/session-actions.ts";
import { readGatewaysAgain } from "./gateway-queries.ts";
import styles from "./OutsideTranscript.module.css";

export function AdoptSession({
  gateway,
  sessionKey,
  session,
}: {
  readonly gateway: Gateway;
  readonly sessionKey: string;
  readonly session: GatewaySession | null;
}): ReactElement {
  const reef = useReef();
  const router = useRouter();
  const queryClient = useQueryClient();
  const adopt = useMutation({
    mutationFn: () =>
      attempt(reef, "Couldn't adopt it", async () => {
        const adopted = await wholeClient(reef.client).adoptGatewaySession(gateway.id, sessionKey);
        takeSession(reef, adopted);
        readGatewaysAgain(queryClient);
        router.navigate({ to: "/s/$sessionId", params: { sessionId: adopted.id } });
      }),
  });
  if (session?.sessionId) {
    return (
      <footer className={styles.foot}>
        <p>This session is in Reef. Write to it there: messages from either side appear on both.</p>
        <SessionLink sessionId={session.sessionId}>Open it in Reef</SessionLink>
      </footer>
    );
  }
  return (
    <footer className={styles.foot}>
      <p>
        This is OpenClaw's transcript. Adopt the session to use it in Reef with its whole transcript. It stays unchanged
        in OpenClaw.
      </p>
      <Button look="primary" disabled={gateway.state !== "ready" || adopt.isPending} onClick={() => adopt.mutate()}>
        {adopt.isPending ? "Adopting…" : "Adopt this session"}
      </Button>
    </footer>
  );
}
