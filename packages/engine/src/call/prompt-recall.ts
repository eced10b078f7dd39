/**
 * Recalls a bot's memory for a prompt that is built elsewhere. Returns nothing within a turn of ours, which got its
 * recall when it began (ME8), and nothing for an incognito session (ME2). The list of the bot's skills goes with it
 * everywhere, since the one who asks has the tool that reads them (SK2).
 */
import type { Bot } from "@reef/protocol/bot";
import type { PromptRecall } from "@reef/protocol/call";
import type { Session } from "@reef/protocol/session";
import type { Deps, Log } from "../deps.ts";
import { makeId } from "../ids.ts";
import { recallForTurn } from "../memory/turn-recall.ts";
import { presentBlocks } from "../prompt/instructions.ts";
import { skillsOfBot } from "../skill/skills.ts";
import { listSkills } from "../tool/skill-source.ts";
import { findKnownSession, type SessionRef } from "./call-session.ts";

const nothing = { blocks: null, memories: null, recalled: [] };

/** Contract: never rejects because of the memory. Throws `not_found` for another bot's session. */
export async function recallForPrompt(
  deps: Deps & { readonly log: Log },
  bot: Bot,
  { session: ref, text }: { readonly session: SessionRef; readonly text: string },
): Promise<PromptRecall> {
  const session = await findKnownSession(deps, bot, ref);
  const known = await skillsOfBot(deps, bot.id);
  const skills = known.length === 0 ? null : listSkills(known, null);
  if (session !== null && (session.memory === "off" || (await isGiven(deps, session)))) return { ...nothing, skills };
  const blocks = await deps.store.read.blocks(bot.id);
  const entries = session === null ? [] : await deps.store.read.window(session.id);
  const asked = { id: makeId("entry"), seq: (entries.at(-1)?.seq ?? 0) + 1, kind: "person" as const, text };
  const found = await recallForTurn(deps, {
    session: { id: session?.id ?? makeId("session"), botId: bot.id, memory: "on" },
    // What was said before Reef knew this session is not in its window.
    entries: session === null ? [{ ...asked, seq: 2 }] : [...entries, asked],
  });
  return {
    blocks: presentBlocks(blocks),
    memories: found?.text ?? null,
    skills,
    recalled: [...(found?.recalled ?? [])],
  };
}

/** True if a turn was handed to its runtime, and with it everything recalled for it. */
async function isGiven({ store }: Deps, { turnId }: Session): Promise<boolean> {
  return turnId !== null && ((await store.read.turn(turnId))?.remote ?? null) !== null;
}
