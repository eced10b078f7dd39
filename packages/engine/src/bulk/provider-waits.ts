/**
 * Shows what waits for a model that is away, and what failed because of it, as one thing for each model; and tries all of
 * it again in one act (TU9).
 */
import { awayModelOf, awayWords } from "@reef/protocol/away-words";
import type { ProviderRetried, ProviderTrouble } from "@reef/protocol/provider-wait";
import { commitOps } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { causeOf } from "../mailbox/cause.ts";
import type { WaitingTurn } from "../port/queries.ts";
import { changeMessages } from "./messages.ts";

/** More turns than these are counted as these. */
const mostWaits = 10_000;
const mostCauses = 100;
/** Turns that one unit wakes: a unit holds the writer up. */
const wokenTogether = 500;

/** Returns the models with the most waiting turns first. */
export async function readProviderTroubles({ store }: Pick<Deps, "store">): Promise<readonly ProviderTrouble[]> {
  const [waits, causes] = await Promise.all([store.read.providerWaits(mostWaits), store.read.deadCauses(mostCauses)]);
  const byModel = new Map<string, ProviderTrouble>();
  for (const [model, turns] of Map.groupBy(waits, ({ wait }) => wait.model))
    byModel.set(model, troubleOf(model, turns));
  for (const { cause, count, reason } of causes) {
    const model = awayModelOf(cause);
    if (model === null) continue;
    const state = cause === awayWords(model, "down") ? ("down" as const) : ("limited" as const);
    const before = byModel.get(model) ?? { model, state, reason, since: null, waiting: 0, failed: 0, bots: 0 };
    byModel.set(model, { ...before, failed: before.failed + count });
  }
  return [...byModel.values()].sort((a, b) => b.waiting + b.failed - (a.waiting + a.failed));
}

function troubleOf(model: string, turns: readonly WaitingTurn[]): ProviderTrouble {
  const down = turns.filter(({ wait }) => wait.state === "down");
  // The one that began to wait last heard from the provider last.
  const newest = (down.length > 0 ? down : turns).at(-1)?.wait;
  return {
    model,
    state: down.length > 0 ? "down" : "limited",
    reason: newest?.reason ?? "",
    since: turns[0]?.wait.since ?? null,
    waiting: turns.length,
    failed: 0,
    bots: new Set(turns.map(({ botId }) => botId)).size,
  };
}

/** Lets every turn that waits for the model try again now, and puts its dead letters back into their mailboxes. */
export async function retryProvider(deps: Deps, model: string): Promise<ProviderRetried> {
  deps.retryModel?.(model);
  const waits = await deps.store.read.providerWaits(mostWaits);
  // In one order everywhere, so that two retries do not wait for each other.
  const ids = waits.flatMap(({ id, wait }) => (wait.model === model ? [id] : [])).sort();
  for (let from = 0; from < ids.length; from += wokenTogether) {
    const part = ids.slice(from, from + wokenTogether);
    await commitOps(deps, ...part.map((turnId) => ({ op: "turn.hurry" as const, turnId })));
  }
  let retried = 0;
  for (const state of ["down", "limited"] as const) {
    const cause = causeOf(awayWords(model, state));
    const filter = { state: "dead" as const, dismissed: false, cause };
    retried += (await changeMessages(deps, { filter, action: "retry" })).changed;
  }
  return { woken: ids.length, retried };
}
