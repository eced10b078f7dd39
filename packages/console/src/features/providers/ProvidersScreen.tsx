/** Shows where models come from: every provider with its state, and which model does which work. */
import type { Provider } from "@reef/protocol/provider";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Part } from "../../ui/Part.tsx";
import { Screen } from "../../ui/Screen.tsx";
import shapes from "../../ui/Shapes.module.css";
import { DefaultModels } from "./DefaultModels.tsx";
import { ProviderCard } from "./ProviderCard.tsx";
import { ProviderSetup } from "./ProviderSetup.tsx";
import styles from "./ProvidersScreen.module.css";
import { providersQuery } from "./provider-queries.ts";

const EditProvider = lazyPart("EditProvider", () => import("./EditProvider.tsx"));
const DeleteProvider = lazyPart("DeleteProvider", () => import("./DeleteProvider.tsx"));

type Open =
  | { readonly type: "add" }
  | { readonly type: "edit"; readonly id: string }
  | { readonly type: "delete"; readonly id: string }
  | null;

export function ProvidersScreen(): ReactElement {
  const { reads, toasts } = useReef();
  const { data: providers, error, refetch } = useQuery(providersQuery(reads));
  const [open, setOpen] = useState<Open>(null);
  const [isSettingUp, setSettingUp] = useState(false);
  const close = (): void => setOpen(null);
  const isFirst = providers?.length === 0 || isSettingUp;
  const chosen = open && open.type !== "add" ? providers?.find(({ id }) => id === open.id) : undefined;
  return (
    <Screen
      title="Providers"
      count={providers?.length}
      read={{ what: "the providers", error, isReading: !providers, again: refetch, look: "card" }}
      tools={
        !isFirst && (
          <Button look="primary" onClick={() => setOpen({ type: "add" })}>
            Add a provider
          </Button>
        )
      }
      dialogs={
        <Part what="This dialog" onClose={close}>
          {open?.type === "add" && (
            <Dialog title="Add a provider" width="wide" onClose={close}>
              <div className={styles.dialog}>
                <ProviderSetup
                  action="Use as default"
                  isDialog
                  onSkip={close}
                  onDone={(name) => {
                    close();
                    toasts.show({ text: `${name} is ready.` });
                  }}
                />
              </div>
            </Dialog>
          )}
          {open?.type === "edit" && chosen && <EditProvider provider={chosen} onClose={close} />}
          {open?.type === "delete" && chosen && <DeleteProvider provider={chosen} onClose={close} />}
        </Part>
      }
    >
      {isFirst && (
        <section className={styles.section}>
          <p className={styles.lead}>
            A provider runs language models: a service with a key, or a server on your own machine. Bots need one to
            answer.
          </p>
          <ProviderSetup
            action="Save"
            onBusy={setSettingUp}
            onDone={(name) => {
              setSettingUp(false);
              toasts.show({ text: `${name} is ready.` });
            }}
          />
        </section>
      )}
      {providers && !isFirst && (
        <>
          <section className={styles.section} aria-labelledby="default-models">
            <h2 id="default-models" className={styles.heading}>
              Default models
            </h2>
            <DefaultModels />
          </section>
          <section className={styles.section} aria-labelledby="provider-list">
            <h2 id="provider-list" className={styles.heading}>
              Providers
            </h2>
            <ProviderList providers={providers} onOpen={setOpen} />
          </section>
        </>
      )}
    </Screen>
  );
}

function ProviderList({
  providers,
  onOpen,
}: {
  readonly providers: readonly Provider[];
  readonly onOpen: (open: Open) => void;
}): ReactElement {
  return (
    <ul className={`${shapes.bare} ${styles.list}`}>
      {providers.map((provider) => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          onEdit={() => onOpen({ type: "edit", id: provider.id })}
          onDelete={() => onOpen({ type: "delete", id: provider.id })}
        />
      ))}
    </ul>
  );
}
