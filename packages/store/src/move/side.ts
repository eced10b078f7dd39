/**
 * Says what a move needs of each of the two stores: their tables as they really are, their rows in the order of their
 * keys, and a way to write them. Nothing here names a table, so a new one moves without anybody thinking of it.
 */
import type { FileBytes } from "@reef/engine/port/files";
import type { MoveMark } from "./mark.ts";

/** Whole numbers are exact, whatever their size. */
export type Cell = string | bigint | number | Uint8Array | null;
/** In the order of its table's columns. */
export type Row = readonly Cell[];

export type ColumnType = "text" | "whole" | "float" | "bytes";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

export interface TableShape {
  readonly name: string;
  /** By name. */
  readonly columns: readonly Column[];
  /** Names of columns, in the order of the key. */
  readonly key: readonly string[];
}

export interface RowChange {
  readonly table: TableShape;
  /** Rows whose keys are deleted before anything is inserted. */
  readonly deleted: readonly Row[];
  readonly inserted: readonly Row[];
}

/** Reads what was committed when it was opened, and nothing later. */
export interface Snapshot extends AsyncDisposable {
  count(table: TableShape): Promise<number>;
  /** In pieces, in the order of the key, after the given row. */
  rows(table: TableShape): AsyncIterable<readonly Row[]>;
}

export interface Side {
  /** Names the place for people; never shows a password. */
  readonly name: string;
  tables(): Promise<readonly TableShape[]>;
  readMark(): Promise<MoveMark | null>;
  /** Replaces the mark; null removes it. Durable when it resolves. */
  writeMark(mark: MoveMark | null): Promise<void>;
}

export interface Source extends Side, AsyncDisposable {
  /** Throws `unavailable` if the schema is not exactly that of this version. */
  requireSchema(): Promise<void>;
  /** Reads the bytes of an attachment; null if they are gone. A Reef that runs is not disturbed. */
  readBytes(sha256: string): Promise<AsyncIterable<Uint8Array> | null>;
  snapshot(): Promise<Snapshot>;
  /** Keeps everybody out until it is disposed of; null while a Reef still runs. */
  tryHold(): Promise<Hold | null>;
}

/** While it lasts, nothing can be written to the store. */
export interface Hold extends AsyncDisposable {
  snapshot(): Promise<Snapshot>;
  /** Marks the store as moved, and ends the hold. */
  finish(mark: MoveMark): Promise<void>;
}

export interface Target extends Side, AsyncDisposable {
  /** True if it holds a row that a move would have to delete. */
  isUsed(): Promise<boolean>;
  /** Creates the schema, or brings it up to date. Throws `unavailable` for that of a newer version. */
  prepare(): Promise<void>;
  count(table: TableShape): Promise<number>;
  rows(table: TableShape): AsyncIterable<readonly Row[]>;
  /** All or nothing. Throws `KeyTaken` if another row has the same value where values must differ. */
  change(change: RowChange): Promise<void>;
  openFiles(): Promise<FileBytes>;
  /** Sets what counts on from the last row, and writes everything to disk. */
  settle(): Promise<void>;
  /** Does what makes it fast, and may be left out. */
  tidy(): Promise<void>;
}

/** A row that is still to come, or to go, has what an inserted row needs for itself. */
export class KeyTaken extends Error {}

/** What belongs to the processes of a place, and begins anew in another: with the reason. */
const leftBehind: ReadonlyMap<string, string> = new Map([
  ["workers", "the processes that use a store"],
  ["leases", "what each of them does, by the store's own clock"],
  ["shared_values", "logins and fingerprints of keys, which SQLite keeps in the data folder"],
]);

/** What only one of the stores has, since the other keeps it elsewhere. */
const ownTables: ReadonlySet<string> = new Set([
  "counters",
  "file_bytes",
  "file_chunks",
  "incoming_files",
  "incoming_chunks",
  "live_texts",
  "reef_move",
]);

export function isMoved(table: string): boolean {
  return (
    !table.startsWith("kysely_") && !table.startsWith("sqlite_") && !leftBehind.has(table) && !ownTables.has(table)
  );
}
