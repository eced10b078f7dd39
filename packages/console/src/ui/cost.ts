/** Formats costs so that people can read them at a glance. An unknown cost is shown as unknown, never as zero. */
import type { Usage } from "@reef/protocol/bot";
import { countOf } from "./count.ts";

const dollars = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const small = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumSignificantDigits: 2 });

/** Formats `$12.40`, `$0.0031`, `$0`. */
export function usdLabel(usd: number): string {
  if (usd === 0) return "$0";
  return usd < 0.1 ? small.format(usd) : dollars.format(usd);
}

type Cost = Pick<Usage, "modelCalls" | "costUsd" | "unpricedCalls">;

/** Formats `$0.42`; `≥ $0.42` when some calls have no known price; null when none has, or no model was called. */
export function costLabel({ modelCalls, costUsd, unpricedCalls }: Cost): string | null {
  if (modelCalls === 0 || (unpricedCalls >= modelCalls && costUsd === 0)) return null;
  return `${unpricedCalls > 0 ? "≥ " : ""}${usdLabel(costUsd)}`;
}

/** Explains the label in a sentence. */
export function costTitle({ modelCalls, costUsd, unpricedCalls }: Cost): string {
  if (modelCalls === 0) return "No model was called.";
  if (unpricedCalls === 0) return `${usdLabel(costUsd)} for ${countOf(modelCalls, "model call")}.`;
  const how = "Enter it on the Providers screen, under Advanced.";
  if (unpricedCalls >= modelCalls && costUsd === 0) return `The price of this model is not known. ${how}`;
  return `${usdLabel(costUsd)}, without ${countOf(unpricedCalls, "call")} whose price is not known. ${how}`;
}
