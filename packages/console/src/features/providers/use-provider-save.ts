/**
 * Tests and saves what a provider's form contains. The key is read from its field at that moment and passed on, so that
 * nothing that outlives the call holds it (SE8); neither the call's arguments nor what is kept of it contains a key.
 */
import type { NewProviderTest, Provider, ProviderTest } from "@reef/protocol/provider";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { originOf, type ProviderDraft, secretNameFor } from "./provider-draft.ts";
import { readProvidersAgain, secretsQuery, testKey } from "./provider-queries.ts";
import { halfDoneWords, progressOf, saveProvider } from "./save-provider.ts";
import { useProviderTest } from "./use-provider-test.ts";

export interface ProviderSaveOptions {
  readonly provider: Provider | null;
  readonly key: RefObject<HTMLInputElement | null>;
  readonly readForm: () => {
    readonly draft: ProviderDraft;
    readonly baseUrl: string;
    readonly testModel: string | undefined;
  };
  readonly onSaved: (provider: Provider, test: ProviderTest | null) => void;
}

export function useProviderSave({ provider, key, readForm, onSaved }: ProviderSaveOptions) {
  const { client, reads } = useReef();
  const queryClient = useQueryClient();
  const progress = useRef(progressOf(provider));
  const [halfDone, setHalfDone] = useState<string | null>(null);
  useEffect(
    () => () => {
      // The form was left here: a key without its provider would stay for good.
      const { provider: saved, secret } = progress.current;
      if (saved === null && secret !== null)
        wholeClient(client)
          .deleteSecret(secret)
          .catch(() => undefined);
    },
    [client],
  );

  const testing = useProviderTest<void>((_, follow) => {
    const { draft, testModel } = readForm();
    const typed = (key.current?.value ?? "").trim();
    const { secret } = progress.current;
    const request: NewProviderTest = {
      ...draft,
      ...(testModel !== undefined && { model: testModel }),
      ...(typed !== "" ? { key: typed } : secret !== null ? { secret } : {}),
    };
    return wholeClient(client).testNewProvider(request, follow);
  });

  const save = useMutation({
    mutationFn: async (): Promise<Provider> => {
      const { draft, baseUrl } = readForm();
      const before = { ...progress.current };
      const secrets = await queryClient.fetchQuery(secretsQuery(reads));
      // A key that was saved without its provider is replaced in place.
      const isKeyAlone = before.provider === null && before.secret !== null;
      const secretName = isKeyAlone
        ? (before.secret ?? draft.name)
        : secretNameFor({ provider: before.provider, name: draft.name, baseUrl, secrets });
      try {
        const typed = (key.current?.value ?? "").trim();
        return await saveProvider({
          client: wholeClient(client),
          draft,
          baseUrl,
          key: typed,
          secretName,
          progress: progress.current,
        });
      } finally {
        const isKept = progress.current.secret !== null && progress.current.origin === originOf(baseUrl);
        if (isKept && key.current) key.current.value = "";
        setHalfDone(halfDoneWords(before, progress.current));
        await dropUnusedKey(before.secret);
      }
    },
    onSuccess: async (saved) => {
      // The tested settings are not the saved ones any more.
      void queryClient.resetQueries({ queryKey: testKey(saved.id) });
      await readProvidersAgain(queryClient);
      onSaved(saved, testing.test.data ?? null);
    },
  });

  /** Deletes the key of an address that the provider has left. A key that something else uses is refused, and stays. */
  async function dropUnusedKey(old: string | null): Promise<void> {
    const { secret, provider: now } = progress.current;
    if (old === null || old === secret || now?.secret !== secret) return;
    await wholeClient(client)
      .deleteSecret(old)
      .catch(() => undefined);
  }

  return {
    ...testing,
    save,
    /** A failure as a whole sentence, with what was saved all the same. */
    problem: save.error
      ? [`Couldn't save the provider: ${errorText(save.error)}`, halfDone].filter(Boolean).join(" ")
      : null,
    boundTo: progress.current.origin,
    hasKey: progress.current.secret !== null,
  };
}
