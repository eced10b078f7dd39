/** Writes blocks, with their history, and grants. A block changes only from the version its writer has seen. */
import type { Op } from "@reef/engine/port/unit";
import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import { maxBlocks } from "@reef/protocol/memory";
import * as statements from "./memory-statements.ts";
import { one, run, type Write } from "./steps.ts";
import { getBot, type Work } from "./work.ts";

/** How many versions of a block are kept. */
const keptVersions = 50;

type OpOf<Name extends Op["op"]> = Extract<Op, { readonly op: Name }>;

export function* putBlock(work: Work, { botId, label, text, maxChars, ifVersion }: OpOf<"block.put">): Write<void> {
  yield* getBot(work, botId);
  const key = { bot_id: botId, label };
  const there = yield* one(statements.blockOfBot, key);
  const was = there?.version ?? 0;
  if (ifVersion !== null && ifVersion !== was) {
    throw new AppError("conflict", `the block “${label}” is at version ${was}, not ${ifVersion}: read it again`);
  }
  if (text.length > maxChars) {
    throw new AppError(
      "limit_exceeded",
      `the block “${label}” may have at most ${maxChars} characters; this has ${text.length}`,
    );
  }
  if (there?.text === text && there.max_chars === maxChars) return;
  if (was === 0 && ((yield* one(statements.countLabels, key))?.count ?? 0) >= maxBlocks) {
    throw new AppError("limit_exceeded", `a bot may have at most ${maxBlocks} blocks`);
  }
  const version = was + 1;
  yield* run(statements.insertBlock, { ...key, version, text, max_chars: maxChars, at: work.at });
  yield* run(statements.deleteOldVersions, { ...key, through: version - keptVersions });
  work.events.push({ type: "block.changed", botId, label, version });
}

export function* deleteBlock(work: Work, { botId, label }: OpOf<"block.delete">): Write<void> {
  const key = { bot_id: botId, label };
  if ((yield* one(statements.blockOfBot, key)) === undefined) return;
  yield* run(statements.deleteOldVersions, { ...key, through: Number.MAX_SAFE_INTEGER });
  work.events.push({ type: "block.deleted", botId, label });
}

export function* putGrants(work: Work, botId: BotId, readers: readonly BotId[]): Write<void> {
  yield* getBot(work, botId);
  yield* run(statements.deleteGrants, { owner_id: botId });
  for (const reader of readers) {
    yield* getBot(work, reader);
    if (reader !== botId) yield* run(statements.insertGrant, { owner_id: botId, reader_id: reader });
  }
  work.events.push({ type: "grants.changed", botId });
}
