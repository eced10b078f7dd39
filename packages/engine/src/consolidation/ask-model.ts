/**
 * Asks the bot's own model about a stretch. Words of others are examined in a separate call from those of the person
 * and the bot: no injected word can then change what counts as theirs, and what comes of it has others' trust (ME5).
 */
import type { Bot, Usage } from "@reef/protocol/bot";
import type { Memory, MemoryTrust } from "@reef/protocol/memory";
import { addUsage, noUsage } from "@reef/protocol/usage";
import type { Deps } from "../deps.ts";
import { makeId } from "../ids.ts";
import { bornShare, sharedWith } from "../memory/born-of.ts";
import { findMemories } from "../memory/search.ts";
import type { ProposalSeed } from "../port/consolidation.ts";
import type { Completion, ReserveCall, Runtime } from "../port/runtime.ts";
import { type AnswerItem, readAnswer } from "./answer.ts";
import { consolidationInstructions, consolidationText, type Known, labelMemories, repairText } from "./prompt.ts";
import type { Stretch, StretchLine } from "./stretch.ts";

export interface ModelLook {
  readonly proposals: readonly ProposalSeed[];
  readonly model: string | null;
  readonly usage: Usage;
  /** What could not be used of the answers; null if all could. */
  readonly fault: string | null;
}

export interface ModelAsk {
  readonly bot: Bot;
  readonly stretch: Stretch;
  readonly complete: NonNullable<Runtime["complete"]>;
  readonly reserve: ReserveCall;
  readonly signal: AbortSignal;
}

/** Throws `RuntimeFailure` if the model gives no answer. */
export async function askModel(deps: Deps, ask: ModelAsk): Promise<ModelLook> {
  const { lines } = ask.stretch;
  const own = lines.filter(({ heard }) => heard === "nobody");
  const heard = lines.filter((line) => line.heard !== "nobody");
  const looks: ModelLook[] = [];
  if (own.length > 0) looks.push(await lookAt(deps, ask, { lines: own, trust: "bot" }));
  if (heard.length > 0) {
    const trust = heard.some((line) => line.heard === "tool") ? "tool" : "session";
    looks.push(await lookAt(deps, ask, { lines: heard, trust }));
  }
  return {
    proposals: looks.flatMap(({ proposals }) => proposals),
    model: looks.find(({ model }) => model !== null)?.model ?? null,
    usage: looks.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    fault: looks.find(({ fault }) => fault !== null)?.fault ?? null,
  };
}

interface LineGroup {
  readonly lines: readonly StretchLine[];
  /** The highest trust of anything that comes of the group. */
  readonly trust: Extract<MemoryTrust, "bot" | "session" | "tool">;
}

async function lookAt(deps: Deps, ask: ModelAsk, group: LineGroup): Promise<ModelLook> {
  const { bot, stretch, complete, reserve, signal } = ask;
  const known = labelMemories(await findKnown(deps, bot, group));
  const labels = new Set(known.filter(({ memory }) => !memory.pinned).map(({ label }) => label));
  const frame = { lines: group.lines.length, labels };
  const text = consolidationText(stretch.session.title, group.lines, known);
  const instructions = consolidationInstructions;
  const first = await complete({ bot, instructions, text, reserve, signal });
  const calls: Completion[] = [first];
  let answer = readAnswer(first.text, frame);
  if (answer.errors.length > 0) {
    const again = await complete({
      bot,
      instructions,
      text: repairText(text, first.text, answer.errors),
      reserve,
      signal,
    });
    calls.push(again);
    answer = readAnswer(again.text, frame);
  }
  const proposals = answer.items.flatMap((item) => toProposal(item, { group, known, stretch }) ?? []);
  return {
    proposals,
    model: calls.at(-1)?.model ?? null,
    usage: calls.reduce((sum, call) => addUsage(sum, usageOf(call)), noUsage),
    fault: answer.errors[0] ?? null,
  };
}

function usageOf({ inputTokens, outputTokens, costUsd }: Completion): Usage {
  return {
    modelCalls: 1,
    inputTokens,
    outputTokens,
    costUsd: costUsd ?? 0,
    unpricedCalls: costUsd === undefined ? 1 : 0,
  };
}

