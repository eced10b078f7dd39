/** Asks before a gateway is removed: bots bound to it would have nothing to run on. */
import type { Gateway } from "@reef/protocol/gateway";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { countOf } from "../../ui/count.ts";
import styles from "../../ui/Form.module.css";
import { readGatewaysAgain } from "./gateway-queries.ts";

export function RemoveGateway({
  gateway,
  onClose,
}: {
  readonly gateway: Gateway;
  readonly onClose: () => void;
}): ReactElement {
  const { client, reads, toasts } = useReef();
  const queryClient = useQueryClient();
  const { data: bound = [] } = useQuery({
    ...botsQuery(reads),
    select: (bots) => [...bots.values()].filter(({ agent }) => agent?.gatewayId === gateway.id).map(({ name }) => name),
  });
  const remove = useMutation({
    mutationFn: () => wholeClient(client).deleteGateway(gateway.id),
    onSuccess: () => {
      readGatewaysAgain(queryClient);
      toasts.show({ text: `${gateway.name} was removed. OpenClaw itself was not touched.` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Remove ${gateway.name}`}
      undone="Couldn't remove it"
      action="Remove"
      removal={remove}
      isForbidden={bound.length > 0}
      onClose={onClose}
    >
      <p>Reef disconnects from this gateway and forgets its address. OpenClaw keeps its agents, sessions and files.</p>
      {bound.length > 0 && (
        <p className={styles.error}>
          Used by {countOf(bound.length, "bot")}: {bound.slice(0, 6).join(", ")}
          {bound.length > 6 && " …"}. Give them another runtime, or delete them, before you remove it.
        </p>
      )}
    </ConfirmDialog>
  );
}
