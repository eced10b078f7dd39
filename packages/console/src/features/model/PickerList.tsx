/** Shows the open list of a model picker: choices in groups by provider, and the providers that could not be asked. */
import type { ModelList } from "@reef/protocol/model";
import { useQueryClient } from "@tanstack/react-query";
import { Fragment, type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { useReef } from "../../data/reef.ts";
import { Button } from "../../ui/Button.tsx";
import { AbilitySigns } from "./AbilitySigns.tsx";
import styles from "./ModelPicker.module.css";
import { readModelsAnew } from "./model-queries.ts";
import { contextLabel, priceLabel } from "./model-words.ts";
import { type PickerRow, rowToModel } from "./picker-rows.ts";

export function PickerList({
  ids,
  label,
  rows,
  active,
  none,
  value,
  problems,
  error,
  isReading,
  onPoint,
  onChoose,
}: {
  readonly ids: string;
  readonly label: string;
  readonly rows: readonly PickerRow[];
  readonly active: PickerRow | null;
  readonly none: string | undefined;
  readonly value: string | null;
  readonly problems: ModelList["problems"];
  readonly error: string | null;
  readonly isReading: boolean;
  readonly onPoint: (key: string) => void;
  readonly onChoose: (model: string | null) => void;
}): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const activeKey = active?.key;
  useEffect(() => {
    if (activeKey) list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [activeKey]);
  const isEmpty = rows.every(({ type }) => type === "none" || type === "typed");
  return (
    // A press in the list leaves the focus in the field.
    <div
      ref={list}
      className={styles.list}
      data-keeps-escape
      data-picker-list
      onPointerDown={(event) => event.preventDefault()}
    >
      <div role="listbox" id={`${ids}-list`} aria-label={`${label}: choices`}>
        {groupRows(rows).map(({ provider, rows: own }) => (
          <Fragment key={provider ?? "own"}>
            <Group provider={provider}>
              {own.map((row) =>
                row.type === "more" ? (
                  // biome-ignore lint/a11y/useFocusableInteractive: it is announced with the choices, but is not one
                  <div key={row.key} role="option" aria-selected={false} aria-disabled className={styles.more}>
                    {row.count.toLocaleString()} more. Type to narrow the list.
                  </div>
                ) : (
                  // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active row
                  // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's
                  <div
                    key={row.key}
                    role="option"
                    id={`${ids}-${row.key}`}
                    aria-selected={row.key === activeKey}
                    data-current={rowToModel(row) === value || undefined}
                    className={styles.option}
                    onPointerMove={() => row.key !== activeKey && onPoint(row.key)}
                    onClick={() => onChoose(rowToModel(row))}
                  >
                    <Choice row={row} none={none} />
                  </div>
                ),
              )}
            </Group>
          </Fragment>
        ))}
      </div>
      {isEmpty && (
        <p className={styles.more}>{isReading ? "Loading models from the providers…" : "No matching models."}</p>
      )}
      <Problems problems={problems} error={error} isReading={isReading} />
    </div>
  );
}

function Group({
  provider,
  children,
}: {
  readonly provider: string | null;
  readonly children: ReactNode;
}): ReactElement {
  if (provider === null) return <>{children}</>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset may not be inside a listbox
    <div role="group" aria-label={provider}>
      <p className={styles.group} aria-hidden="true">
        {provider}
      </p>
      {children}
    </div>
  );
}

function Choice({ row, none }: { readonly row: PickerRow; readonly none: string | undefined }): ReactElement {
  if (row.type === "none") return <span className={styles.name}>{none}</span>;
  if (row.type !== "model") {
    return (
      <>
        <span className={styles.name}>Use “{row.type === "typed" ? row.id : ""}”</span>
        <span className={styles.facts}>not in the list</span>
      </>
    );
  }
  const { model } = row;
  const facts = [contextLabel(model.contextTokens), priceLabel(model.price)].filter(Boolean).join(" · ");
  return (
    <>
      <span className={styles.name}>{model.model}</span>
      <span className={styles.second}>
        <AbilitySigns model={model} />
        {facts && <span className={styles.facts}>{facts}</span>}
      </span>
    </>
  );
}

/** Their models are missing above, so this says why. */
function Problems({
  problems,
  error,
  isReading,
}: {
  readonly problems: ModelList["problems"];
  readonly error: string | null;
  readonly isReading: boolean;
}): ReactElement | null {
  const reef = useReef();
  const queryClient = useQueryClient();
  if (problems.length === 0 && error === null) return null;
  return (
    <div className={styles.problems} role="note">
      {error !== null && <p>Couldn't read the models: {error}</p>}
      {problems.map(({ provider, reason }) => (
        <p key={provider}>
          <b>{provider}</b> couldn't be reached: {reason}
        </p>
      ))}
      <Button disabled={isReading} onClick={() => void readModelsAnew(reef, queryClient)}>
        {isReading ? "Asking…" : "Retry"}
      </Button>
    </div>
  );
}

function groupRows(rows: readonly PickerRow[]): readonly { provider: string | null; rows: PickerRow[] }[] {
  const groups: { provider: string | null; rows: PickerRow[] }[] = [];
  for (const row of rows) {
    const provider = row.type === "model" ? row.model.provider : row.type === "more" ? row.provider : null;
    const last = groups.at(-1);
    if (last && last.provider === provider) last.rows.push(row);
    else groups.push({ provider, rows: [row] });
  }
  return groups;
}
