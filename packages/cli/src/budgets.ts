/** Lists, sets, raises and deletes budgets: hard limits on what model calls may use (BU1). */
import type { Budget, BudgetPatch, BudgetScope, SetBudget } from "@reef/protocol/budget";
import { BudgetPeriod } from "@reef/protocol/budget";
import { BotId, BudgetId, ChainId, SessionId, TopicId } from "@reef/protocol/ids";
import { CommandError } from "./command-error.ts";
import type { Shell } from "./shell.ts";

/** As written on the command line. */
export interface Limits {
  readonly usd: string | undefined;
  readonly tokens: string | undefined;
  /** In percent. */
  readonly warn: string | undefined;
}

const periodWords: Readonly<Record<BudgetPeriod, string>> = { day: "a day", month: "a month", total: "in total" };

export async function listBudgets(shell: Shell): Promise<void> {
  const { items } = await shell.client.budgets();
  if (items.length === 0) shell.print("no budgets: “reef budgets set everything day --usd 5” sets one");
  for (const budget of items) shell.print(await sayBudget(shell, budget));
}

/** Creates the budget of this scope and period, or changes it. */
export async function setBudget(
  shell: Shell,
  {
    target,
    period: given,
    tree,
    ...limits
  }: Limits & {
    readonly target: string;
    readonly period: string;
    readonly tree: boolean;
  },
): Promise<void> {
  const { client } = shell;
  const period = BudgetPeriod.safeParse(given);
  if (!period.success) throw new CommandError(`expected “day”, “month” or “total” as the period; found “${given}”`);
  const patch = readLimits(limits);
  if (patch.limitUsd === undefined && patch.limitTokens === undefined) {
    throw new CommandError("expected a limit: --usd 5, --tokens 100000 or both");
  }
  const scope = await readScope(shell, target, tree);
  const wanted = scope.kind === "tree" ? { ...scope, id: await rootOf(shell, scope.id) } : scope;
  const known = (await client.budgets()).items.find(
    (budget) => budget.period === period.data && keyOf(budget.scope) === keyOf(wanted),
  );
  const set =
    known === undefined
      ? await client.createBudget({ ...patch, scope: wanted, period: period.data } as Parameters<
          typeof client.createBudget
        >[0])
      : await client.changeBudget(known.id, patch);
  await saySet(shell, set);
}

/** Refuses what is not more than before. */
export async function raiseBudget(shell: Shell, id: string, limits: Omit<Limits, "warn">): Promise<void> {
  const budget = await findBudget(shell, id);
  const patch = readLimits({ ...limits, warn: undefined });
  const raised = [
    [budget.limitUsd, patch.limitUsd, "dollars"],
    [budget.limitTokens, patch.limitTokens, "tokens"],
  ] as const;
  if (raised.every(([, to]) => to === undefined)) {
    throw new CommandError("expected what to raise it to: --usd 10, --tokens 200000 or both");
  }
  for (const [from, to, unit] of raised) {
    if (to === undefined || to === null) continue;
    if (from === null) throw new CommandError(`this budget has no limit in ${unit}: “reef budgets set” adds one`);
    if (to <= from) throw new CommandError(`the limit is ${from} ${unit} now: expected more than that, not ${to}`);
  }
  await saySet(shell, await shell.client.changeBudget(budget.id, patch));
}

export async function deleteBudget(shell: Shell, id: string): Promise<void> {
  const { id: budgetId } = await findBudget(shell, id);
  await shell.client.deleteBudget(budgetId);
  shell.print(`deleted ${budgetId}: what waited for it goes on`);
}

async function saySet(shell: Shell, set: SetBudget): Promise<void> {
  shell.print(await sayBudget(shell, set));
  if (set.note !== null) shell.print(set.note);
}

async function sayBudget(shell: Shell, budget: Budget): Promise<string> {
  const { id, limitUsd, limitTokens, extraUsd, extraTokens, spentUsd, spentTokens, period, state, setBy } = budget;
  const used = [
    ...(limitUsd === null ? [] : [`$${money(spentUsd)} of $${money(limitUsd + extraUsd)}`]),
    ...(limitTokens === null ? [] : [`${spentTokens} of ${limitTokens + extraTokens} tokens`]),
  ].join(", ");
  const note = state === "out" ? "  used up" : state === "warn" ? "  nearly used up" : "";
  return `${id}  ${used} ${periodWords[period]} for ${await sayScope(shell, budget.scope)}, set by ${setBy}${note}`;
}

function money(usd: number): string {
  return usd !== 0 && usd < 0.01 ? usd.toFixed(6) : usd.toFixed(2);
}

async function sayScope({ client }: Shell, scope: BudgetScope): Promise<string> {
  switch (scope.kind) {
    case "whole":
      return "everything";
    case "bot":
      return `bot “${(await client.bot(scope.id)).name}”`;
    case "session":
    case "tree": {
      const { title } = await client.session(scope.id);
      return scope.kind === "tree" ? `“${title}” and all below it` : `session “${title}”`;
    }
    case "topic":
    case "chain":
      return `${scope.kind} ${scope.id}`;
  }
}

function readLimits({ usd, tokens, warn }: Limits): BudgetPatch {
  return {
    ...(usd !== undefined && { limitUsd: readNumber(usd, "--usd") }),
    ...(tokens !== undefined && { limitTokens: readNumber(tokens, "--tokens") }),
    ...(warn !== undefined && { warnAt: readNumber(warn, "--warn") / 100 }),
  };
}

function readNumber(text: string, option: string): number {
  const value = Number(text.replace(/^\$/, "").replaceAll(/[_,]/g, "").replace(/%$/, ""));
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new CommandError(`expected a number after ${option}; found “${text}”`);
}

async function readScope({ client }: Shell, target: string, isTree: boolean): Promise<BudgetScope> {
  if (["everything", "all", "whole"].includes(target)) return { kind: "whole" };
  const session = SessionId.safeParse(target);
  if (session.success) return { kind: isTree ? "tree" : "session", id: session.data };
  if (isTree) throw new CommandError(`--tree goes with the id of a session; found “${target}”`);
  const bot = BotId.safeParse(target);
  if (bot.success) return { kind: "bot", id: bot.data };
  const topic = TopicId.safeParse(target);
  if (topic.success) return { kind: "topic", id: topic.data };
  const chain = ChainId.safeParse(target);
  if (chain.success) return { kind: "chain", id: chain.data };
  const named = (await client.bots()).items.filter(({ name }) => name === target);
  if (named.length === 1 && named[0] !== undefined) return { kind: "bot", id: named[0].id };
  throw new CommandError(
    `expected “everything”, a bot's name, or the id of a bot, topic, session or chain; ${named.length === 0 ? "nothing" : "more than one bot"} is called “${target}”`,
  );
}

/** A tree is named by its first session. */
async function rootOf({ client }: Shell, id: SessionId): Promise<SessionId> {
  return (await client.session(id)).rootId;
}

function keyOf(scope: BudgetScope): string {
  return scope.kind === "whole" ? scope.kind : `${scope.kind}:${scope.id}`;
}

async function findBudget({ client }: Shell, id: string): Promise<Budget> {
  const parsed = BudgetId.safeParse(id);
  const budget = parsed.success ? (await client.budgets()).items.find((each) => each.id === parsed.data) : undefined;
  if (budget !== undefined) return budget;
  throw new CommandError(`there is no budget ${id}; “reef budgets” lists them`);
}
