/**
 * Chooses the model for a piece of work: a field that searches the models of all providers, and accepts an id that none
 * of them lists. Keys: arrows, Enter, Esc.
 */
import type { Model, ModelList } from "@reef/protocol/model";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactElement, useId, useRef, useState } from "react";
import { useReef } from "../../data/reef.ts";
import { errorText } from "../../ui/attempt.ts";
import { Field } from "../../ui/Field.tsx";
import { AbilitySigns } from "./AbilitySigns.tsx";
import { findModel } from "./bot-model.ts";
import type { ModelWork } from "./find-models.ts";
import styles from "./ModelPicker.module.css";
import { modelsQuery } from "./model-queries.ts";
import { contextLabel, priceLabel } from "./model-words.ts";
import { PickerList } from "./PickerList.tsx";
import { pickerRows, rowToModel } from "./picker-rows.ts";

export interface ModelPickerProps {
  readonly label: string;
  /** The work it is chosen for. */
  readonly work: ModelWork;
  /** `provider/model`; null is the first choice, named by `none`. */
  readonly value: string | null;
  /** The label of null, such as “Server default (openai/gpt-5)”. Without it a model has to be named. */
  readonly none?: string;
  /** Only the models of this provider. */
  readonly provider?: string;
  readonly hint?: string | undefined;
  readonly isFirst?: boolean;
  readonly onChange: (model: string | null) => void;
}

export function ModelPicker({
  label,
  work,
  value,
  none,
  provider,
  hint,
  isFirst = false,
  onChange,
}: ModelPickerProps): ReactElement {
  const { reads } = useReef();
  const { data: list, error, isFetching } = useQuery(modelsQuery(reads));
  /** Null while there is no query: then the selected model is shown. */
  const [query, setQuery] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const ids = useId();
  const field = useRef<HTMLInputElement>(null);
  const isOpen = query !== null;
  const models = (list?.items ?? []).filter((model) => provider === undefined || model.provider === provider);
  const rows = isOpen ? pickerRows({ models, work, query, hasNone: none !== undefined }) : [];
  const choices = rows.filter((row) => row.type !== "more");
  const active = choices[Math.min(at, choices.length - 1)];
  const chosen = value === null ? null : findModel(list?.items ?? [], value);
  const seek = (words: string): void => {
    setQuery(words);
    setAt(0);
  };
  /** Starts at the selected model. */
  const open = (): void => {
    const all = pickerRows({ models, work, query: "", hasNone: none !== undefined }).filter(
      ({ type }) => type !== "more",
    );
    setQuery("");
    setAt(
      Math.max(
        0,
        all.findIndex((row) => rowToModel(row) === value),
      ),
    );
  };
  const close = (): void => setQuery(null);
  const choose = (model: string | null): void => {
    onChange(model);
    close();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key] ?? 0;
    if (step !== 0) {
      event.preventDefault();
      if (!isOpen) open();
      else setAt(stepThrough(at, step, choices.length));
    } else if (event.key === "Enter" && isOpen) {
      // Enter selects, and does not send the form around it.
      event.preventDefault();
      if (active) choose(rowToModel(active));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears when the focus leaves the field and its list
    <div
      className={styles.picker}
      data-model-picker={work}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        // Escape closes the list, not the dialog around it.
        event.preventDefault();
        event.stopPropagation();
        field.current?.focus();
        close();
      }}
      onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && close()}
    >
      <Field
        label={label}
        hint={chosen ? <AboutModel model={chosen} /> : (list && unlistedWords(value, list.problems)) || hint}
        under={
          isOpen && (
            <PickerList
              ids={ids}
              label={label}
              rows={rows}
              active={active ?? null}
              none={none}
              value={value}
              problems={(list?.problems ?? []).filter((each) => provider === undefined || each.provider === provider)}
              error={error && errorText(error)}
              isReading={isFetching}
              onPoint={(key) => setAt(choices.findIndex((row) => row.key === key))}
              onChoose={choose}
            />
          )
        }
      >
        <input
          ref={field}
          className={styles.input}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={`${ids}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && active ? `${ids}-${active.key}` : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          required={none === undefined}
          data-first={isFirst || undefined}
          placeholder={isOpen ? "Type to search, or enter a model id" : (none ?? "Choose a model")}
          value={query ?? value ?? ""}
          onChange={(event) => seek(event.target.value)}
          onClick={() => !isOpen && open()}
          onKeyDown={onKeyDown}
        />
      </Field>
    </div>
  );
}

/** Wraps at the ends for one step, but not for a page. */
function stepThrough(at: number, step: number, count: number): number {
  if (Math.abs(step) === 1) return (at + step + count) % Math.max(1, count);
  return Math.min(Math.max(0, at + step), Math.max(0, count - 1));
}

/** Describes a model that no list has; null when none is named. */
function unlistedWords(value: string | null, problems: ModelList["problems"]): string | null {
  if (value === null) return null;
  const problem = problems.find(({ provider }) => value.startsWith(`${provider}/`));
  if (problem) return `${problem.provider} couldn't be reached: ${problem.reason}`;
  return "No provider lists this model. It is used as you typed it.";
}

function AboutModel({ model }: { readonly model: Model }): ReactElement {
  const context = contextLabel(model.contextTokens);
  return (
    <span className={styles.about}>
      <AbilitySigns model={model} />
      {context && <span>{context} context</span>}
      {priceLabel(model.price) && <span>{priceLabel(model.price)}</span>}
    </span>
  );
}
