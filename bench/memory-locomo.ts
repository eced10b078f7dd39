/**
 * Measures retrieval quality on LoCoMo conversations, which are read from the given path and never part of the project.
 * Each line is a memory; the lines named as evidence are relevant. Plain full text and the fixed formula take part in the
 * same run.
 */
import { readFileSync } from "node:fs";
import type { RecallRow } from "@reef/engine/port/recall";
import { openBotIndex } from "@reef/recall/index/bot-index";
import { createSearcher } from "@reef/recall/index/search";
import type { Retriever } from "./memory-retriever.ts";
import { type BenchRow, percentile } from "./report.ts";

export interface LocomoQuestion {
  readonly text: string;
  /** Ids of rows. */
  readonly relevant: ReadonlySet<string>;
}

export interface LocomoConversation {
  readonly rows: readonly RecallRow[];
  readonly questions: readonly LocomoQuestion[];
}

interface RawTurn {
  readonly dia_id: string;
  readonly speaker: string;
  readonly text?: string;
  readonly blip_caption?: string;
}

interface RawConversation {
  readonly conversation: Readonly<Record<string, string | readonly RawTurn[]>>;
  readonly qa: readonly { readonly question: string; readonly evidence?: readonly string[] }[];
}

export function readLocomo(path: string): readonly LocomoConversation[] {
  return (JSON.parse(readFileSync(path, "utf8")) as readonly RawConversation[]).map(({ conversation, qa }) => {
    const sessions = Object.keys(conversation).filter((key) => /^session_\d+$/.test(key));
    const rows = sessions
      .toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
      .flatMap((session) => {
        const occurredAt = readDate(String(conversation[`${session}_date_time`]));
        return (conversation[session] as readonly RawTurn[]).map((turn, i): RecallRow => {
          const caption = turn.blip_caption ? ` [image: ${turn.blip_caption}]` : "";
          const text = (turn.text ?? "") + caption;
          return {
            id: turn.dia_id,
            kind: "entry",
            text,
            speaker: turn.speaker,
            occurredAt,
            conversation: session,
            seq: i + 1,
          };
        });
      });
    const ids = new Set(rows.map(({ id }) => id));
    const questions = qa.map(({ question, evidence = [] }) => ({
      text: question,
      relevant: readEvidence(evidence, ids),
    }));
    return { rows, questions: questions.filter(({ relevant }) => relevant.size > 0) };
  });
}

/** Parses a date such as "1:56 pm on 8 May, 2023". */
function readDate(text: string): string | null {
  const found = /(\d+):(\d+)\s*(am|pm) on (\d+) (\w+),? (\d{4})/i.exec(text);
  if (!found) return null;
  const [, hour, minute, half, day, month, year] = found;
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === "pm" ? 12 : 0);
  return new Date(Date.parse(`${day} ${month} ${year} UTC`) + (hours * 60 + Number(minute)) * 60_000).toISOString();
}

/** Some are joined ("D8:6; D9:17") or mistyped ("D:11:26", "D30:05"). */
function readEvidence(evidence: readonly string[], ids: ReadonlySet<string>): ReadonlySet<string> {
  const found = evidence.flatMap((text) =>
    [...String(text).matchAll(/D:?(\d+):0*(\d+)/g)].map((m) => `D${m[1]}:${m[2]}`),
  );
  return new Set(found.filter((id) => ids.has(id)));
}

export interface Quality {
  readonly recall5: number;
  readonly recall10: number;
  readonly mrr: number;
  readonly ndcg: number;
}

export function scoreRanking(ranked: readonly string[], relevant: ReadonlySet<string>): Quality {
  const hits = (k: number) => ranked.slice(0, k).filter((id) => relevant.has(id)).length;
  const gain = ranked.slice(0, 10).reduce((sum, id, i) => sum + (relevant.has(id) ? 1 / Math.log2(i + 2) : 0), 0);
  const best = Array.from({ length: Math.min(10, relevant.size) }, (_, i) => 1 / Math.log2(i + 2)).reduce(
    (a, b) => a + b,
    0,
  );
  const first = ranked.slice(0, 10).findIndex((id) => relevant.has(id));
  return {
    recall5: hits(5) / relevant.size,
    recall10: hits(10) / relevant.size,
    mrr: first < 0 ? 0 : 1 / (first + 1),
    ndcg: gain / best,
  };
}

