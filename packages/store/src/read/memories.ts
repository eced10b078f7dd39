/** Reads what bots know: single memories, lists, changes in order, and neighbours. */
import type { MemoryQueries } from "@reef/engine/port/queries";
import type { BotId, MemoryId, SessionId } from "@reef/protocol/ids";
import type { Memory, MemoryKind } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";
import { type Kysely, sql } from "kysely";
import { memoryColumns } from "../columns.ts";
import type { GoneMemoryRow, MemoryOwnerRow, MemoryRow } from "../memory-tables.ts";
import { hashKey, type MemorySurroundings, memoryRowToNoun, ordinaryImport } from "../rows/memory.ts";
import { type Source, statement } from "../sql.ts";
import type { Tables } from "../tables.ts";
import { cursorToSortKey, makePage } from "./page.ts";

type Row = MemoryRow & MemorySurroundings;

const columns = memoryColumns.map((column) => `memories.${column}` as const);

function selectMemories(db: Kysely<Tables>) {
  return db
    .selectFrom("memories")
    .innerJoin("memory_owners", "memory_owners.n", "memories.owner")
    .leftJoin("conversations", "conversations.n", "memories.conversation")
    .leftJoin("entries", "entries.id", "memories.entry_id")
    .select(columns)
    .select([
      "memory_owners.bot_id",
      "conversations.name as conversation_name",
      "entries.text as entry_text",
      "entries.attachments as entry_attachments",
      "entries.session_id as entry_session_id",
    ]);
}

const memoryById = statement<{ id: MemoryId }, Row>((db, param) =>
  selectMemories(db).where("memories.id", "=", param("id")),
);
const ownerOfBot = statement<{ bot_id: BotId }, MemoryOwnerRow & { n: number }>((db, param) =>
  db.selectFrom("memory_owners").selectAll().where("bot_id", "=", param("bot_id")),
);
const memoryByKey = statement<{ owner: number; same_key: string }, Row>((db, param) =>
  selectMemories(db)
    .where("memories.owner", "=", param("owner"))
    .where("memories.same_key", "=", param("same_key"))
    .where("memories.same_key", "is not", null)
    .where("memories.archived_at", "is", null)
    .where("memories.superseded_by", "is", null),
);
const changedAfter = statement<{ owner: number; after: number; limit: number }, Row>((db, param) =>
  selectMemories(db)
    .where("memories.owner", "=", param("owner"))
    .where("memories.version", ">", param("after"))
    .orderBy("memories.version")
    .limit(param("limit")),
);
const goneAfter = statement<{ owner: number; after: number; limit: number }, GoneMemoryRow>((db, param) =>
  db
    .selectFrom("gone_memories")
    .selectAll()
    .where("owner", "=", param("owner"))
    .where("version", ">", param("after"))
    .orderBy("version")
    .limit(param("limit")),
);
const beside = (direction: "before" | "after") =>
  statement<{ conversation: number; seq: number; n: number; limit: number }, Row>((db, param) => {
    const isBefore = direction === "before";
    const order = isBefore ? "desc" : "asc";
    return selectMemories(db)
      .where("memories.conversation", "=", param("conversation"))
      .where("memories.archived_at", "is", null)
      .where("memories.superseded_by", "is", null)
      .where(
        sql<boolean>`(coalesce(memories.seq, 0), memories.n) ${sql.raw(isBefore ? "<" : ">")} (${param("seq")}, ${param("n")})`,
      )
      .orderBy(sql`coalesce(memories.seq, 0)`, order)
      .orderBy("memories.n", order)
      .limit(param("limit"));
  });
