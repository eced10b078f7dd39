/** Makes an agent a bot of Reef, with a first session, and opens it: a bot without one has nothing to show. */
import type { GatewayAgent } from "@reef/protocol/gateway";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { applyEvents } from "../../data/apply-events.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { useRouter } from "../../ui/router.tsx";
import { createSession } from "../session/session-actions.ts";
import { readGatewaysAgain } from "./gateway-queries.ts";

export function useAdoptAgent({ gatewayId, agentId, name }: Pick<GatewayAgent, "gatewayId" | "agentId" | "name">) {
  const reef = useReef();
  const router = useRouter();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      attempt(reef, `Couldn't adopt ${name}`, async () => {
        const bot = await wholeClient(reef.client).adoptAgent(gatewayId, agentId);
        applyEvents(queryClient, [{ type: "bot.changed", seq: 0, at: bot.updatedAt, bot }]);
        readGatewaysAgain(queryClient);
        const talk = (): void =>
          void attempt(reef, "Couldn't create the session", async () => {
            const session = await createSession(reef, { botId: bot.id });
            router.navigate({ to: "/s/$sessionId", params: { sessionId: session.id } });
          });
        reef.toasts.show({
          text: `${bot.name} is now a bot in Reef.`,
          action: { label: "Start a session", run: talk },
        });
      }),
  });
}