const reef: Retriever = {
  name: "Reef",
  async open(rows) {
    const index = openBotIndex(":memory:");
    index.apply({ after: 0, through: 1, changes: rows.map((row) => ({ type: "put", row })) });
    const searcher = createSearcher(index);
    const now = rows.reduce((latest, { occurredAt }) => (occurredAt && occurredAt > latest ? occurredAt : latest), "");
    return {
      search: async (text) => searcher.search({ text, k: 10, now }).hits.map(({ id }) => id),
      [Symbol.asyncDispose]: async () => index[Symbol.dispose](),
    };
  },
};

const goals: Partial<Record<keyof Quality, number>> = { recall10: 85, ndcg: 67 };
const names: Readonly<Record<keyof Quality, string>> = {
  recall5: "recall@5",
  recall10: "recall@10",
  mrr: "MRR@10",
  ndcg: "nDCG@10",
};
const metrics = Object.keys(names) as (keyof Quality)[];

interface Outcome {
  readonly name: string;
  /** By conversation. */
  readonly scores: readonly (readonly Quality[])[];
  /** Milliseconds of each search. */
  readonly times: readonly number[];
  readonly openMs: number;
}

/** Runs Reef beside the others on the same lines and questions, one after another. */
export async function benchLocomo(path: string, others: readonly Retriever[]): Promise<readonly BenchRow[]> {
  const conversations = readLocomo(path);
  const lines = conversations.reduce((sum, { rows }) => sum + rows.length, 0);
  const ours = await run(reef, conversations);
  const peers: Outcome[] = [];
  for (const other of others) peers.push(await run(other, conversations));
  const best = (key: keyof Quality) => peers.toSorted((a, b) => meanOf(b, key) - meanOf(a, key))[0];
  const spread = ours.scores.map((scores) => meanOf({ scores: [scores] }, "recall10"));
  return [
    ...metrics.map((key): BenchRow => {
      const peer = best(key);
      return {
        what: `LoCoMo ${names[key]}`,
        value: meanOf(ours, key),
        unit: "%",
        ...(goals[key] === undefined ? {} : { goal: goals[key] }),
        ...(peer && { limit: meanOf(peer, key), limitName: `best other: ${peer.name}` }),
      };
    }),
    { what: "worst conversation's recall@10", value: Math.min(...spread), unit: "%" },
    { what: "best conversation's recall@10", value: Math.max(...spread), unit: "%" },
    ...speedRows(ours, lines),
    ...peers.flatMap((peer) => [
      ...metrics.map((key): BenchRow => ({ what: `${peer.name}: ${names[key]}`, value: meanOf(peer, key), unit: "%" })),
      ...speedRows(peer, lines),
    ]),
  ];
}

function speedRows({ name, times, openMs }: Outcome, lines: number): readonly BenchRow[] {
  return [
    { what: `${name}: search p50, one conversation`, value: percentile(times, 50), unit: "ms" },
    { what: `${name}: lines taken in`, value: lines / (openMs / 1000), unit: "/s" },
  ];
}

async function run(retriever: Retriever, conversations: readonly LocomoConversation[]): Promise<Outcome> {
  const scores: (readonly Quality[])[] = [];
  const times: number[] = [];
  let openMs = 0;
  for (const { rows, questions } of conversations) {
    const openedAt = performance.now();
    await using open = await retriever.open(rows);
    openMs += performance.now() - openedAt;
    const ofThis: Quality[] = [];
    for (const { text, relevant } of questions) {
      const startedAt = performance.now();
      const ranked = await open.search(text);
      times.push(performance.now() - startedAt);
      ofThis.push(scoreRanking(ranked, relevant));
    }
    scores.push(ofThis);
  }
  return { name: retriever.name, scores, times, openMs };
}

function meanOf({ scores }: Pick<Outcome, "scores">, key: keyof Quality): number {
  const all = scores.flat();
  return (100 * all.reduce((sum, each) => sum + each[key], 0)) / all.length;
}
