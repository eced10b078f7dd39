/**
 * Decides what a statement needs locked. A unit that reads or writes a row of a bot holds the lock of that bot's row
 * until its transaction ends. Tables that belong to no bot are few and small: each is locked as one. So a unit sees what
 * it would see if it were alone, as on SQLite, and units of different bots run side by side.
 */
import type { BotId } from "@reef/protocol/ids";

/** A bot's id, or the name of another lock. */
export type LockKey = string;

const tablesOfBots = new Set([
  "bots",
  "sessions",
  "messages",
  "entries",
  "turns",
  "waits",
  "steps",
  "asks",
  "calls",
  "schedules",
  "file_uses",
  "memory_owners",
  "memories",
  "gone_memories",
  "conversations",
  "embedding_models",
  "embedded",
  "vectors",
  "recalls",
  "blocks",
  "grants",
  "consolidations",
  "proposals",
  "proposal_ends",
  "memory_policies",
]);
/** Events are written under numbers that only their unit has. */
const tablesWithoutLock = new Set(["events", "chains", "budgets", "reservations"]);

export function isBot(key: LockKey): key is BotId {
  return key.startsWith("bot_");
}

/** Returns the lock of a statement's table; null if rows say themselves whose they are. Compute it once a statement. */
export function lockOfText(text: string): LockKey | null {
  const table = /(?:from|into|update) "([a-z_]+)"/.exec(text)?.[1];
  if (table === undefined || tablesOfBots.has(table) || tablesWithoutLock.has(table)) return null;
  return `table ${table}`;
}

/**
 * Returns the lock of the chain that a statement counts in, or of the budget that it reads or writes: both run through
 * many bots (BO1, BU1). What is reserved is only summed while its budget is locked.
 */
export function lockOfChain(text: string, params: Fields): LockKey | null {
  if (/(?:from|into|update) "budgets"/.test(text)) return typeof params.id === "string" ? `budget ${params.id}` : null;
  if (/(?:from|into|update) "chains"/.test(text)) return typeof params.id === "string" ? `chain ${params.id}` : null;
  const isCount = /^select count\(/.test(text) && typeof params.chain_id === "string";
  return isCount ? `chain ${params.chain_id}` : null;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Remembers which bot sessions and turns belong to: that never changes. Bounded, and filled by what passes. */
export class Owners {
  readonly #botById = new Map<string, BotId>();

  get(id: string): BotId | undefined {
    return this.#botById.get(id);
  }

  learn(id: unknown, botId: unknown): void {
    if (typeof id !== "string" || typeof botId !== "string") return;
    if (this.#botById.size >= ownersMax) this.#botById.clear();
    this.#botById.set(id, botId as BotId);
  }
}

const ownersMax = 100_000;

/** The columns that name a session, by which its bot is found. */
const sessionColumns = ["session_id", "root_id", "parent_id"] as const;

/** Returns the bot a row belongs to, or the session by which to find it; null if the row says neither. */
export function ownerOfRow(row: Fields): { readonly bot: BotId } | { readonly session: string } | null {
  const { bot_id: bot, id } = row;
  if (typeof bot === "string") return { bot: bot as BotId };
  if (typeof id === "string" && id.startsWith("bot_")) return { bot: id as BotId };
  if (typeof row.owner_id === "string" && row.owner_id.startsWith("bot_")) return { bot: row.owner_id as BotId };
  for (const column of sessionColumns) {
    const session = row[column];
    if (typeof session === "string") return { session };
  }
  return typeof id === "string" && id.startsWith("ses_") ? { session: id } : null;
}

/** Collects the ids in a request by which its bots are found before it begins. Long texts are no ids. */
export function idsOf(request: unknown): ReadonlySet<string> {
  const ids = new Set<string>();
  collect(request, ids, 0);
  return ids;
}

const depthMax = 8;

function collect(value: unknown, ids: Set<string>, depth: number): void {
  if (typeof value === "string") {
    if (value.length < 50 && /^(bot|ses|trn|msg)_/.test(value)) ids.add(value);
  } else if (typeof value === "object" && value !== null && depth < depthMax) {
    for (const each of Object.values(value)) collect(each, ids, depth + 1);
  }
}
