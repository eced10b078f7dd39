/**
 * Defines the tables of one bot's index file. It holds no readable text, only terms: words without their endings, which
 * ranking reads again. `words` has no content of its own; deleting needs the terms that were put in, and removes them
 * from the file immediately (ME6).
 */
import type { Database } from "better-sqlite3";

/** A new number makes every index file be rebuilt from the rows. Increase it with every change of what a term is. */
export const formatVersion = 6;

const schema = `
CREATE TABLE state(one INTEGER PRIMARY KEY CHECK(one = 1), version INTEGER NOT NULL, rows INTEGER NOT NULL,
  length INTEGER NOT NULL, closed INTEGER NOT NULL, episodes INTEGER NOT NULL, episodeLength INTEGER NOT NULL);
INSERT INTO state VALUES(1, 0, 0, 0, 0, 0, 0);
CREATE TABLE name(id INTEGER PRIMARY KEY, type TEXT NOT NULL, text TEXT NOT NULL, UNIQUE(type, text));
CREATE TABLE memory(number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, conversation INTEGER,
  place NUMERIC, day INTEGER NOT NULL, speaker INTEGER, at INTEGER, importance INTEGER NOT NULL, trust INTEGER,
  validFrom INTEGER, validTo INTEGER, pinned INTEGER NOT NULL, marks INTEGER NOT NULL, length INTEGER NOT NULL,
  piece INTEGER, terms TEXT NOT NULL);
CREATE INDEX memoryPlace ON memory(conversation, place) WHERE conversation IS NOT NULL;
CREATE INDEX memoryAt ON memory(at) WHERE at IS NOT NULL;
CREATE INDEX memorySpeaker ON memory(speaker) WHERE speaker IS NOT NULL;
CREATE TABLE episode(conversation INTEGER NOT NULL, day INTEGER NOT NULL, rows INTEGER NOT NULL,
  length INTEGER NOT NULL, PRIMARY KEY(conversation, day)) WITHOUT ROWID;
CREATE TABLE piece(number INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, day INTEGER NOT NULL,
  rows INTEGER NOT NULL);
CREATE INDEX pieceOf ON piece(conversation, day);
CREATE INDEX memoryPiece ON memory(piece) WHERE piece IS NOT NULL;
CREATE VIRTUAL TABLE pieces USING fts5(terms, content='', tokenize='ascii', detail=none);
INSERT INTO pieces(pieces, rank) VALUES('secure-delete', 1);
CREATE TABLE embedding(one INTEGER PRIMARY KEY CHECK(one = 1), model TEXT NOT NULL, version INTEGER NOT NULL);
INSERT INTO embedding VALUES(1, '', 0);
CREATE TABLE vector(number INTEGER PRIMARY KEY, value BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(terms, content='', tokenize='ascii');
INSERT INTO words(words, rank) VALUES('secure-delete', 1);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'row');
PRAGMA user_version = ${formatVersion};
`;

/** WAL with NORMAL waits for the disk only now and then; a power loss costs the last changes but not the file. */
export function prepareFile(db: Database): void {
  db.pragma("page_size = 4096");
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = NORMAL");
  db.pragma("secure_delete = ON");
  // Pages are read from the map, which the system can take back; this is for pages being changed.
  db.pragma("cache_size = -2000");
  db.pragma("mmap_size = 268435456");
}

export function createTables(db: Database): void {
  db.transaction(() => db.exec(schema))();
}
