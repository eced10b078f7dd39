/**
 * Checks a gateway's connection now and reports the result, because a card may change too little for that to be seen.
 */
import type { Gateway } from "@reef/protocol/gateway";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt } from "../../ui/attempt.ts";
import { readGatewaysAgain } from "./gateway-queries.ts";
import { wordByState } from "./gateway-words.ts";

export function useCheck({ id, name }: Pick<Gateway, "id" | "name">) {
  const reef = useReef();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      attempt(reef, `Couldn't check ${name}`, async () => {
        const checked = await wholeClient(reef.client).checkGateway(id);
        const isWell = checked.state === "ready" || checked.state === "connecting";
        const reason = checked.reason ? `: ${checked.reason}` : "";
        reef.toasts.show({
          tone: isWell ? "plain" : "failed",
          text: `${name}: ${wordByState[checked.state].toLowerCase()}${reason}`,
        });
        readGatewaysAgain(queryClient);
      }),
  });
}
