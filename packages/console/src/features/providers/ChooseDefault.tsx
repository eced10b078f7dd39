/**
 * Ends a set-up: the person chooses a model of the new provider, a good one suggested, as the default of bots that name
 * none.
 */
import type { Provider, ProviderTest } from "@reef/protocol/provider";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import form from "../../ui/Form.module.css";
import { canDo, suggestModel } from "../model/find-models.ts";
import { ModelPicker } from "../model/ModelPicker.tsx";
import { modelDefaultsQuery, modelsQuery } from "../model/model-queries.ts";
import styles from "./ProviderSetup.module.css";
import { readProvidersAgain } from "./provider-queries.ts";
import { TestSteps } from "./TestSteps.tsx";
import { useProviderTest } from "./use-provider-test.ts";

export function ChooseDefault({
  provider,
  initialTest,
  action,
  onDone,
  onSkip,
}: {
  readonly provider: Provider;
  /** The test from before it was saved. */
  readonly initialTest: ProviderTest | null;
  readonly action: string;
  readonly onDone: () => void;
  readonly onSkip?: () => void;
}): ReactElement {
  const { client, reads } = useReef();
  const queryClient = useQueryClient();
  const { data: list } = useQuery(modelsQuery(reads));
  const [chosen, setChosen] = useState<string | null>(null);
  const own = list?.items.filter((model) => model.provider === provider.name) ?? [];
  const { data: defaults } = useQuery(modelDefaultsQuery(reads));
  const now = defaults?.inUse.chat?.model;
  const isOwnNow = now?.startsWith(`${provider.name}/`) === true;
  const model = chosen ?? (isOwnNow ? (now ?? null) : suggestionOf(provider, own, initialTest));
  const { test, running, stopTest, failure } = useProviderTest((name: string, follow) =>
    wholeClient(client).testProvider(provider.id, { model: name.slice(provider.name.length + 1) }, follow),
  );
  const save = useMutation({
    mutationFn: (chat: string) => wholeClient(client).changeModelDefaults({ chat }),
    onSuccess: async () => {
      await readProvidersAgain(queryClient);
      onDone();
    },
  });
  const shown = test.data ?? (initialTest && `${provider.name}/${initialTest.model}` === model ? initialTest : null);
  const isOfProvider = model?.startsWith(`${provider.name}/`) ?? false;
  return (
    <form
      className={styles.model}
      aria-label="Default model"
      onSubmit={(event) => {
        event.preventDefault();
        if (model && !save.isPending) save.mutate(model);
      }}
    >
      <p className={styles.saved}>
        {provider.name} is saved.{" "}
        {onSkip
          ? "Use one of its models by default, or keep the default you have."
          : "Bots use this model unless they name another."}
      </p>
      <ModelPicker
        label="Default model"
        work="chat"
        provider={provider.name}
        value={model}
        isFirst
        hint={
          list && !own.some((each) => canDo(each, "chat"))
            ? "It lists no models that can chat. Enter the id of one."
            : undefined
        }
        onChange={(name) => {
          setChosen(name === null || name.startsWith(`${provider.name}/`) ? name : `${provider.name}/${name}`);
          test.reset();
        }}
      />
      <TestSteps test={shown} running={running} />
      {(failure || save.error) && (
        <p className={form.error} role="alert">
          {save.error
            ? `Couldn't set the default model: ${errorText(save.error)}`
            : `Couldn't run the test: ${errorText(failure)}`}
        </p>
      )}
      <div className={styles.actions}>
        {test.isPending ? (
          <Button onClick={stopTest}>Stop the test</Button>
        ) : (
          <Button disabled={!isOfProvider} onClick={() => model && test.mutate(model)}>
            Test this model
          </Button>
        )}
        {onSkip && <Button onClick={onSkip}>Keep the current default</Button>}
        <Button type="submit" look="primary" disabled={model === null || save.isPending}>
          {save.isPending ? "Saving…" : action}
        </Button>
      </div>
    </form>
  );
}

/** A model that was seen to work with tools comes before one that only has a known name. */
function suggestionOf(
  { name }: Provider,
  models: Parameters<typeof suggestModel>[0],
  test: ProviderTest | null,
): string | null {
  const suggested = suggestModel(models);
  const tested = test?.ok && test.model !== null ? `${name}/${test.model}` : null;
  if (suggested && (suggested.abilities.tools === true || tested === null)) return suggested.id;
  return tested;
}
