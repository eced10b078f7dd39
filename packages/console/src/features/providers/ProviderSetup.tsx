/**
 * Leads from nothing to a working model: choose a provider, connect and test it, choose its model. Each step can go back, and nothing is lost on the
 * way.
 */
import type { FoundServer, Provider, ProviderKind, ProviderTest } from "@reef/protocol/provider";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { wholeClient } from "../../data/whole-client.ts";
import { errorText } from "../../ui/attempt.ts";
import form from "../../ui/Form.module.css";
import shapes from "../../ui/Shapes.module.css";
import { ChooseDefault } from "./ChooseDefault.tsx";
import { OfferGrid } from "./OfferGrid.tsx";
import { ProviderForm } from "./ProviderForm.tsx";
import styles from "./ProviderSetup.module.css";
import { freeName } from "./provider-draft.ts";
import { offersQuery, providersQuery, readProvidersAgain } from "./provider-queries.ts";
import { connectWords } from "./provider-words.ts";

type Step =
  | { readonly at: "choose"; readonly before: ProviderKind | null }
  | { readonly at: "connect"; readonly kind: ProviderKind }
  | { readonly at: "model"; readonly provider: Provider; readonly test: ProviderTest | null };

export function ProviderSetup({
  action,
  onDone,
  onSkip,
  onBusy,
  isDialog = false,
  children,
}: {
  /** Label of the last button: what comes after the model is chosen. */
  readonly action: string;
  /** Receives the provider's name. */
  readonly onDone: (provider: string) => void;
  /** For a Reef with a default model: ends with the provider saved and the default unchanged. */
  readonly onSkip?: () => void;
  /** True from the moment that something is being set up: creating it must not take the set-up off the page. */
  readonly onBusy?: (isBusy: boolean) => void;
  readonly isDialog?: boolean;
  /** Other ways, below the choice of a provider. */
  readonly children?: ReactNode;
}): ReactElement {
  const { client, reads } = useReef();
  const queryClient = useQueryClient();
  const { data: offers = [] } = useQuery(offersQuery(reads));
  const { data: providers = [] } = useQuery(providersQuery(reads));
  const [step, setStep] = useState<Step>({ at: "choose", before: null });
  const place = useFocusOfStep(step.at);
  const names = providers.map(({ name }) => name);
  const use = useMutation({
    mutationFn: ({ kind, baseUrl }: FoundServer) =>
      wholeClient(client).createProvider({ name: freeName(kind, names), kind, baseUrl }),
    onSuccess: async (provider) => {
      await readProvidersAgain(queryClient);
      setStep({ at: "model", provider, test: null });
    },
  });
  const isBusy = step.at !== "choose" || use.isPending;
  useEffect(() => onBusy?.(isBusy), [onBusy, isBusy]);
  return (
    <div ref={place} className={styles.setup} data-setup={step.at}>
      {step.at === "choose" && (
        <>
          <h2 className={shapes.title}>Choose a model provider</h2>
          {use.error && (
            <p className={form.error} role="alert">
              Couldn't add it: {errorText(use.error)}
            </p>
          )}
          <OfferGrid
            chosen={step.before}
            takesFocus={isDialog}
            usingUrl={use.isPending ? use.variables.baseUrl : null}
            onUse={(server) => use.mutate(server)}
            onChoose={({ kind }) => setStep({ at: "connect", kind })}
          />
          {children}
        </>
      )}
      {step.at === "connect" && (
        <>
          <h2 className={shapes.title}>{connectWords(step.kind)}</h2>
          <ProviderForm
            provider={null}
            offers={offers}
            initialKind={step.kind}
            initialName={freeName(step.kind === "openai-compatible" ? "custom" : step.kind, names)}
            back="Back"
            onBack={() => setStep({ at: "choose", before: step.kind })}
            onSaved={(provider, test) => setStep({ at: "model", provider, test })}
          />
        </>
      )}
      {step.at === "model" && (
        <>
          <h2 className={shapes.title}>Choose a model</h2>
          <ChooseDefault
            provider={step.provider}
            initialTest={step.test}
            action={action}
            onDone={() => onDone(step.provider.name)}
            {...(onSkip && { onSkip })}
          />
        </>
      )}
    </div>
  );
}

/** Moves the focus into the next step's first field, for people on the keyboard. */
function useFocusOfStep(at: Step["at"]) {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef(at);
  useEffect(() => {
    if (before.current === at) return;
    before.current = at;
    const first = place.current?.querySelector<HTMLElement>("[data-first]") ?? place.current?.querySelector("button");
    first?.focus();
  }, [at]);
  return place;
}
