/** Puts budgets into words for people, and reads what a person answered. Pure. */
import type { Budget } from "@reef/protocol/budget";
import { AppError } from "@reef/protocol/error";

type Limits = Pick<Budget, "limitUsd" | "limitTokens">;

const periodWords = { day: "a day", month: "a month", total: "in total" } as const;

/** Such as “$5 a day for “dev””. */
export function limitWords(budget: Limits & Pick<Budget, "period">, scope: string): string {
  return `${amountWords(budget)} ${periodWords[budget.period]} for ${scope}`;
}

function amountWords({ limitUsd, limitTokens }: Limits): string {
  const amounts = [
    ...(limitUsd === null ? [] : [usdWords(limitUsd)]),
    ...(limitTokens === null ? [] : [tokenWords(limitTokens)]),
  ];
  return amounts.join(" or ");
}

export function usdWords(usd: number): string {
  const digits = usd !== 0 && usd < 0.01 ? 6 : 2;
  const text = usd.toFixed(digits);
  return `$${text.replace(/\.00$/, "").replace(/(\.\d\d\d*?)0+$/, "$1")}`;
}

export function tokenWords(tokens: number): string {
  return `${tokens.toLocaleString("en-US")} ${tokens === 1 ? "token" : "tokens"}`;
}

export const stopBudget = "Stop";
const raiseStart = "Raise to ";
const onceStart = "This once: up to ";

/** `once` holds for the current period only. */
export function budgetOptions(to: Limits): readonly string[] {
  const words = amountWords(to);
  return [`${raiseStart}${words}`, `${onceStart}${words}`, stopBudget];
}

export type BudgetAnswer = { readonly kind: "stop" } | ({ readonly kind: "raise" | "once" } & Limits);

/**
 * Reads an option or an amount in a person's own words, such as “$20” or “50000 tokens”. A bare number is in the unit of
 * the limit. Throws `invalid_request`.
 */
export function readBudgetAnswer(answer: string, budget: Limits): BudgetAnswer {
  if (answer === stopBudget) return { kind: "stop" };
  const isOnce = answer.toLowerCase().startsWith("this once");
  const text = answer.replace(/^(this once:?|raise)?\s*(up )?(to)?\s*/i, "");
  let [limitUsd, limitTokens]: (number | null)[] = [null, null];
  for (const part of text.split(/\s+or\s+/)) {
    const amount = /^(\$)?\s*([\d,]+(?:\.\d+)?)\s*(tokens?|usd|dollars?)?$/i.exec(part.trim());
    if (amount === null) throw unreadable();
    const value = Number((amount[2] ?? "").replaceAll(",", ""));
    const unit = (amount[3] ?? "").toLowerCase();
    const isTokens = unit.startsWith("token") || (amount[1] === undefined && unit === "" && budget.limitUsd === null);
    if (!Number.isFinite(value) || value > (isTokens ? 1e12 : 1e6)) throw unreadable();
    if (isTokens) limitTokens = Math.round(value);
    else limitUsd = value;
  }
  return { kind: isOnce ? "once" : "raise", limitUsd: limitUsd ?? null, limitTokens: limitTokens ?? null };
}

function unreadable(): AppError {
  const message = "expected one of the options, or an amount such as “$20” or “50000 tokens”";
  return new AppError("invalid_request", message, { fields: [{ path: "answer", message }] });
}