const linesBefore = beside("before");
const linesAfter = beside("after");
const placeOfMemory = statement<{ id: MemoryId }, { n: number; conversation: number | null; seq: number | null }>(
  (db, param) => db.selectFrom("memories").select(["n", "conversation", "seq"]).where("id", "=", param("id")),
);
/** Each is found at the first row of an index: lines have no key, and a conversation has lines. */
const factOfOwner = statement<{ owner: number }, { n: number }>((db, param) =>
  db
    .selectFrom("memories")
    .select("n")
    .where("owner", "=", param("owner"))
    .where("same_key", "is not", null)
    .where("archived_at", "is", null)
    .where("superseded_by", "is", null)
    .limit(sql.lit(1)),
);
const otherConversation = statement<{ owner: number; name: string }, { n: number }>((db, param) =>
  db
    .selectFrom("conversations")
    .select("n")
    .where("owner", "=", param("owner"))
    .where("name", "<>", param("name"))
    .where((build) =>
      build.exists(
        build
          .selectFrom("memories")
          .select("memories.n")
          .whereRef("memories.conversation", "=", "conversations.n")
          .where("memories.entry_id", "is not", null),
      ),
    )
    .limit(sql.lit(1)),
);
/** Mirrors the engine's function of the same name; 0 or 1. */
const waitsForApproval = sql<number>`case when memories.approved_at is null and (memories.trust = 'tool' or (memories.trust = 'session' and memories.kind <> 'entry')) then 1 else 0 end`;
const counts = statement<{ owner: number }, CountRow>((db, param) =>
  db
    .selectFrom("memories")
    .select([
      "kind",
      sql<number>`archived_at is not null`.as("is_archived"),
      sql<number>`superseded_by is not null`.as("is_superseded"),
      waitsForApproval.as("is_unapproved"),
      (build) => build.fn.countAll<number>().as("count"),
    ])
    .where("owner", "=", param("owner"))
    .groupBy([sql`1`, sql`2`, sql`3`, sql`4`]),
);
const expired = statement<{ at: IsoTime; limit: number }, Row>((db, param) =>
  selectMemories(db)
    .where("memories.expires_at", "<=", param("at"))
    .where("memories.archived_at", "is", null)
    .orderBy("memories.expires_at")
    .limit(param("limit")),
);
const archivedBefore = statement<{ at: IsoTime; limit: number }, Row>((db, param) =>
  selectMemories(db)
    .where("memories.archived_at", "<", param("at"))
    .orderBy("memories.archived_at")
    .limit(param("limit")),
);
const leastImportant = statement<{ owner: number; limit: number }, Row>((db, param) =>
  selectMemories(db)
    .where("memories.owner", "=", param("owner"))
    .where("memories.archived_at", "is", null)
    .where("memories.superseded_by", "is", null)
    .where("memories.pinned", "=", sql.lit(0 as const))
    .orderBy(sql`coalesce(memories.importance, 0.5)`)
    .orderBy("memories.n")
    .limit(param("limit")),
);
const pinned = statement<{ owner: number }, Row>((db, param) =>
  selectMemories(db)
    .where("memories.owner", "=", param("owner"))
    .where("memories.pinned", "=", sql.lit(1 as const))
    .where("memories.archived_at", "is", null)
    .where("memories.superseded_by", "is", null)
    .orderBy("memories.version", "desc"),
);
const toCapture = statement<{ bot_id: BotId }, { id: SessionId }>((db, param) =>
  db
    .selectFrom("sessions")
    .select("id")
    .where("bot_id", "=", param("bot_id"))
    .where("memory", "=", sql.lit("on" as const))
    .whereRef("captured_seq", "<", "last_seq")
    .orderBy("n"),
);

interface CountRow {
  kind: MemoryKind;
  is_archived: number;
  is_superseded: number;
  is_unapproved: number;
  count: number;
}

type BlockReads = "blocks" | "block" | "blockHistory" | "readersOf" | "readableBy";
type VectorReads = "embeddingState" | "vectorCount" | "vectorChanges" | "embeddedOf" | "botsToEmbed";
type Reads = Omit<MemoryQueries, BlockReads | VectorReads>;

