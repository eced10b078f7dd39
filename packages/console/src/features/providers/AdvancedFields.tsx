/** Edits what most people never touch: how long to wait, what a model costs, and corrections of what was detected. */
import type { ModelPrice, Provider } from "@reef/protocol/provider";
import { type ReactElement, useState } from "react";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import form from "../../ui/Form.module.css";
import { Select } from "../../ui/Select.tsx";
import styles from "./ProviderForm.module.css";

export function AdvancedFields({ provider }: { readonly provider: Provider | null }): ReactElement {
  const overrides = provider?.overrides ?? {};
  return (
    <>
      <div className={form.row}>
        <Seconds name="firstToken" label="Wait for the first token (s)" ms={provider?.firstTokenMs} usual="600" />
        <Seconds name="betweenTokens" label="Wait between tokens (s)" ms={provider?.betweenTokensMs} usual="60" />
      </div>
      <Prices prices={provider?.prices ?? {}} />
      <fieldset className={form.plain}>
        <legend className={form.label}>Override what was detected</legend>
        <div className={styles.overrides}>
          <Override name="tools" label="Send tools" value={yesOrNo(overrides.tools)} options={flags} />
          <Override name="vision" label="Send images" value={yesOrNo(overrides.vision)} options={flags} />
          <Override
            name="reasoningBack"
            label="Send reasoning back"
            value={overrides.reasoningBack ?? ""}
            options={[
              ["none", "Never"],
              ["turn", "During its turn"],
              ["all", "Always"],
            ]}
          />
          <Override
            name="outputLimitField"
            label="Field that limits an answer"
            value={overrides.outputLimitField ?? ""}
            options={[
              ["max_tokens", "max_tokens"],
              ["max_completion_tokens", "max_completion_tokens"],
            ]}
          />
          <Count
            name="contextTokens"
            label="Context tokens"
            value={overrides.contextTokens}
            min={1_000}
            max={10_000_000}
          />
          <Count
            name="maxOutputTokens"
            label="Output tokens"
            value={overrides.maxOutputTokens}
            min={16}
            max={1_000_000}
          />
          <Count name="callIdLength" label="Longest tool call id" value={overrides.callIdLength} min={8} max={256} />
        </div>
      </fieldset>
    </>
  );
}

const flags = [
  ["yes", "Yes"],
  ["no", "No"],
] as const;

function yesOrNo(flag: boolean | undefined): string {
  return flag === undefined ? "" : flag ? "yes" : "no";
}

function Seconds({
  name,
  label,
  ms,
  usual,
}: {
  readonly name: string;
  readonly label: string;
  readonly ms: number | undefined;
  readonly usual: string;
}): ReactElement {
  return (
    <Field label={label}>
      <input
        name={name}
        type="number"
        inputMode="decimal"
        min={1}
        max={3600}
        step="any"
        placeholder={usual}
        defaultValue={ms === undefined ? "" : ms / 1000}
      />
    </Field>
  );
}

function Override({
  name,
  label,
  value,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
}): ReactElement {
  return (
    <Field label={label} look="row">
      <Select
        options={[["", "As detected"], ...options.map(([each, words]) => [each, words] as const)]}
        name={name}
        defaultValue={value}
      />
    </Field>
  );
}

function Count({
  name,
  label,
  value,
  min,
  max,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: number | undefined;
  readonly min: number;
  readonly max: number;
}): ReactElement {
  return (
    <Field label={label} look="row">
      <input
        name={name}
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        step={1}
        placeholder="as detected"
        defaultValue={value ?? ""}
      />
    </Field>
  );
}

/** Rows of a model and the price of a million of its tokens. */
function Prices({ prices }: { readonly prices: Readonly<Record<string, ModelPrice>> }): ReactElement {
  const [rows, setRows] = useState(() => Object.entries(prices).map(([model, price], key) => ({ key, model, price })));
  const add = (): void =>
    setRows([
      ...rows,
      { key: (rows.at(-1)?.key ?? 0) + 1, model: "", price: { input: Number.NaN, output: Number.NaN } },
    ]);
  return (
    <fieldset className={form.plain}>
      <legend className={form.label}>Prices in $ per million tokens</legend>
      {rows.map(({ key, model, price }, at) => (
        <div key={key} className={styles.price}>
          <input
            className={form.input}
            name="priceModel"
            aria-label={`Model of price ${at + 1}`}
            placeholder="model id, or * for all"
            maxLength={200}
            autoComplete="off"
            defaultValue={model}
          />
          <Usd name="priceInput" label={`Input, price ${at + 1}`} placeholder="in" value={price.input} />
          <Usd name="priceOutput" label={`Output, price ${at + 1}`} placeholder="out" value={price.output} />
          <Usd
            name="priceCached"
            label={`Cached input, price ${at + 1}`}
            placeholder="cached"
            value={price.cachedInput}
          />
          <Button
            look="quiet"
            isSquare
            aria-label={`Remove price ${at + 1}`}
            onClick={() => setRows(rows.filter((row) => row.key !== key))}
          >
            ×
          </Button>
        </div>
      ))}
      <Button onClick={add}>Add a price</Button>
    </fieldset>
  );
}

function Usd({
  name,
  label,
  placeholder,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
  readonly value: number | undefined;
}): ReactElement {
  return (
    <input
      className={form.input}
      name={name}
      aria-label={label}
      placeholder={placeholder}
      type="number"
      inputMode="decimal"
      min={0}
      max={1_000_000}
      step="any"
      defaultValue={value === undefined || Number.isNaN(value) ? "" : value}
    />
  );
}
