/** Converts memories and blocks: row ↔ noun. Null in a row stands for the most ordinary value. */
import { createHash } from "node:crypto";
import { textWithFiles } from "@reef/engine/file/say-files";
import { sameKey } from "@reef/engine/memory/same-key";
import type { MemorySeed } from "@reef/engine/port/memory-seed";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Block, Memory, MemoryKind, MemorySource } from "@reef/protocol/memory";
import type { IsoTime } from "@reef/protocol/time";
import { columnsToFields, fieldsToColumns } from "../fields/codec.ts";
import { memoryCodecs, memoryOriginCodecs } from "../fields/memory.ts";
import type { BlockRow, MemoryRow } from "../memory-tables.ts";
import { textToAttachments } from "./file.ts";

/** Resolves a row's numbers. */
export interface MemorySurroundings {
  readonly bot_id: BotId;
  readonly conversation_name: string | null;
  readonly entry_text: string | null;
  readonly entry_attachments: string | null;
  readonly entry_session_id: SessionId | null;
}

export function memoryRowToNoun(row: MemoryRow & MemorySurroundings): Memory {
  return {
    id: row.id,
    botId: row.bot_id,
    ...columnsToFields(memoryOriginCodecs, row),
    ...columnsToFields(memoryCodecs, row),
    text: row.text ?? lineText(row),
    source: sourceOf(row),
    trust: row.trust,
    conversation: row.conversation_name,
    validFrom: row.valid_from ?? row.created_at,
    validTo: row.valid_to,
    supersededBy: row.superseded_by,
    archivedAt: row.archived_at,
    archivedFor: row.archived_for,
    createdAt: row.created_at,
    updatedAt: row.updated_at ?? row.created_at,
  };
}

/** Returns the text of a transcript line: what its entry says, with the files that came with it. */
function lineText({ entry_text, entry_attachments }: MemorySurroundings): string {
  return textWithFiles({ text: entry_text ?? "", ...textToAttachments(entry_attachments) });
}

/** Most lines come in by the API, most other memories from a person: both are stored as null. */
function ordinarySource(kind: MemoryKind): MemorySource {
  return kind === "entry" ? { kind: "import", name: ordinaryImport } : { kind: "person" };
}

/** The name of the import that is not stored. */
export const ordinaryImport = "api";

function sourceOf({ kind, source, entry_id, entry_session_id }: MemoryRow & MemorySurroundings): MemorySource {
  if (source !== null) return JSON.parse(source);
  if (entry_id === null) return ordinarySource(kind);
  if (entry_session_id === null) return { kind: "person" };
  return { kind: "entry", entryId: entry_id, sessionId: entry_session_id };
}

export interface MemoryPlace {
  readonly owner: number;
  readonly version: number;
  readonly conversation: number | null;
  readonly at: IsoTime;
}

export function memorySeedToRow(seed: MemorySeed, { owner, version, conversation, at }: MemoryPlace): MemoryRow {
  return {
    id: seed.id,
    owner,
    version,
    ...fieldsToColumns(memoryOriginCodecs, seed),
    ...fieldsToColumns(memoryCodecs, { ...seed, approvedAt: null }),
    text: seed.text,
    entry_id: null,
    source: isOrdinary(seed) ? null : JSON.stringify(seed.source),
    trust: seed.trust,
    conversation,
    valid_from: seed.validFrom === undefined || seed.validFrom === at ? null : seed.validFrom,
    valid_to: null,
    superseded_by: null,
    archived_at: seed.isSuggested === true ? at : null,
    archived_for: seed.isSuggested === true ? "suggested" : null,
    same_key: hashKey(sameKey(seed)),
    created_at: at,
    updated_at: null,
  };
}

function isOrdinary({ kind, source }: MemorySeed): boolean {
  const ordinary = ordinarySource(kind);
  if (ordinary.kind !== "import") return source.kind === ordinary.kind;
  return source.kind === "import" && source.name === ordinary.name;
}

/** 22 characters stand for a text of any length: two different texts collide less often than a disk errs. */
export function hashKey(sameKey: string): string {
  return createHash("sha256").update(sameKey).digest("base64url").slice(0, 22);
}

export function blockRowToNoun(row: BlockRow): Block {
  return {
    botId: row.bot_id,
    label: row.label,
    text: row.text,
    maxChars: row.max_chars,
    version: row.version,
    updatedAt: row.at,
  };
}
