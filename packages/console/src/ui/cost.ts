/** Costs as people read them at a glance. What is not known is said, never shown as nothing. */
import type { Usage } from "@reef/protocol/bot";
import { countOf } from "./count.ts";

const dollars = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const small = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumSignificantDigits: 2 });

/** `$12.40`, `$0.0031`, `$0`. */
export function usdLabel(usd: number): string {
  if (usd === 0) return "$0";
  return usd < 0.1 ? small.format(usd) : dollars.format(usd);
}

type Cost = Pick<Usage, "modelCalls" | "costUsd" | "unpricedCalls">;

/** `$0.42`; `≥ $0.42` when some calls have no known price; null when none has, or nothing was called. */
export function costLabel({ modelCalls, costUsd, unpricedCalls }: Cost): string | null {
  if (modelCalls === 0 || (unpricedCalls >= modelCalls && costUsd === 0)) return null;
  return `${unpricedCalls > 0 ? "≥ " : ""}${usdLabel(costUsd)}`;
}

/** What stands behind the label, as a sentence. */
export function costTitle({ modelCalls, costUsd, unpricedCalls }: Cost): string {
  if (modelCalls === 0) return "No model was called.";
  if (unpricedCalls === 0) return `${usdLabel(costUsd)} for ${countOf(modelCalls, "model call")}.`;
  const how = "Enter it on the Providers screen, under Advanced.";
  if (unpricedCalls >= modelCalls && costUsd === 0) return `The price of this model is not known. ${how}`;
  return `${usdLabel(costUsd)}, without ${countOf(unpricedCalls, "call")} whose price is not known. ${how}`;
}
