/**
 * Recalls a bot's memory for a turn: what is pinned, then what fits the newest message, within a budget of tokens
 * (ME7). It is made for one model call and stored nowhere; the turn records which memories they were and why (ME8).
 */
import type { Entry } from "@reef/protocol/entry";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Recalled } from "@reef/protocol/memory";
import type { Deps, Log } from "../deps.ts";
import { textWithFiles } from "../file/say-files.ts";
import { quoteHit, recallHead } from "../prompt/recalled.ts";
import { isHeardFrom } from "./heard-from.ts";
import { heardLabel, trustedLabels } from "./recall-row.ts";
import { type Found, recallMemories } from "./search.ts";

export interface TurnRecall {
  /** The entry that it was recalled for. */
  readonly entryId: Entry["id"];
  readonly text: string;
  readonly recalled: readonly Recalled[];
}

const hits = 12;
/** How much of a message's beginning is used as the question. */
const queryLength = 2_000;
const charsPerToken = 3.5;
/** A memory that would be cut shorter than this is left out. */
const leastLength = 200;

export interface RecallFor {
  readonly session: { readonly id: SessionId; readonly botId: Recalled["botId"]; readonly memory: "on" | "off" };
  /** The window as the model sees it: its content is not recalled as well. */
  readonly entries: readonly Said[];
}

type Said = Pick<Entry, "id" | "seq" | "kind" | "text" | "attachments"> & Partial<Pick<Entry, "from">>;

/**
 * Returns null if there is nothing to recall. Contract: never rejects; the turn goes on without its memory, and the log
 * says so.
 */
export async function recallForTurn(deps: Deps & { readonly log: Log }, turn: RecallFor): Promise<TurnRecall | null> {
  const { clock, settings, log } = deps;
  const entry = newestMessage(turn.entries);
  if (entry === undefined || turn.session.memory === "off" || deps.index === undefined) return null;
  const question = toQuestion(turn, entry);
  const timer = new AbortController();
  try {
    if (!(await canKnowMore(deps, question))) return null;
    await waitForIndexes(deps, question);
    const found = await Promise.race([
      findForTurn(deps, question, timer.signal),
      clock.sleep(settings.recallWaitMs, timer.signal).then(() => "late" as const),
    ]);
    if (found === "late") log.warn({ sessionId: turn.session.id }, "recall took too long; the turn goes on without");
    return found === "late" || found.length === 0 ? null : fit(found, { entry, tokens: settings.recallTokens });
  } catch (error) {
    log.warn({ error, sessionId: turn.session.id }, "recall failed; the turn goes on without");
    return null;
  } finally {
    timer.abort(null);
  }
}

export function newestMessage<Of extends Pick<Entry, "kind">>(entries: readonly Of[]): Of | undefined {
  return entries.findLast(({ kind }) => kind === "person" || kind === "session");
}

/** The part of a turn that a search needs, without its window, which a late search would keep in memory. */
interface Question {
  readonly session: RecallFor["session"];
  readonly text: string;
  readonly speaker: BotId | null;
  readonly shown: ReadonlySet<Entry["id"]>;
  /** True if the window begins with the session. */
  readonly isWhole: boolean;
}

function toQuestion({ session, entries }: RecallFor, entry: Said): Question {
  return {
    session: { id: session.id, botId: session.botId, memory: session.memory },
    text: textWithFiles(entry).slice(0, queryLength),
    speaker: entry.from?.kind === "session" ? entry.from.botId : null,
    shown: new Set(entries.map(({ id }) => id)),
    isWhole: entries[0]?.seq === 1,
  };
}

/** Waits for its index, and for those of the bots that let it read. */
async function waitForIndexes({ store, index, settings }: Deps, { session }: Question): Promise<void> {
  const bots = [session.botId, ...(await store.read.readableBy(session.botId))];
  await Promise.all(bots.map((botId) => index?.waitForFirstStep(botId, settings.indexWaitMs)));
}

async function findForTurn(deps: Deps, question: Question, signal: AbortSignal): Promise<readonly Found[]> {
  const { session, text, speaker, shown } = question;
  const { botId } = session;
  const pinned = await deps.store.read.pinnedMemories(botId);
  const { found, degraded } = await recallMemories(deps, botId, {
    text,
    k: hits * 2,
    trust: speaker === null ? trustedLabels : [...trustedLabels, heardLabel],
    signal,
  });
  const isShown = ({ memory: { source } }: Found) => source.kind === "entry" && shown.has(source.entryId);
  // Length and kind alone are no reason to recall something.
  const isReason = ({ why }: Found) => why.matched.length + why.related.length > 0 || why.meaning?.standsOut === true;
  const fits = (await withoutOthersWords(deps, found, speaker))
    .filter((hit) => !isShown(hit) && isReason(hit))
    .map((hit) => (degraded === null ? hit : { ...hit, why: { ...hit.why, degraded } }));
  const pinnedIds = new Set(pinned.map(({ id }) => id));
  return [
    ...pinned.map((memory) => ({ memory, score: 1, why: whyPinned })),
    ...fits.filter(({ memory }) => !pinnedIds.has(memory.id)).slice(0, hits),
  ];
}

/** Removes what sessions other than the speaking one had the bot keep (ME5). */
async function withoutOthersWords(
  deps: Deps,
  found: readonly Found[],
  speaker: BotId | null,
): Promise<readonly Found[]> {
  const kept: Found[] = [];
  for (const hit of found) {
    const isHeard = hit.memory.trust === "session" && hit.memory.approvedAt === null;
    if (!isHeard || (speaker !== null && (await isHeardFrom(deps, hit.memory, speaker)))) kept.push(hit);
  }
  return kept;
}

/** Returns false if everything a search could find is in the window, so that the turn need not spend time on it. */
async function canKnowMore(
  { store }: Deps,
  { session, isWhole }: Pick<Question, "session" | "isWhole">,
): Promise<boolean> {
  if (!isWhole || (await store.read.knowsBeyond(session.botId, session.id))) return true;
  return (await store.read.readableBy(session.botId)).length > 0;
}

const whyPinned = { parts: [{ name: "pinned", value: 1 }], matched: [], related: [], neighbours: [], time: null };

function fit(
  found: readonly Found[],
  { entry, tokens }: { readonly entry: Said; readonly tokens: number },
): TurnRecall | null {
  let left = tokens * charsPerToken - recallHead.length;
  const lines: string[] = [];
  const recalled: Recalled[] = [];
  for (const hit of found) {
    if (left < leastLength) break;
    const line = quoteHit(hit, { length: Math.floor(Math.min(1_500, left - leastLength / 2)) });
    if (line.length > left) continue;
    left -= line.length;
    lines.push(line);
    recalled.push({ memoryId: hit.memory.id, botId: hit.memory.botId, score: hit.score, why: hit.why });
  }
  return lines.length === 0 ? null : { entryId: entry.id, text: [recallHead, ...lines].join("\n"), recalled };
}
