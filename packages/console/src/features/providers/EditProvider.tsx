/** Edits a provider that is stored here. */
import type { Provider } from "@reef/protocol/provider";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProviderForm } from "./ProviderForm.tsx";
import styles from "./ProvidersScreen.module.css";
import { offersQuery } from "./provider-queries.ts";

export function EditProvider({
  provider,
  onClose,
}: {
  readonly provider: Provider;
  readonly onClose: () => void;
}): ReactElement {
  const { reads, toasts } = useReef();
  const { data: offers } = useQuery(offersQuery(reads));
  return (
    <Dialog title={`Edit ${provider.name}`} width="wide" onClose={onClose}>
      <div className={styles.dialog} aria-busy={!offers}>
        {offers && (
          <ProviderForm
            provider={provider}
            offers={offers}
            initialKind={provider.kind}
            initialName={provider.name}
            back="Cancel"
            onBack={onClose}
            onSaved={() => {
              onClose();
              toasts.show({ text: "Saved. Takes effect on each bot's next turn." });
            }}
          />
        )}
      </div>
    </Dialog>
  );
}
