/**
 * Measures quality on a large bot, where each conversation's lines are among many others of one memory. The others are
 * generated from the conversations' own word pairs, so that they share the words but not the content. Half of the runs
 * give them to strangers, half to the people of the conversations.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecallRow } from "@reef/engine/port/recall";
import { openBotIndex } from "@reef/recall/index/bot-index";
import { createSearcher } from "@reef/recall/index/search";
import { createRandom, type Random } from "@reef/recall/testing/speech";
import { type LocomoConversation, readLocomo, scoreRanking } from "./memory-locomo.ts";
import { type BenchRow, percentile } from "./report.ts";

const now = "2026-01-01T00:00:00.000Z";
const pageRows = 1_000;
const linesOfTalk = 20;
const strangers =
  "Ada Bruno Carla Deniz Elif Farid Greta Hugo Ines Jonas Kira Leo Mona Nils Olga Pavel Rosa Sven".split(" ");

interface Outcome {
  readonly recall10: number;
  readonly ndcg: number;
  readonly p50: number;
}

/** Sizes must ascend: each adds to the lines of the one before. */
export function benchBuried(path: string, sizes: readonly number[]): readonly BenchRow[] {
  const conversations = readLocomo(path);
  const people = [...new Set(conversations.flatMap(({ rows }) => rows.map(({ speaker }) => speaker ?? "")))];
  return [
    ...runAmong(conversations, { sizes, speakers: strangers, name: "strangers' lines" }),
    ...runAmong(conversations, { sizes, speakers: people, name: "lines of the same people" }),
  ];
}

interface Among {
  readonly sizes: readonly number[];
  readonly speakers: readonly string[];
  readonly name: string;
}

function runAmong(conversations: readonly LocomoConversation[], { sizes, speakers, name }: Among): readonly BenchRow[] {
  const folder = mkdtempSync(join(tmpdir(), "reef-bench-buried-"));
  try {
    using index = openBotIndex(join(folder, "bot.index"));
    const random = createRandom(11);
    const talk = createTalk(conversations, random);
    let version = 0;
    const put = (rows: readonly RecallRow[]) => {
      index.apply({ after: version, through: version + 1, changes: rows.map((row) => ({ type: "put", row })) });
      version += 1;
    };
    const report: BenchRow[] = [];
    let lines = 0;
    for (const size of sizes) {
      for (; lines < size; lines += pageRows) {
        put(Array.from({ length: pageRows }, (_, i) => makeLine(lines + i, { random, talk, speakers })));
      }
      index.optimise();
      const outcomes = conversations.map(({ rows, questions }) => {
        put(rows);
        const searcher = createSearcher(index);
        const each = questions.map(({ text, relevant }) => {
          const startedAt = performance.now();
          const { hits } = searcher.search({ text, k: 10, now });
          const ms = performance.now() - startedAt;
          return {
            ...scoreRanking(
              hits.map(({ id }) => id),
              relevant,
            ),
            ms,
          };
        });
        index.apply({ after: version, through: version, changes: rows.map(({ id }) => ({ type: "drop", id })) });
        return each;
      });
      report.push(...outcomeRows(outcomeOf(outcomes.flat()), `among ${size.toLocaleString("en")} ${name}`));
    }
    return report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomeOf(
  each: readonly { readonly recall10: number; readonly ndcg: number; readonly ms: number }[],
): Outcome {
  const mean = (values: readonly number[]) => (100 * values.reduce((sum, value) => sum + value, 0)) / values.length;
  return {
    recall10: mean(each.map(({ recall10 }) => recall10)),
    ndcg: mean(each.map(({ ndcg }) => ndcg)),
    p50: percentile(
      each.map(({ ms }) => ms),
      50,
    ),
  };
}

function outcomeRows({ recall10, ndcg, p50 }: Outcome, where: string): readonly BenchRow[] {
  return [
    { what: `LoCoMo recall@10 ${where}`, value: recall10, unit: "%" },
    { what: `LoCoMo nDCG@10 ${where}`, value: ndcg, unit: "%" },
    { what: `search p50 ${where}`, value: p50, unit: "ms" },
  ];
}

type Talk = () => string;

/** Generates talk word by word, from the pairs of words in the conversations. */
function createTalk(conversations: readonly LocomoConversation[], random: Random): Talk {
  const next = new Map<string, string[]>();
  const starts: string[] = [];
  for (const { rows } of conversations) {
    for (const { text } of rows) {
      const words = text.split(/\s+/).filter(Boolean);
      if (words[0]) starts.push(words[0]);
      for (const [i, word] of words.entries()) {
        const following = words[i + 1];
        if (following) next.set(word, [...(next.get(word) ?? []), following]);
      }
    }
  }
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  return () => {
    const words = [pick(starts)];
    const length = 6 + Math.floor(random() * 30);
    while (words.length < length) words.push(pick(next.get(words.at(-1) ?? "") ?? starts));
    return words.join(" ");
  };
}

function makeLine(
  i: number,
  { random, talk, speakers }: { readonly random: Random; readonly talk: Talk; readonly speakers: readonly string[] },
): RecallRow {
  const conversation = Math.floor(i / linesOfTalk);
  const at = Date.UTC(2022, 0, 1) + ((conversation * 7_919) % 35_000) * 3_600_000;
  return {
    id: `other-${i}`,
    kind: "entry",
    text: talk(),
    speaker: speakers[(conversation * 2 + Math.floor(random() * 2)) % speakers.length] ?? null,
    occurredAt: new Date(at + (i % linesOfTalk) * 60_000).toISOString(),
    conversation: `other-${conversation}`,
    seq: (i % linesOfTalk) + 1,
  };
}
