/**
 * Scores how well a whole conversation of one day fits the question: an answer is where the subject is discussed, even
 * if its own line does not name it. A row without a conversation is one of its own.
 */
import { episodeKey, type Found } from "../index/find.ts";
import type { IndexedRow } from "../index/row.ts";
import type { RowMatch, WeighedSlot } from "./match.ts";

export interface EpisodeScore {
  /** As BM25 over slots, with an episode as one text. */
  readonly score: number;
  /** Sum of how telling the slots are that it fills … */
  readonly coverage: number;
  /** … and of those that only related words fill. */
  readonly related: number;
}

interface EpisodeTerms {
  readonly filled: number[];
  readonly related: number[];
  readonly length: number;
}

const k1 = 1.2;
const b = 0.75;

export function groupOf(row: IndexedRow): string {
  return row.conversation === null ? `row ${row.number}` : episodeKey(row);
}

export function scoreEpisodes(
  matches: readonly RowMatch[],
  { slots, found }: { readonly slots: readonly WeighedSlot[]; readonly found: Found },
): ReadonlyMap<string, EpisodeScore> {
  const groups = gather(matches, { slots, found });
  const lengths = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
  const average = Math.max(1, lengths / Math.max(1, groups.size));
  const count = Math.max(groups.size, found.state.episodes);
  const telling = slots.map((slot, i) => {
    const having = [...groups.values()].filter(({ filled }) => (filled[i] ?? 0) > 0).length;
    return having === 0 ? 0 : slot.weight * Math.log(1 + (count - having + 0.5) / (having + 0.5));
  });
  const scores = new Map<string, EpisodeScore>();
  for (const [key, { filled, related, length }] of groups) {
    const sums = { score: 0, coverage: 0, related: 0 };
    for (const [i, slot] of slots.entries()) {
      const times = filled[i] ?? 0;
      if (times > 0) {
        sums.score += ((telling[i] ?? 0) * times * (k1 + 1)) / (times + k1 * (1 - b + (b * length) / average));
        sums.coverage += slot.telling;
      } else sums.related += slot.telling * (related[i] ?? 0);
    }
    scores.set(key, sums);
  }
  return scores;
}

function gather(
  matches: readonly RowMatch[],
  { slots, found }: { readonly slots: readonly WeighedSlot[]; readonly found: Found },
): ReadonlyMap<string, EpisodeTerms> {
  const groups = new Map<string, EpisodeTerms>();
  for (const { row, filled, related } of matches) {
    const key = groupOf(row);
    const group = groups.get(key) ?? {
      filled: slots.map(() => 0),
      related: slots.map(() => 0),
      length: row.conversation === null ? row.length : (found.episodeLength.get(key) ?? row.length),
    };
    for (const i of slots.keys()) {
      group.filled[i] = (group.filled[i] ?? 0) + (filled[i] ?? 0);
      group.related[i] = Math.max(group.related[i] ?? 0, related[i] ?? 0);
    }
    groups.set(key, group);
  }
  return groups;
}
