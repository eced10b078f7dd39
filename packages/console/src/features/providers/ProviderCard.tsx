/** Shows one provider: its kind, the source of its settings, whether it works, and what can be done with it. */
import type { Provider, ProviderTest } from "@reef/protocol/provider";
import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { attempt, errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { nowMs } from "../../ui/clock.ts";
import { countOf } from "../../ui/count.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Menu } from "../../ui/Menu.tsx";
import shapes from "../../ui/Shapes.module.css";
import { Sign } from "../../ui/Sign.tsx";
import { timeOfDay } from "../../ui/time.ts";
import { WholeText } from "../../ui/WholeText.tsx";
import { modelsQuery } from "../model/model-queries.ts";
import styles from "./ProvidersScreen.module.css";
import { readProvidersAgain, testKey } from "./provider-queries.ts";
import { providerState } from "./provider-state.ts";
import { readOnlyWords, sourceWords, titleByKind } from "./provider-words.ts";
import { TestSteps } from "./TestSteps.tsx";
import { useProviderTest } from "./use-provider-test.ts";

interface LastTest {
  readonly test: ProviderTest;
  readonly at: string;
}

export function ProviderCard({
  provider,
  onEdit,
  onDelete,
}: {
  readonly provider: Provider;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}): ReactElement {
  const reef = useReef();
  const queryClient = useQueryClient();
  const { data: models } = useQuery(modelsQuery(reef.reads));
  const { data: last } = useQuery<LastTest>({
    queryKey: testKey(provider.id),
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const [isShown, setShown] = useState(false);
  const { test, running, stopTest, failure } = useProviderTest<void>(
    async (_, follow) => {
      setShown(true);
      const result = await wholeClient(reef.client).testProvider(provider.id, {}, follow);
      queryClient.setQueryData<LastTest>(testKey(provider.id), { test: result, at: new Date(nowMs()).toISOString() });
      return result;
    },
    { outlivesPage: true },
  );
  const setEnabled = (enabled: boolean): void =>
    void attempt(reef, enabled ? "Couldn't enable it" : "Couldn't disable it", async () => {
      await wholeClient(reef.client).changeProvider(provider.id, { enabled });
      await readProvidersAgain(queryClient);
    });
  const isStored = provider.source === "stored";
  const problem = models?.problems.find((each) => each.provider === provider.name)?.reason ?? null;
  const count = models?.items.filter((model) => model.provider === provider.name).length;
  const state = providerState({ provider, test: last?.test ?? null, problem });
  const readOnly = readOnlyWords(provider);
  return (
    <li className={`${shapes.card} ${styles.card}`} data-provider={provider.name}>
      <div className={styles.cardHead}>
        <Sign status={state.sign} words={state.words} />
        <h3 className={`${shapes.cut} ${styles.name}`}>{provider.name}</h3>
        <span className={`${shapes.cut} ${styles.kind}`}>{titleByKind[provider.kind]}</span>
        <span className={styles.push} />
        {test.isPending ? (
          <Button isSmall onClick={stopTest}>
            Stop
          </Button>
        ) : (
          <Button isSmall disabled={!provider.enabled} onClick={() => test.mutate()}>
            Test
          </Button>
        )}
        {isStored && (
          <Menu
            align="end"
            entries={() => [
              { type: "item", key: "edit", label: "Edit…", run: onEdit },
              provider.enabled
                ? { type: "item", key: "off", label: "Disable", run: () => setEnabled(false) }
                : { type: "item", key: "on", label: "Enable", run: () => setEnabled(true) },
              { type: "line", key: "line" },
              { type: "item", key: "delete", label: "Delete…", run: onDelete },
            ]}
            trigger={
              <Button look="quiet" isSquare isSmall aria-label={`Actions for ${provider.name}`}>
                <Icon icon={Ellipsis} size={14} />
              </Button>
            }
          />
        )}
      </div>
      <div className={styles.below}>
        <p className={styles.about}>
          <span>{state.words}</span>
          <code>{provider.baseUrl}</code>
          <span>{keyWords(provider)}</span>
          {count !== undefined && count > 0 && <span>{countOf(count, "model")}</span>}
          <span>{sourceWords(provider)}</span>
          {last && (
            <span>
              tested at <time dateTime={last.at}>{timeOfDay(last.at)}</time>
            </span>
          )}
        </p>
        {state.reason && (
          <p className={styles.reason}>
            <WholeText text={state.reason} />
          </p>
        )}
        {readOnly && <p>{readOnly}</p>}
        {failure && (
          <p className={styles.reason} role="alert">
            <WholeText text={`Couldn't run the test: ${errorText(failure)}`} />
          </p>
        )}
        {(test.isPending || (last && isShown)) && (
          <>
            <TestSteps test={last?.test ?? null} running={running} />
            {!test.isPending && (
              <Button look="quiet" isSmall className={styles.again} onClick={() => setShown(false)}>
                Hide the test
              </Button>
            )}
          </>
        )}
        {last && !isShown && !test.isPending && (
          <Button look="quiet" isSmall className={styles.again} onClick={() => setShown(true)}>
            Show the last test
          </Button>
        )}
      </div>
    </li>
  );
}

function keyWords({ secret, hasKey }: Provider): string {
  if (!hasKey) return secret === null ? "no key" : `key “${secret}” is missing`;
  return secret === null ? "key set" : `key “${secret}”`;
}
