/** Provides the baselines of recall: full text as one would write it in an hour, and a formula with fixed weights. */
import type { RecallRow } from "@reef/engine/port/recall";
import { stopWords } from "@reef/recall/text/stop-words";
import Database from "better-sqlite3";
import { lineOf, type Retriever } from "./memory-retriever.ts";

type Search = (text: string) => readonly string[];

const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .normalize("NFKD")
    .match(/[a-z0-9]+/g) ?? [];

const contentOf = (text: string) => [...new Set(wordsOf(text).filter((word) => !stopWords.has(word)))];
const anyOf = (words: readonly string[]) => words.map((word) => `"${word}"`).join(" OR ");

export const baselines: readonly Retriever[] = [
  { name: "plain full text", open: (rows) => openSearch(createPlainSearch(rows)) },
  { name: "fixed formula", open: (rows) => openSearch(createFixedFormula(rows)) },
];

async function openSearch(search: Search) {
  return { search: async (text: string) => search(text), [Symbol.asyncDispose]: async () => undefined };
}

/** FTS5 with its stemmer, matching any of the question's words without stop-words. */
function createPlainSearch(rows: readonly RecallRow[]): Search {
  const db = new Database(":memory:");
  db.exec("CREATE VIRTUAL TABLE f USING fts5(text, tokenize = 'porter unicode61')");
  const insert = db.prepare("INSERT INTO f(rowid, text) VALUES(?, ?)");
  for (const [i, row] of rows.entries()) insert.run(i + 1, lineOf(row));
  const match = db.prepare<[string], number>("SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT 10").pluck();
  return (text) => {
    const words = contentOf(text);
    return words.length === 0 ? [] : match.all(anyOf(words)).map((number) => rows[number - 1]?.id ?? "");
  };
}

const timeWords =
  /\b(yesterday|today|tonight|tomorrow|last|ago|next|week|weekend|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|recently|since|20\d\d)\b/i;
const whenWords =
  /^(when|what (date|year|month|day|time)|how long|which (year|month))|\bhow (long|many (years|months|weeks|days))/i;

/** The prototype of this package: two columns (line with date; lines beside it), a table of conversations, eight fixed weights. */
function createFixedFormula(rows: readonly RecallRow[]): Search {
  const db = new Database(":memory:");
  db.exec(`CREATE VIRTUAL TABLE f USING fts5(text, beside, tokenize = 'porter unicode61');
    CREATE VIRTUAL TABLE s USING fts5(text, tokenize = 'porter unicode61')`);
  const lines = rows.map(lineOf);
  const same = (i: number, other: number) =>
    rows[other]?.conversation === rows[i]?.conversation ? (lines[other] ?? "") : "";
  const conversations = [...new Set(rows.map(({ conversation }) => conversation))];
  const dateOf = (row: RecallRow | undefined) =>
    new Date(row?.occurredAt ?? 0).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  const insert = db.prepare("INSERT INTO f(rowid, text, beside) VALUES(?, ?, ?)");
  for (const [i, line] of lines.entries())
    insert.run(i + 1, `${dateOf(rows[i])} ${line}`, `${same(i, i - 1)} ${same(i, i + 1)}`);
  const insertConversation = db.prepare("INSERT INTO s(rowid, text) VALUES(?, ?)");
  for (const [c, name] of conversations.entries()) {
    const said = rows.filter(({ conversation }) => conversation === name);
    insertConversation.run(c + 1, [dateOf(said[0]), ...said.map(lineOf)].join(" "));
  }
  type Hit = { r: number; b: number };
  const both = db.prepare<[string], Hit>(
    "SELECT rowid r, -bm25(f, 2.0, 1.0) b FROM f WHERE f MATCH ? ORDER BY b DESC LIMIT 200",
  );
  const text = db.prepare<[string], Hit>(
    "SELECT rowid r, -bm25(f, 1.0, 0.0) b FROM f WHERE f MATCH ? ORDER BY b DESC LIMIT 400",
  );
  const whole = db.prepare<[string], Hit>("SELECT rowid r, -bm25(s) b FROM s WHERE s MATCH ?");
  const shares = (hits: readonly Hit[]) => {
    const top = Math.max(1e-9, ...hits.map(({ b }) => b));
    return new Map(hits.map(({ r, b }) => [r, b / top]));
  };
  const speakers = [...new Set(rows.map(({ speaker }) => speaker ?? ""))];

  return (question) => {
    const words = contentOf(question);
    if (words.length === 0) return [];
    const byBoth = shares(both.all(anyOf(words)));
    const byText = shares(text.all(anyOf(words)));
    const byConversation = shares(whole.all(anyOf(words)));
    const named = speakers.filter((speaker) => question.toLowerCase().includes(speaker.toLowerCase()));
    const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
    const scored = [...byBoth].map(([number, share]) => {
      const row = rows[number - 1] as RecallRow;
      const content = wordsOf(row.text).filter((word) => !stopWords.has(word));
      const joined = content.join(" ");
      let score = 1.8 * share + 0.6 * (byText.get(number) ?? 0);
      score += 1.9 * (byConversation.get(conversations.indexOf(row.conversation) + 1) ?? 0);
      if ((row.seq ?? 0) > 1) score += 0.8 * (byText.get(number - 1) ?? 0);
      score += 0.6 * Math.min(2, pairs.filter((pair) => joined.includes(pair)).length);
      score += (1.9 * Math.log1p(content.length)) / 4 - (/\?\s*$/.test(row.text) ? 1 : 0);
      if (whenWords.test(question) && timeWords.test(row.text)) score += 1.45;
      if (named.length === 1) score += row.speaker === named[0] ? 0.36 : -0.36;
      return { id: row.id, score };
    });
    return scored
      .toSorted((a, b) => b.score - a.score)
      .slice(0, 10)
      .map(({ id }) => id);
  };
}
