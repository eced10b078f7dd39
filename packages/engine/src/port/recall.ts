/**
 * A recall finds memories again. Memories are rows in the store; behind this port each bot has one index file, a cache
 * of its rows (ME1). The index knows the row version it has seen, so that a missing or late index is noticed and
 * updated or rebuilt from the rows.
 */
import type { BotId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";

export type RecallKind = "fact" | "note" | "summary" | "document" | "entry";

/** A memory as the index needs it. Omitted fields are unknown. */
export interface RecallRow {
  /** Names the memory within its bot. */
  readonly id: string;
  readonly kind: RecallKind;
  readonly text: string;
  /** Who said it, by the name people use in questions. */
  readonly speaker?: string | null;
  readonly occurredAt?: IsoTime | null;
  /** Rows of one conversation are neighbours, in the order of `seq`, or without `seq` in order of arrival. */
  readonly conversation?: string | null;
  readonly seq?: number | null;
  /** 0 to 1; 0.5 when unknown. */
  readonly importance?: number;
  /** A label of the caller's own, by which searches may filter. */
  readonly trust?: string | null;
  /** The time from which its content holds. */
  readonly validFrom?: IsoTime | null;
  /** The time until which its content holds (ME4). */
  readonly validTo?: IsoTime | null;
  readonly pinned?: boolean;
}

export type RecallChange =
  | { readonly type: "put"; readonly row: RecallRow }
  /** Does nothing if there is no such row. */
  | { readonly type: "drop"; readonly id: string };

/** One bot's changes in order, after version `after` and up to and including `through`. */
export interface RecallBatch {
  readonly after: number;
  readonly through: number;
  readonly changes: readonly RecallChange[];
}

/** `behind`: the index has not seen `after` yet and changed nothing. Send the changes after `version`. */
export type RecallApplied =
  | { readonly state: "applied"; readonly version: number }
  | { readonly state: "behind"; readonly version: number };

/** Vectors of one bot's rows, made by one model, in order of creation. Vectors of unknown rows are ignored. */
export interface RecallVectors {
  readonly model: string;
  /** The row version that the index must have seen first, since a vector for a missing row would be lost. */
  readonly rows: number;
  /** 0 starts over and drops all earlier vectors. */
  readonly after: number;
  readonly through: number;
  readonly vectors: readonly { readonly id: string; readonly vector: Int8Array }[];
}

/** The meaning of a question, compared with the vectors of the rows. */
export interface RecallMeaning {
  readonly model: string;
  readonly vector: Float32Array;
  /** How much similarity of meaning counts beside words. */
  readonly weight: number;
}

export interface RecallQuery {
  readonly text: string;
  /**
   * True if a person types it into a search field. It is then read like a search of transcripts: the last word may be a
   * prefix, and quoted words, or the parts of a name such as `foo_bar`, must be found side by side.
   */
  readonly isTyped?: boolean;
  /** The most hits to return. */
  readonly k: number;
  /** The time that words such as "yesterday" in the question refer to. */
  readonly now: IsoTime;
  /** Finds what was valid and known then instead of now (ME4): nothing that occurred later. */
  readonly asOf?: IsoTime;
  readonly kinds?: readonly RecallKind[];
  /** Labels of trust to keep. Rows without a label are left out. */
  readonly trust?: readonly string[];
  /** Keeps rows that occurred at or after `since` and before `until`. Rows without a time are left out. */
  readonly since?: IsoTime;
  readonly until?: IsoTime;
  /** If left out, or of another model than the rows' vectors, only words count. */
  readonly meaning?: RecallMeaning;
}

export interface ScorePart {
  readonly name: string;
  readonly value: number;
}

/** Explains why a memory was found (ME8). */
export interface RecallReason {
  /** Largest first. They add up to the hit's score. */
  readonly parts: readonly ScorePart[];
  /** Words of the question found in the memory itself, spelled as in the question. */
  readonly matched: readonly string[];
  /** Words of the question that stood for a related word in the memory: "kid" for "son". */
  readonly related: readonly { readonly asked: string; readonly found: string }[];
  /** Ids of neighbouring memories whose text counted. */
  readonly neighbours: readonly string[];
  /** The words about time in the question, and the range they were read as. */
  readonly time: { readonly text: string; readonly from: IsoTime; readonly to: IsoTime } | null;
  /** The similarity of meaning to the question; left out if it was not compared. */
  readonly meaning?: {
    /** Cosine similarity, -1 to 1. Its scale varies by model. */
    readonly likeness: number;
    /** True if it is far above the similarity of the bot's other memories, which is a reason on its own. */
    readonly standsOut: boolean;
  };
}

export interface RecallHit {
  readonly id: string;
  /** Comparable within one search only. */
  readonly score: number;
  readonly why: RecallReason;
}

export interface RecallResult {
  readonly hits: readonly RecallHit[];
  /** The row version the index had seen. */
  readonly version: number;
}

export interface RecallSize {
  readonly version: number;
  readonly rows: number;
  readonly sizeBytes: number;
}

export interface RecallRebuild {
  /** All rows of the bot as of version `through`, in the order they came. */
  readonly rows: AsyncIterable<readonly RecallRow[]>;
  readonly through: number;
}

export interface Recall extends AsyncDisposable {
  /** Returns the row version that the bot's index has seen; 0 if it is empty, missing or of another format. */
  version(bot: BotId): Promise<number>;
  apply(bot: BotId, batch: RecallBatch): Promise<RecallApplied>;
  /**
   * Replaces the index. Searches use the old one until the new one is complete; later changes of the bot wait for it.
   */
  rebuild(bot: BotId, rebuild: RecallRebuild): Promise<RecallSize>;
  /** Returns the version of the newest vector of this model that the index has seen; 0 if it has none. */
  vectorVersion(bot: BotId, model: string): Promise<number>;
  /**
   * Takes some hundreds of vectors per call. Returns `behind`, having changed nothing, if the index lacks rows or
   * earlier vectors. A row keeps its vector when it is put again.
   */
  applyVectors(bot: BotId, vectors: RecallVectors): Promise<RecallApplied>;
  /** Best first. Contract: never rejects because of the text; any question is valid. */
  search(bot: BotId, query: RecallQuery): Promise<RecallResult>;
  size(bot: BotId): Promise<RecallSize>;
  /** Deletes the bot's index file. */
  forget(bot: BotId): Promise<void>;
}
