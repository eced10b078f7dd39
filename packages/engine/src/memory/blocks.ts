/** Writes blocks and grants, which only people do (ME5). */
import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import type { Block, BlockPut, GrantList } from "@reef/protocol/memory";
import { commitOps, found } from "../commit.ts";
import type { Deps } from "../deps.ts";

const defaultMaxChars = 2_000;

/**
 * Throws `conflict` if the block is not at `ifVersion`, `invalid_request` if it is too long, `limit_exceeded` if there
 * are too many (ME7).
 */
export async function putBlock(
  deps: Deps,
  botId: BotId,
  { label, put }: { readonly label: string; readonly put: BlockPut },
): Promise<Block> {
  const there = await deps.store.read.block(botId, label);
  const maxChars = put.maxChars ?? there?.maxChars ?? defaultMaxChars;
  if (put.text.length > maxChars) {
    const message = `expected at most ${maxChars} characters, found ${put.text.length}`;
    throw new AppError("invalid_request", `the block “${label}” is too long: ${message}`, {
      fields: [{ path: "text", message }],
    });
  }
  await commitOps(deps, {
    op: "block.put",
    botId,
    label,
    text: put.text,
    maxChars,
    ifVersion: put.ifVersion ?? null,
  });
  return found(deps.store.read.block(botId, label), "block", label);
}

/** Deletes the block with its history. Safe to call twice. */
export async function deleteBlock(deps: Deps, botId: BotId, label: string): Promise<void> {
  await commitOps(deps, { op: "block.delete", botId, label });
}

/** From the next search on, exactly these bots may read this bot's memory (ME1). */
export async function putGrants(deps: Deps, botId: BotId, { readers }: GrantList): Promise<GrantList> {
  await commitOps(deps, { op: "grants.put", botId, readers });
  return { readers: [...(await deps.store.read.readersOf(botId))] };
}
