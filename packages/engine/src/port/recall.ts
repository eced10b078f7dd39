/**
 * The seam to what finds memories again. Memories are rows in the store; behind this port stands one index file for
 * each bot, a cache of its rows (ME1): it knows the row version it has seen, so that one that lags or is missing is
 * noticed, and is brought up to date or rebuilt from the rows.
 */
import type { BotId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";

export type RecallKind = "fact" | "note" | "summary" | "document" | "entry";

/** A memory as the index needs it. What is left out is unknown. */
export interface RecallRow {
  /** Names the memory within its bot. */
  readonly id: string;
  readonly kind: RecallKind;
  readonly text: string;
  /** Who said it, by the name people use in questions. */
  readonly speaker?: string | null;
  readonly occurredAt?: IsoTime | null;
  /** Rows of one conversation are each other's neighbours, in the order of `seq`; without it in the order they came. */
  readonly conversation?: string | null;
  readonly seq?: number | null;
  /** 0 to 1; 0.5 when unknown. */
  readonly importance?: number;
  /** The caller's own label; searches may name the ones they want. */
  readonly trust?: string | null;
  /** What it says holds from here on … */
  readonly validFrom?: IsoTime | null;
  /** … until here (ME4). */
  readonly validTo?: IsoTime | null;
  readonly pinned?: boolean;
}

export type RecallChange =
  | { readonly type: "put"; readonly row: RecallRow }
  /** A row that is not there is no mistake. */
  | { readonly type: "drop"; readonly id: string };

/** Changes of one bot's rows in order: those after version `after`, up to and with version `through`. */
export interface RecallBatch {
  readonly after: number;
  readonly through: number;
  readonly changes: readonly RecallChange[];
}

/** `behind`: the index has not seen `after` yet, and nothing was changed; give it what follows `version`. */
export type RecallApplied =
  | { readonly state: "applied"; readonly version: number }
  | { readonly state: "behind"; readonly version: number };

/** Vectors of rows of one bot, of one model, in the order they were made. Those of rows that are not there are left out. */
export interface RecallVectors {
  readonly model: string;
  /** The row version that the index must have seen: of a row that it lacks, a vector would be lost. */
  readonly rows: number;
  /** 0 begins anew: what was there before is dropped. */
  readonly after: number;
  readonly through: number;
  readonly vectors: readonly { readonly id: string; readonly vector: Int8Array }[];
}

/** What a question means, to be compared with the vectors of the rows. */
export interface RecallMeaning {
  readonly model: string;
  readonly vector: Float32Array;
  /** What likeness of meaning counts beside words. */
  readonly weight: number;
}

export interface RecallQuery {
  readonly text: string;
  /**
   * A person types it into a search field, and it is read as a search of transcripts reads it: its last word may be a
   * beginning, and what stands in quotes, or is one name such as `foo_bar`, must stand so in what is found.
   */
  readonly isTyped?: boolean;
  /** At most this many hits. */
  readonly k: number;
  /** What "yesterday" in the question is relative to. */
  readonly now: IsoTime;
  /** What was valid and known then, instead of now (ME4): nothing that occurred later. */
  readonly asOf?: IsoTime;
  readonly kinds?: readonly RecallKind[];
  /** Labels of trust; rows without a label are left out. */
  readonly trust?: readonly string[];
  /** Occurred at or after, and before. Rows without a time are left out. */
  readonly since?: IsoTime;
  readonly until?: IsoTime;
  /** Left out, or of another model than the rows' vectors: words alone. */
  readonly meaning?: RecallMeaning;
}

export interface ScorePart {
  readonly name: string;
  readonly value: number;
}

/** Why a memory was found (ME8). */
export interface RecallReason {
  /** Largest first; they add up to the hit's score. */
  readonly parts: readonly ScorePart[];
  /** Words of the question found in the memory itself, as the question has them. */
  readonly matched: readonly string[];
  /** Of these, and others, the ones that stood for a related word in the memory: "kid" for "son". */
  readonly related: readonly { readonly asked: string; readonly found: string }[];
  /** Ids of memories beside it whose text counted. */
  readonly neighbours: readonly string[];
  /** The words of the question about time, and what they were taken for. */
  readonly time: { readonly text: string; readonly from: IsoTime; readonly to: IsoTime } | null;
  /** How like the question's its meaning is; left out when it was not compared. */
  readonly meaning?: {
    /** -1 to 1; what is much differs from model to model. */
    readonly likeness: number;
    /** Far more like it than the bot's memories are on the whole: a reason by itself. */
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
  /** The row version the bot's index has seen; 0 when it is empty, missing or of another format. */
  version(bot: BotId): Promise<number>;
  apply(bot: BotId, batch: RecallBatch): Promise<RecallApplied>;
  /** Replaces the index. Searches find the old one until it is done; later changes of the bot wait for it. */
  rebuild(bot: BotId, rebuild: RecallRebuild): Promise<RecallSize>;
  /** The version of the newest vector of this model that the index has seen; 0 when it has none. */
  vectorVersion(bot: BotId, model: string): Promise<number>;
  /** Some hundreds at once. `behind`: the index lacks rows, or vectors before these, and nothing was changed. Rows keep their vector when they are put again. */
  applyVectors(bot: BotId, vectors: RecallVectors): Promise<RecallApplied>;
  /** Best first. Never rejects because of the text: any question is a question. */
  search(bot: BotId, query: RecallQuery): Promise<RecallResult>;
  size(bot: BotId): Promise<RecallSize>;
  /** Deletes the bot's index file. */
  forget(bot: BotId): Promise<void>;
}
