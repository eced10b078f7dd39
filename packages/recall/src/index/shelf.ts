/**
 * Manages the index files of a folder, one for each bot (ME1), with the most recently used ones open. A file that was
 * deleted by someone else, or that turns out to be damaged, is recreated empty: its version 0 makes the caller rebuild
 * it.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type {
  RecallApplied,
  RecallBatch,
  RecallQuery,
  RecallResult,
  RecallRow,
  RecallSize,
  RecallVectors,
} from "@reef/engine/port/recall";
import type { BotId } from "@reef/protocol/ids";
import Database from "better-sqlite3";
import { type BotIndex, deleteIndexFile, openBotIndex } from "./bot-index.ts";
import { createSearcher, type Searcher } from "./search.ts";

export interface ShelfOptions {
  readonly folder: string;
  /** Index files kept open. */
  readonly maxOpen: number;
}

interface Open {
  readonly index: BotIndex;
  readonly searcher: Searcher;
}

/** Owns the open files; used by one thread. */
export class Shelf implements Disposable {
  readonly #options: ShelfOptions;
  /** Least recently used first. */
  readonly #open = new Map<BotId, Open>();
  readonly #building = new Map<BotId, BotIndex>();

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  version(bot: BotId): number {
    return this.#use(bot, ({ index }) => index.state().version);
  }

  size(bot: BotId): RecallSize {
    return this.#use(bot, ({ index }) => index.size());
  }

  search(bot: BotId, query: RecallQuery): RecallResult {
    return this.#use(bot, ({ searcher }) => searcher.search(query));
  }

  apply(bot: BotId, batch: RecallBatch): RecallApplied {
    return this.#use(bot, ({ index }): RecallApplied => {
      const { version } = index.state();
      if (batch.after > version) return { state: "behind", version };
      // Changes seen before put the same rows again, so an overlapping batch does no harm.
      if (batch.through < version) return { state: "applied", version };
      return { state: "applied", version: index.apply(batch).version };
    });
  }

  vectorVersion(bot: BotId, model: string): number {
    return this.#use(bot, ({ index }) => index.vectors.version(model));
  }

  applyVectors(bot: BotId, vectors: RecallVectors): RecallApplied {
    return this.#use(bot, ({ index }) => index.vectors.apply(vectors));
  }

  beginRebuild(bot: BotId): void {
    this.abortRebuild(bot);
    deleteIndexFile(this.#path(bot, ".building"));
    this.#building.set(bot, this.#openFile(bot, ".building"));
  }

  addToRebuild(bot: BotId, rows: readonly RecallRow[]): void {
    this.#buildingOf(bot).apply({ after: 0, through: 0, changes: rows.map((row) => ({ type: "put", row })) });
  }

  endRebuild(bot: BotId, version: number): RecallSize {
    const building = this.#buildingOf(bot);
    building.apply({ after: 0, through: version, changes: [] });
    building.optimise();
    building[Symbol.dispose]();
    this.#building.delete(bot);
    this.forget(bot);
    renameSync(this.#path(bot, ".building"), this.#path(bot));
    return this.size(bot);
  }

  abortRebuild(bot: BotId): void {
    this.#building.get(bot)?.[Symbol.dispose]();
    if (this.#building.delete(bot)) deleteIndexFile(this.#path(bot, ".building"));
  }

  forget(bot: BotId): void {
    this.#close(bot);
    deleteIndexFile(this.#path(bot));
  }

  /** The next use reopens a file; those being built stay open. */
  closeAll(): void {
    for (const bot of [...this.#open.keys()]) this.#close(bot);
  }

  [Symbol.dispose](): void {
    this.closeAll();
    for (const bot of [...this.#building.keys()]) this.abortRebuild(bot);
  }

  #use<T>(bot: BotId, work: (open: Open) => T): T {
    try {
      return work(this.#get(bot));
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.forget(bot);
      return work(this.#get(bot));
    }
  }

  #get(bot: BotId): Open {
    let open = this.#open.get(bot);
    this.#open.delete(bot);
    if (open && !open.index.isInPlace()) {
      open.index[Symbol.dispose]();
      // The rest of the old file's journal must not be taken for the new one's.
      deleteIndexFile(this.#path(bot));
      open = undefined;
    }
    if (!open) {
      const index = this.#openFile(bot);
      open = { index, searcher: createSearcher(index) };
    }
    this.#open.set(bot, open);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= this.#options.maxOpen) break;
      this.#close(oldest);
    }
    return open;
  }

  #close(bot: BotId): void {
    this.#open.get(bot)?.index[Symbol.dispose]();
    this.#open.delete(bot);
  }

  #buildingOf(bot: BotId): BotIndex {
    const building = this.#building.get(bot);
    if (!building) throw new Error(`no rebuild of ${bot} was begun`);
    return building;
  }

  /**
   * Recreates the folder if it was deleted with its content, but not the folder around it: a data folder that was moved
   * away would find another one in its place when it is moved back.
   */
  #openFile(bot: BotId, end = ""): BotIndex {
    const { folder } = this.#options;
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    return openBotIndex(this.#path(bot, end));
  }

  #path(bot: BotId, end = ""): string {
    return join(this.#options.folder, `${bot}.index${end}`);
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB|IOERR|READONLY)/.test(error.code);
}
