/** Asks before a provider is deleted, and says what uses it. Its key is deleted too if nothing else uses that. */
import type { Provider } from "@reef/protocol/provider";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { botsQuery } from "../../data/queries.ts";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx";
import { countOf } from "../../ui/count.ts";
import styles from "../../ui/Form.module.css";
import { modelDefaultsQuery } from "../model/model-queries.ts";
import { readProvidersAgain, secretsQuery } from "./provider-queries.ts";
import { titleByWork, usesOf } from "./provider-uses.ts";

const namedBots = 6;

export function DeleteProvider({
  provider,
  onClose,
}: {
  readonly provider: Provider;
  readonly onClose: () => void;
}): ReactElement {
  const { client, reads, toasts } = useReef();
  const queryClient = useQueryClient();
  const { data: bots } = useQuery(botsQuery(reads));
  const { data: defaults } = useQuery(modelDefaultsQuery(reads));
  const { data: secrets } = useQuery(secretsQuery(reads));
  const uses = usesOf(provider, { bots: [...(bots?.values() ?? [])], defaults: defaults ?? null });
  const secret = secrets?.find(({ name }) => name === provider.secret);
  const goes = secret !== undefined && secret.usedBy.length <= 1;
  const remove = useMutation({
    mutationFn: async () => {
      if (uses.works.length > 0) {
        await wholeClient(client).changeModelDefaults(Object.fromEntries(uses.works.map((work) => [work, null])));
      }
      await wholeClient(client).deleteProvider(provider.id);
      // The provider is gone either way; if something else now uses the key, the server refuses and the key stays.
      if (goes)
        await wholeClient(client)
          .deleteSecret(secret.name)
          .catch(() => undefined);
    },
    onSuccess: async () => {
      await readProvidersAgain(queryClient);
      toasts.show({ text: `${provider.name} was deleted.` });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Delete ${provider.name}`}
      undone="Couldn't delete it"
      action="Delete"
      removal={remove}
      isForbidden={uses.bots.length > 0}
      onClose={onClose}
    >
      {uses.bots.length > 0 && (
        <p className={styles.error}>
          {countOf(uses.bots.length, "bot")} use{uses.bots.length === 1 ? "s" : ""} its models:{" "}
          {uses.bots.slice(0, namedBots).join(", ")}
          {uses.bots.length > namedBots && " …"}. Give {uses.bots.length === 1 ? "it" : "them"} another model first, or
          disable the provider instead.
        </p>
      )}
      {uses.works.length > 0 && (
        <p>
          One of its models is the default for {uses.works.map((work) => titleByWork[work].toLowerCase()).join(" and ")}
          . That default will be cleared.
        </p>
      )}
      {uses.bots.length === 0 && uses.works.length === 0 && <p>No bot uses its models.</p>}
      {provider.secret && (
        <p>
          {goes
            ? `Its key “${provider.secret}” will be deleted too.`
            : `Its key “${provider.secret}” stays, because something else uses it.`}
        </p>
      )}
    </ConfirmDialog>
  );
}
