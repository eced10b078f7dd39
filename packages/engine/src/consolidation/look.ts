/**
 * Looks at one stretch, by the bot's model if it has one, else by choosing lines, and stores one consolidation with its
 * cost. What the policy allows is accepted immediately, as if a person had, and can be undone in the same way.
 */
import type { Bot } from "@reef/protocol/bot";
import type { Consolidation, ConsolidationPolicy } from "@reef/protocol/consolidation";
import { AppError } from "@reef/protocol/error";
import { noUsage } from "@reef/protocol/usage";
import { reserveOutside } from "../budget/outside-turns.ts";
import { commitOps } from "../commit.ts";
import type { Deps, Log } from "../deps.ts";
import { makeId } from "../ids.ts";
import type { ConsolidationRecord, ConsolidationSeed } from "../port/consolidation.ts";
import { type ReserveCall, type Runtime, RuntimeFailure } from "../port/runtime.ts";
import { askModel, type ModelLook } from "./ask-model.ts";
import { extractSummary } from "./extract.ts";
import { settleProposals } from "./settle.ts";
import type { Stretch } from "./stretch.ts";

export interface LookRequest {
  readonly bot: Bot;
  readonly stretch: Stretch;
  readonly cause: Consolidation["cause"];
  readonly policy: ConsolidationPolicy;
  /** From the bot's runtime. Without it, lines are chosen. */
  readonly complete: Runtime["complete"];
  readonly signal: AbortSignal;
}

/** With a model, a stretch with fewer lines waits for more. */
const leastLines = 2;

/**
 * Returns null if there was too little to look at, or if another worker was first. Throws `RuntimeFailure` if the model
 * gave no answer; if a person asked, lines are chosen instead.
 */
export async function lookAtStretch(
  deps: Deps & { readonly log: Log },
  request: LookRequest,
): Promise<ConsolidationRecord | null> {
  const { bot, stretch } = request;
  const spender = { botId: bot.id, sessionId: stretch.session.id, chainId: null };
  const held = reserveOutside(deps, makeId("consolidation"), spender);
  const letGo = async () => {
    const ops = held.release();
    if (ops.length > 0) await commitOps(deps, ...ops);
  };
  let seed: ConsolidationSeed | null = null;
  try {
    seed = await makeSeed(deps, request, held.reserve);
    if (seed === null) return null;
    await commitOps(deps, { op: "consolidation.save", consolidation: seed });
  } catch (error) {
    // The stretch was looked at since, or its session is gone or incognito.
    if (seed !== null && error instanceof AppError) return null;
    throw error;
  } finally {
    await letGo();
  }
  const saved = await deps.store.read.consolidation(seed.id);
  if (saved === null || request.policy !== "apply") return saved;
  await applyByPolicy(deps, saved);
  return deps.store.read.consolidation(seed.id);
}

async function makeSeed(deps: Deps, request: LookRequest, reserve: ReserveCall): Promise<ConsolidationSeed | null> {
  const { bot, stretch, cause, complete, signal } = request;
  const head = {
    id: makeId("consolidation"),
    botId: bot.id,
    sessionId: stretch.session.id,
    cause,
    fromSeq: stretch.fromSeq,
    throughSeq: stretch.throughSeq,
  };
  const extracted = (note: string | null, look: Pick<ModelLook, "usage" | "model">): ConsolidationSeed | null => {
    const summary = extractSummary(stretch);
    if (summary === null && look.usage.modelCalls === 0) return null;
    return { ...head, by: "extract", ...look, note, proposals: summary === null ? [] : [summary] };
  };
  if (complete === undefined) return extracted(null, { usage: noUsage, model: null });
  if (stretch.lines.length < leastLines && cause !== "asked") return null;
  try {
    const { proposals, fault, ...look } = await askModel(deps, { bot, stretch, complete, reserve, signal });
    if (fault === null) return { ...head, by: "model", ...look, note: null, proposals };
    const note = `the model's answer could not be used: ${fault}`.slice(0, 500);
    return proposals.length > 0 ? { ...head, by: "model", ...look, note, proposals } : extracted(note, look);
  } catch (error) {
    if (!(error instanceof RuntimeFailure) || (cause !== "asked" && error.retry)) throw error;
    const seed = extracted(`the model could not be asked: ${error.message}`.slice(0, 500), {
      usage: noUsage,
      model: null,
    });
    if (seed === null) throw error;
    return seed;
  }
}

/**
 * Leaves proposals open that would replace or forget a person's word, or what a person approved: only a person decides
 * about those.
 */
async function applyByPolicy(
  deps: Deps & { readonly log: Log },
  { id, botId, proposals }: ConsolidationRecord,
): Promise<void> {
  for (const proposal of proposals) {
    const ends = await deps.store.read.memoriesOf(botId, proposal.ends);
    if (ends.some(({ trust, approvedAt }) => trust === "person" || approvedAt !== null)) continue;
    const { refused } = await settleProposals(deps, id, { to: "accepted", ids: [proposal.id], by: "policy" });
    if (refused.length > 0)
      deps.log.info({ consolidationId: id, reason: refused[0]?.reason }, "a proposal was left open");
  }
}
