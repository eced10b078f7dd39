/**
 * Builds the rows of a picker's list, in order: the default, the groups of models, and the typed text when no model has
 * that id.
 */
import type { Model } from "@reef/protocol/model";
import { findModels, type ModelWork } from "./find-models.ts";

export type PickerRow =
  | { readonly type: "none"; readonly key: "none" }
  | { readonly type: "model"; readonly key: string; readonly model: Model }
  /** How many more match than are drawn. It cannot be chosen. */
  | { readonly type: "more"; readonly key: string; readonly provider: string; readonly count: number }
  | { readonly type: "typed"; readonly key: "typed"; readonly id: string };

export function pickerRows({
  models,
  work,
  query,
  hasNone,
}: {
  readonly models: readonly Model[];
  readonly work: ModelWork;
  readonly query: string;
  readonly hasNone: boolean;
}): readonly PickerRow[] {
  const typed = query.trim();
  const rows: PickerRow[] = hasNone && typed === "" ? [{ type: "none", key: "none" }] : [];
  for (const { provider, shown, more } of findModels(models, { work, query })) {
    for (const model of shown) rows.push({ type: "model", key: keyOf(model.id), model });
    if (more > 0) rows.push({ type: "more", key: `more-${keyOf(provider)}`, provider, count: more });
  }
  const isListed = models.some(({ id, model }) => id === typed || model === typed);
  if (typed !== "" && !isListed) rows.push({ type: "typed", key: "typed", id: typed });
  return rows;
}

/** Returns the value of the row for a bot's `model`. */
export function rowToModel(row: PickerRow): string | null {
  if (row.type === "model") return row.model.id;
  return row.type === "typed" ? row.id : null;
}

/** An element's id may not contain spaces, whatever a server calls its models. */
function keyOf(id: string): string {
  return encodeURIComponent(id);
}
