/** Runs one search of one bot's index: reads the question, finds candidates, ranks them. */
import type { RecallQuery, RecallResult } from "@reef/engine/port/recall";
import { isoToMs } from "@reef/protocol/time";
import { readQuestion } from "../query/question.ts";
import { rank } from "../rank/rank.ts";
import type { BotIndex } from "./bot-index.ts";
import { createFinder } from "./find.ts";

export interface Searcher {
  search(query: RecallQuery): RecallResult;
}

export function createSearcher(index: BotIndex): Searcher {
  const finder = createFinder(index);
  return {
    search(query) {
      const now = isoToMs(query.asOf ?? query.now);
      const anchor = { now, newest: Math.min(now, finder.newest() ?? now) };
      const question = readQuestion(query.text, { names: finder, anchor, isTyped: query.isTyped ?? false });
      const found = finder.find(question, query);
      return {
        hits: rank(question, { found, k: query.k, meaningWeight: query.meaning?.weight ?? 0 }),
        version: found.state.version,
      };
    },
  };
}
