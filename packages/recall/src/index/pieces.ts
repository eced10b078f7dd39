/**
 * Splits conversations into pieces of some forty lines, each searched as one text: an answer is where its subject is
 * discussed, even if its own line has none of the question's words. On a large bot they add lines that a search by line
 * cannot afford to look for. A piece holds every term once, and its speakers.
 */
import type { Database } from "better-sqlite3";
import type { IndexedRow } from "./row.ts";

/** Few enough that each line counts, and enough that there are a twentieth as many pieces as lines. */
const linesOfPiece = 40;

/** No text has this letter, so no word is taken for a speaker. */
export function speakerTerm(speaker: number): string {
  return `\ue000${speaker}`;
}

export interface PieceWriter {
  /** Returns the piece that the next line of the conversation belongs to. Called before the line is written. */
  join(conversation: number, day: number): number;
  /** Called before the line is removed. */
  leave(piece: number): void;
  /** Writes every piece that has changed since the last call. */
  flush(): void;
}

type PieceLine = Pick<IndexedRow, "terms" | "speaker">;

export function createPieceWriter(db: Database): PieceWriter {
  const readOpen = db.prepare<[number, number], { number: number; rows: number }>(
    "SELECT number, rows FROM piece WHERE conversation = ? AND day = ? ORDER BY number DESC LIMIT 1",
  );
  const add = db.prepare<[number, number]>("INSERT INTO piece(conversation, day, rows) VALUES(?, ?, 0)");
  const count = db.prepare<[number, number]>("UPDATE piece SET rows = rows + ? WHERE number = ?");
  const remove = db.prepare<[number]>("DELETE FROM piece WHERE number = ? AND rows <= 0");
  const lines = db.prepare<[number], PieceLine>("SELECT terms, speaker FROM memory WHERE piece = ? ORDER BY number");
  const addWords = db.prepare<[number, string]>("INSERT INTO pieces(rowid, terms) VALUES(?, ?)");
  const removeWords = db.prepare<[number, string]>("INSERT INTO pieces(pieces, rowid, terms) VALUES('delete', ?, ?)");
  const open = new Map<string, { number: number; rows: number }>();
  /** By piece: what it held before, and by how many lines it has grown. */
  const touched = new Map<number, { readonly before: string; grown: number }>();

  const textOf = (piece: number) => piecesToText(lines.all(piece));

  function touch(piece: number, by: 1 | -1): void {
    const known = touched.get(piece);
    if (known) known.grown += by;
    else touched.set(piece, { before: textOf(piece), grown: by });
  }

  return {
    join(conversation, day) {
      const key = `${conversation} ${day}`;
      let piece = open.get(key) ?? readOpen.get(conversation, day);
      if (piece === undefined || piece.rows >= linesOfPiece) {
        piece = { number: Number(add.run(conversation, day).lastInsertRowid), rows: 0 };
      }
      open.set(key, { number: piece.number, rows: piece.rows + 1 });
      touch(piece.number, 1);
      return piece.number;
    },
    leave: (piece) => touch(piece, -1),
    flush() {
      for (const [piece, { before, grown }] of touched) {
        const after = textOf(piece);
        if (before !== after) {
          if (before !== "") removeWords.run(piece, before);
          if (after !== "") addWords.run(piece, after);
        }
        count.run(grown, piece);
        remove.run(piece);
      }
      touched.clear();
      open.clear();
    },
  };
}

function piecesToText(lines: readonly PieceLine[]): string {
  const terms = new Set<string>();
  for (const line of lines) {
    for (const term of line.terms.split(" ")) terms.add(term);
    if (line.speaker !== null) terms.add(speakerTerm(line.speaker));
  }
  terms.delete("");
  return [...terms].join(" ");
}

/** Pieces that a search may read, beyond those of its rarest term. */
const walkBudget = 15_000;
const bestPieces = 20;

export interface PieceQuery {
  /** By term, speakers included: how many lines have it. */
  readonly frequency: ReadonlyMap<string, number>;
  /** Of all conversations, approximately. */
  readonly pieces: number;
}

/**
 * Finds the lines of the pieces that fit a question best, piece by piece, each in the order they were said. A piece
 * scores by how rare its terms of the question are: the index only holds which pieces have a term.
 */
export function createPieceFinder(db: Database) {
  const having = db.prepare<[string], number>("SELECT rowid FROM pieces WHERE pieces MATCH ?").pluck();
  const lines = db.prepare<[number], IndexedRow>("SELECT * FROM memory WHERE piece = ? ORDER BY place, number");
  return ({ frequency, pieces }: PieceQuery): readonly (readonly IndexedRow[])[] => {
    const scores = new Map<number, number>();
    let walked = 0;
    for (const [term, rows] of [...frequency].toSorted((a, b) => a[1] - b[1])) {
      if (rows === 0) continue;
      // Computed as if its lines were anywhere; they are close together, so it is fewer.
      const expected = pieces * (1 - (1 - 1 / Math.max(1, pieces)) ** rows);
      if (walked > 0 && walked + expected > walkBudget) break;
      const found = having.all(`"${term}"`);
      const telling = Math.log(1 + Math.max(0, pieces - found.length + 0.5) / (found.length + 0.5));
      for (const piece of found) scores.set(piece, (scores.get(piece) ?? 0) + telling);
      walked += found.length;
    }
    return bestOf(scores).map((piece) => lines.all(piece));
  };
}

/** Among equals the newest wins. */
function bestOf(scores: ReadonlyMap<number, number>): readonly number[] {
  const best: { piece: number; score: number }[] = [];
  for (const [piece, score] of scores) {
    const last = best.at(-1);
    if (best.length === bestPieces && !isBehind(last, { piece, score })) continue;
    if (best.length === bestPieces) best.pop();
    let at = best.length;
    while (at > 0 && isBehind(best[at - 1], { piece, score })) at -= 1;
    best.splice(at, 0, { piece, score });
  }
  return best.map(({ piece }) => piece);
}

function isBehind(a: { piece: number; score: number } | undefined, b: { piece: number; score: number }): boolean {
  return a !== undefined && (a.score < b.score || (a.score === b.score && a.piece < b.piece));
}