/** The longest query made of one line, and the most text that is shown. */
const queryLength = 500;
const mostAsked = 16;
const mostKnown = 20;

const kinds = ["fact", "note", "summary"] as const;
/** The trusts each group may see and so replace: none higher than what it can create (ME5). */
const labelsByTrust: Readonly<Record<LineGroup["trust"], readonly string[]>> = {
  bot: ["person", "bot", "approved"],
  session: ["session"],
  tool: ["session", "unapproved"],
};

async function findKnown(deps: Deps, bot: Bot, { lines, trust }: LineGroup): Promise<readonly Memory[]> {
  const known = new Map<Memory["id"], Memory>();
  for (const { memory } of lines.slice(-mostAsked)) {
    const query = { text: memory.text.slice(0, queryLength), k: 4, kinds, trust: labelsByTrust[trust], ownOnly: true };
    for (const hit of await findMemories(deps, bot.id, query)) known.set(hit.memory.id, hit.memory);
    if (known.size >= mostKnown) break;
  }
  return [...known.values()].slice(0, mostKnown);
}

interface Around {
  readonly group: LineGroup;
  readonly known: readonly Known[];
  readonly stretch: Stretch;
}

/** From this share of its word runs on, a text may be a recalled one. */
const recalledShare = 0.6;

/**
 * True if the text was recalled rather than said: every word of weight in it was recalled, so it is no correction
 * either.
 */
function isRecalled(text: string, recalled: readonly string[]): boolean {
  if (sharedWith(text, recalled) < recalledShare) return false;
  const known = new Set(recalled.flatMap(wordsOf));
  return wordsOf(text).every((word) => known.has(word));
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}{4,}|\p{N}+/gu) ?? [];
}

function toProposal(item: AnswerItem, { group, known, stretch }: Around): ProposalSeed | null {
  const { action, kind, text, reason } = item;
  const isAdding = action !== "forget";
  // Recalled text is never stored again (ME3).
  if (action === "add" && isRecalled(text, stretch.recalledTexts)) return null;
  const lines = [...new Set(item.sources)].flatMap((n) => group.lines[n - 1] ?? []);
  const ended = known.filter(({ label }) => action !== "add" && item.replaces.includes(label));
  const sources = lines.map(({ memory }) => memory.id);
  const newest = lines.reduce<Memory | null>((last, { memory }) => later(last, memory), null);
  const since = newest?.occurredAt ?? null;
  return {
    id: makeId("proposal"),
    action,
    reason,
    ends: ended.map(({ memory }) => memory.id),
    sources,
    memory: isAdding
      ? {
          id: makeId("memory"),
          kind,
          text,
          // Replaced memories come first, so that its history is found like that of a correction.
          source: { kind: "memories", ids: [...ended.map(({ memory }) => memory.id), ...sources].slice(0, 100) },
          trust: trustOf(text, group, stretch),
          importance: 0.5,
          pinned: false,
          speaker: null,
          conversation: null,
          seq: null,
          occurredAt: since,
          expiresAt: null,
          metadata: {},
          // It holds since it was said.
          validFrom: since ?? undefined,
        }
      : null,
  };
}

/** Keeps others' trust for words that others brought, whatever source the model names. */
function trustOf(text: string, { trust, lines }: LineGroup, stretch: Stretch): MemoryTrust {
  if (trust === "tool") return "tool";
  // What the person said is the person's, even if someone else says it too.
  const said = lines.filter(({ memory }) => memory.trust === "person").map(({ memory }) => memory.text);
  if (sharedWith(text, said) >= bornShare) return trust;
  const heardFrom = (heard: StretchLine["heard"]) =>
    stretch.lines.filter((line) => line.heard === heard).map(({ memory }) => memory.text);
  if (sharedWith(text, [...stretch.toolTexts, ...heardFrom("tool")]) >= bornShare) return "tool";
  return sharedWith(text, heardFrom("session")) >= bornShare ? "session" : trust;
}

function later(a: Memory | null, b: Memory): Memory {
  return a === null || (b.occurredAt ?? "") > (a.occurredAt ?? "") ? b : a;
}
