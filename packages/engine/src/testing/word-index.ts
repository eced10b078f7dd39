/** Implements the recall port in memory, for tests of the rules: it finds rows with a word of the question. */
import type { Recall, RecallChange, RecallRow } from "../port/recall.ts";

/** A row matches if it has a word of the question, and scores one for each. */
export function openWordIndex(): Recall & { readonly rebuilds: number; lose(): void } {
  const held = new Map<string, { version: number; rows: Map<string, RecallRow> }>();
  const indexOf = (bot: string) => held.get(bot) ?? { version: 0, rows: new Map<string, RecallRow>() };
  let rebuilds = 0;
  const put = (rows: Map<string, RecallRow>, change: RecallChange) =>
    change.type === "put" ? rows.set(change.row.id, change.row) : rows.delete(change.id);
  return {
    get rebuilds() {
      return rebuilds;
    },
    lose: () => held.clear(),
    version: async (bot) => indexOf(bot).version,
    apply: async (bot, { after, through, changes }) => {
      const { version, rows } = indexOf(bot);
      if (after > version) return { state: "behind", version };
      for (const change of changes) put(rows, change);
      held.set(bot, { version: through, rows });
      return { state: "applied", version: through };
    },
    rebuild: async (bot, { rows, through }) => {
      rebuilds += 1;
      const all = new Map<string, RecallRow>();
      for await (const page of rows) for (const row of page) all.set(row.id, row);
      held.set(bot, { version: through, rows: all });
      return { version: through, rows: all.size, sizeBytes: 0 };
    },
    search: async (bot, { text, k, trust, asOf, now }) => {
      const { version, rows } = indexOf(bot);
      const words = text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
      const at = asOf ?? now;
      const hits = [...rows.values()]
        .filter((row) => trust === undefined || trust.includes(row.trust ?? ""))
        .filter(
          ({ validFrom, validTo }) =>
            (validFrom ?? at) <= at && (validTo === null || validTo === undefined || validTo > at),
        )
        .map((row) => ({ id: row.id, matched: words.filter((word) => row.text.toLowerCase().includes(word)) }))
        .filter(({ matched }) => matched.length > 0)
        .map(({ id, matched }) => ({
          id,
          score: matched.length,
          why: { parts: [{ name: "words", value: matched.length }], matched, related: [], neighbours: [], time: null },
        }));
      return { hits: hits.toSorted((a, b) => b.score - a.score).slice(0, k), version };
    },
    vectorVersion: async () => 0,
    applyVectors: async (_bot, { through }) => ({ state: "applied", version: through }),
    size: async (bot) => ({ version: indexOf(bot).version, rows: indexOf(bot).rows.size, sizeBytes: 0 }),
    forget: async (bot) => void held.delete(bot),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
