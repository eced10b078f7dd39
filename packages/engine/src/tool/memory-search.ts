/** Searches the bot's memory. Results are quoted, with source and trust, and are never instructions (ME5). */
import { z } from "zod";
import { searchWithNote } from "../memory/search.ts";
import { quoteHit } from "../prompt/recalled.ts";
import { refuseIncognito } from "./saved-trust.ts";
import { defineTool } from "./tool.ts";

export const memorySearch = defineTool({
  name: "memory_search",
  description:
    "Searches your memory: what you saved, what was said in your sessions, and what other bots let you read. Ask in plain words; times such as “last week” are understood.",
  input: z.strictObject({
    query: z.string().trim().min(1).max(2_000),
    k: z.int().min(1).max(30).default(8),
    asOf: z.iso.datetime({ offset: true }).optional().describe("What was true at that time, instead of now."),
  }),
  effects: { kind: "unit" },
  changes: "nothing",
  words: "kept",
  tells: "nobody",
  folds: true,
  async run(run, { query, k, asOf }) {
    const refusal = refuseIncognito(run);
    if (refusal !== null) return refusal;
    const { deps, bot } = run;
    const when = asOf === undefined ? undefined : new Date(asOf).toISOString();
    const { hits, degraded } = await searchWithNote(deps, bot.id, { text: query, k, asOf: when });
    const note = degraded === null ? [] : [`(${degraded})`];
    const found = hits.map((hit) => quoteHit(hit, { withId: true }));
    return {
      type: "result",
      text: [...(found.length > 0 ? found : ["Nothing in memory matches that."]), ...note].join("\n"),
    };
  },
});
