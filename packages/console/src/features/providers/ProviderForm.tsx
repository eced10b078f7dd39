/**
 * Edits a provider's settings: address, key, and advanced ones. Testing stores nothing; saving stores the key and then the
 * provider.
 */
import type { Provider, ProviderKind, ProviderOffer, ProviderTest } from "@reef/protocol/provider";
import { type FormEvent, type ReactElement, useRef, useState } from "react";
import { errorText } from "../../ui/attempt.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import shapes from "../../ui/Shapes.module.css";
import { AdvancedFields } from "./AdvancedFields.tsx";
import { KeyField } from "./KeyField.tsx";
import styles from "./ProviderForm.module.css";
import { needsKeyAgain, readDraft, readTestModel } from "./provider-draft.ts";
import { connectWords, titleByKind } from "./provider-words.ts";
import { TestSteps } from "./TestSteps.tsx";
import { useProviderSave } from "./use-provider-save.ts";

export function ProviderForm({
  provider,
  offers,
  initialKind,
  initialName,
  back,
  onBack,
  onSaved,
}: {
  /** Null adds a new one. */
  readonly provider: Provider | null;
  readonly offers: readonly ProviderOffer[];
  readonly initialKind: ProviderKind;
  readonly initialName: string;
  readonly back: string;
  readonly onBack: () => void;
  readonly onSaved: (provider: Provider, test: ProviderTest | null) => void;
}): ReactElement {
  const [kind, setKind] = useState(initialKind);
  const offer = offers.find((each) => each.kind === kind);
  const [baseUrl, setBaseUrl] = useState(provider?.baseUrl ?? offer?.baseUrl ?? "");
  const element = useRef<HTMLFormElement>(null);
  const key = useRef<HTMLInputElement>(null);
  const saving = useProviderSave({
    provider,
    key,
    readForm: () => {
      const data = new FormData(element.current ?? undefined);
      return { draft: readDraft(data), baseUrl: baseUrl.trim(), testModel: readTestModel(data) };
    },
    onSaved,
  });
  const { test, save } = saving;
  const isKeyAgain = needsKeyAgain(saving.boundTo, baseUrl);
  const isAddressOpen = provider !== null || offer?.baseUrl === null || offer?.isLocal === true;
  const isBusy = test.isPending || save.isPending;
  const isTested = test.data?.ok === true;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy) return;
    if (isTested || provider !== null) save.mutate();
    else test.mutate();
  };
  const press = (act: () => void) => () => {
    if (element.current?.reportValidity()) act();
  };
  const takeAddress = (address: string): void => {
    setBaseUrl(address);
    test.reset();
  };
  const address = (
    <Field label="Address" hint={addressHint(offer)}>
      <input
        name="baseUrl"
        type="url"
        required
        maxLength={2_000}
        pattern="https?://.+"
        title="An address that begins with http:// or https://"
        autoComplete="off"
        spellCheck={false}
        data-first={(provider === null && offer?.baseUrl === null) || undefined}
        placeholder={placeholderFor(kind)}
        value={baseUrl}
        onChange={(event) => setBaseUrl(event.target.value)}
      />
    </Field>
  );
  return (
    <form
      ref={element}
      className={styles.form}
      aria-label={provider ? `Settings of ${provider.name}` : connectWords(kind)}
      onSubmit={submit}
      // The form no longer matches the test.
      onInput={() => test.data && test.reset()}
    >
      {provider === null ? (
        <input type="hidden" name="kind" value={kind} />
      ) : (
        <div className={form.row}>
          <NameField initial={initialName} isFirst />
          <Field label="Kind">
            <Select
              options={offers.map((each) => [each.kind, titleByKind[each.kind]] as const)}
              name="kind"
              value={kind}
              onChoose={(chosen) => setKind(chosen)}
            />
          </Field>
        </div>
      )}
      {isAddressOpen && address}
      <KeyField
        field={key}
        label={offer?.needsKey === false ? "API key (if the server needs one)" : "API key"}
        isRequired={isKeyAgain || (offer?.needsKey === true && !saving.hasKey && provider?.hasKey !== true)}
        placeholder={saving.hasKey && !isKeyAgain ? "Saved. Paste another to replace it." : "Paste your key"}
        hint={
          isKeyAgain
            ? `The saved key is only for ${saving.boundTo}. Enter the key for this address.`
            : "Stored encrypted on your server, and sent only to this address."
        }
        keyUrl={offer?.keyUrl ?? null}
        isFirst={provider === null && offer?.baseUrl !== null}
      />
      {!hasKnownList(kind) && <TestModelField />}
      <details
        className={styles.advanced}
        // A refused field must be visible.
        onInvalidCapture={({ currentTarget }) => {
          currentTarget.open = true;
        }}
      >
        <summary>Advanced</summary>
        <div className={styles.inside}>
          {provider === null && <NameField initial={initialName} />}
          {!isAddressOpen && address}
          {hasKnownList(kind) && <TestModelField />}
          <AdvancedFields provider={provider} />
        </div>
      </details>
      <TestSteps test={test.data ?? null} running={saving.running} onUseAddress={takeAddress} />
      {saving.failure && (
        <p className={form.error} role="alert">
          Couldn't run the test: {errorText(saving.failure)}
        </p>
      )}
      {saving.problem && (
        <p className={form.error} role="alert">
          {saving.problem}
        </p>
      )}
      <div className={shapes.wrap}>
        <Button onClick={onBack}>{back}</Button>
        <span className={styles.push} />
        {test.isPending ? (
          <Button onClick={saving.stopTest}>Stop</Button>
        ) : (
          <Button
            type={isTested || provider ? "button" : "submit"}
            look={isTested || provider ? "plain" : "primary"}
            disabled={isBusy}
            {...((isTested || provider) && { onClick: press(() => test.mutate()) })}
          >
            {test.data ? "Test again" : "Test"}
          </Button>
        )}
        <Button
          type={isTested || provider ? "submit" : "button"}
          look={isTested || provider ? "primary" : "plain"}
          disabled={isBusy}
          {...(!isTested && !provider && { onClick: press(() => save.mutate()) })}
        >
          {save.isPending ? "Saving…" : test.data && !isTested && !provider ? "Save anyway" : "Save"}
        </Button>
      </div>
    </form>
  );
}

function NameField({
  initial,
  isFirst = false,
}: {
  readonly initial: string;
  readonly isFirst?: boolean;
}): ReactElement {
  return (
    <Field label="Name" hint={`Comes before the slash in a model's name, as in ${initial}/model.`}>
      <input
        name="name"
        data-first={isFirst || undefined}
        required
        maxLength={60}
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
        title="Letters, digits, dots, dashes and underscores"
        autoComplete="off"
        spellCheck={false}
        defaultValue={initial}
      />
    </Field>
  );
}

/** Some servers have no list of models: there a test needs the name of one. */
function hasKnownList(kind: ProviderKind): boolean {
  return kind !== "azure" && kind !== "openai-compatible";
}

function TestModelField(): ReactElement {
  return (
    <Field label="Model to test">
      <input
        name="testModel"
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        placeholder="Chosen automatically"
      />
    </Field>
  );
}

function addressHint(offer: ProviderOffer | undefined): string {
  if (offer?.isLocal) return "As the Reef server reaches it.";
  if (offer?.baseUrl === null) return "As the Reef server reaches it, usually ending in /v1.";
  return "Change it only if you go through a proxy.";
}

function placeholderFor(kind: ProviderKind): string {
  return kind === "azure" ? "https://NAME.openai.azure.com/openai/v1" : "http://127.0.0.1:8000/v1";
}