export function memoryQueries(source: Source): Reads {
  const ownerOf = async (botId: BotId) => (await source.all(ownerOfBot, { bot_id: botId }))[0];
  const allOf = async (botId: BotId, read: (owner: number) => Promise<readonly Row[]>) => {
    const owner = await ownerOf(botId);
    return owner === undefined ? [] : (await read(owner.n)).map(memoryRowToNoun);
  };
  const memoriesOf: Reads["memoriesOf"] = async (botId, ids) => {
    const byId = new Map<MemoryId, Memory>();
    for (let from = 0; from < ids.length; from += 500) {
      const some = ids.slice(from, from + 500);
      const rows = await source.query((db) => selectMemories(db).where("memories.id", "in", some));
      for (const row of rows) if (row.bot_id === botId) byId.set(row.id, memoryRowToNoun(row));
    }
    return ids.flatMap((id) => byId.get(id) ?? []);
  };
  return {
    memory: async (id) => (await source.all(memoryById, { id })).map(memoryRowToNoun)[0] ?? null,
    memoriesOf,
    memories: async (botId, { state = "active", kind, without, trust, pinned, unapproved, sessionId }, page) => {
      const after = cursorToSortKey(page, ["number"]);
      const owner = await ownerOf(botId);
      if (owner === undefined) return { items: [], next: null };
      const rows = await source.query((db) => {
        let query = selectMemories(db)
          .where("memories.owner", "=", owner.n)
          .orderBy("memories.version", "desc")
          .limit(page.limit + 1);
        if (after !== null) query = query.where("memories.version", "<", after[0]);
        if (state === "archived") query = query.where("memories.archived_for", "<>", "suggested");
        if (state === "suggested") query = query.where("memories.archived_for", "=", "suggested");
        if (state === "active" || state === "superseded") query = query.where("memories.archived_at", "is", null);
        if (state === "active") query = query.where("memories.superseded_by", "is", null);
        if (state === "superseded") query = query.where("memories.superseded_by", "is not", null);
        if (kind !== undefined) query = query.where("memories.kind", "=", kind);
        if (without !== undefined) query = query.where("memories.kind", "!=", without);
        if (trust !== undefined) query = query.where("memories.trust", "=", trust);
        if (pinned !== undefined) query = query.where("memories.pinned", "=", pinned ? 1 : 0);
        if (sessionId !== undefined) query = query.where(fromSession(sessionId));
        if (unapproved !== undefined) query = query.where(waitsForApproval, "=", unapproved ? 1 : 0);
        return query;
      });
      return makePage(rows, { limit: page.limit, sortKeyOf: ({ version }) => [version], toItem: memoryRowToNoun });
    },
    memoryByKey: async (botId, key) =>
      (await allOf(botId, (owner) => source.all(memoryByKey, { owner, same_key: hashKey(key) })))[0] ?? null,
    memoriesFrom: (botId, { sessionId, turnId, import: name }) =>
      allOf(botId, (owner) =>
        source.query((db) => {
          let query = selectMemories(db).where("memories.owner", "=", owner).orderBy("memories.version");
          if (sessionId !== undefined) query = query.where(fromSession(sessionId));
          if (turnId !== undefined) query = query.where(isInSource("turnId", turnId));
          if (name !== undefined) query = query.where(fromImport(name));
          return query;
        }),
      ),
    pinnedMemories: (botId) => allOf(botId, (owner) => source.all(pinned, { owner })),
    memoriesBeside: async ({ id }, reach) => {
      const [place] = await source.all(placeOfMemory, { id });
      if (place === undefined || place.conversation === null) return [];
      const around = { conversation: place.conversation, seq: place.seq ?? 0, n: place.n, limit: reach };
      const before = await source.all(linesBefore, around);
      const after = await source.all(linesAfter, around);
      return [...before.toReversed(), ...after].map(memoryRowToNoun);
    },
    knowsBeyond: async (botId, sessionId) => {
      const owner = await ownerOf(botId);
      if (owner === undefined) return false;
      if ((await source.all(factOfOwner, { owner: owner.n })).length > 0) return true;
      return (await source.all(otherConversation, { owner: owner.n, name: sessionId })).length > 0;
    },
    memoryVersion: async (botId) => (await ownerOf(botId))?.version ?? 0,
    memoryChanges: async (botId, after, limit) => {
      const owner = await ownerOf(botId);
      if (owner === undefined) return [];
      const range = { owner: owner.n, after, limit };
      const gone = (await source.all(goneAfter, range)).map(({ version, id }) => ({ version, id, memory: null }));
      const rows = (await source.all(changedAfter, range)).map((row) => ({
        version: row.version,
        id: row.id,
        memory: row.archived_at === null ? memoryRowToNoun(row) : null,
      }));
      return [...rows, ...gone].sort((a, b) => a.version - b.version).slice(0, limit);
    },
    memoryCounts: async (botId) => {
      const owner = await ownerOf(botId);
      const rows = owner === undefined ? [] : await source.all(counts, { owner: owner.n });
      const sum = (keep: (row: CountRow) => boolean) => rows.filter(keep).reduce((all, row) => all + row.count, 0);
      const isActive = (row: CountRow) => row.is_archived === 0 && row.is_superseded === 0;
      const ofKind = (kind: MemoryKind) => sum((row) => isActive(row) && row.kind === kind);
      return {
        active: sum(isActive),
        superseded: sum((row) => row.is_archived === 0 && row.is_superseded === 1),
        archived: sum((row) => row.is_archived === 1),
        unapproved: sum((row) => isActive(row) && row.is_unapproved === 1),
        byKind: {
          fact: ofKind("fact"),
          note: ofKind("note"),
          summary: ofKind("summary"),
          document: ofKind("document"),
          entry: ofKind("entry"),
        },
      };
    },
    expiredMemories: async (at, limit) => (await source.all(expired, { at, limit })).map(memoryRowToNoun),
    memoriesArchivedBefore: async (at, limit) => (await source.all(archivedBefore, { at, limit })).map(memoryRowToNoun),
    leastImportantMemories: (botId, limit) => allOf(botId, (owner) => source.all(leastImportant, { owner, limit })),
    sessionsToCapture: async (botId) => (await source.all(toCapture, { bot_id: botId })).map(({ id }) => id),
  };
}

/** Matches its lines, and what was saved in its turns. */
function fromImport(name: string) {
  const isNamed = isInSource("name", name);
  const isOrdinary = sql<boolean>`(memories.source is null and memories.entry_id is null and memories.kind = 'entry')`;
  return name === ordinaryImport ? sql<boolean>`(${isNamed} or ${isOrdinary})` : isNamed;
}

function fromSession(sessionId: SessionId) {
  return sql<boolean>`(entries.session_id = ${sessionId} or ${isInSource("sessionId", sessionId)})`;
}

/** Looks for the field as JSON writes it: within a string its quotes would be escaped. */
function isInSource(field: "turnId" | "sessionId" | "name", value: string) {
  return sql<boolean>`instr(memories.source, ${`"${field}":${JSON.stringify(value)}`}) > 0`;
}
