/**
 * Makes up an archive with known answers, from a seed: people whose facts change over several sessions, told among
 * distractors with the same words, facts that were distilled and superseded, and questions in other words than the
 * answers.
 */
import type { RecallRow } from "@reef/engine/port/recall";
import { createRandom, type Random, wordOf } from "./speech.ts";

export interface SyntheticQuestion {
  readonly text: string;
  readonly type: "direct" | "related" | "when" | "past" | "fact";
  readonly relevant: readonly string[];
  /** Ids that must not be found: no longer valid, or not yet. */
  readonly forbidden: readonly string[];
  readonly asOf?: string;
}

export interface Synthetic {
  readonly rows: readonly RecallRow[];
  readonly questions: readonly SyntheticQuestion[];
  readonly now: string;
}

interface Topic {
  readonly ask: (who: string) => string;
  /** Asked in other words, which a related word answers. */
  readonly askOtherwise: (who: string) => string;
  readonly tell: (value: string) => string;
  readonly opener: string;
  readonly distil: (who: string, value: string) => string;
}

const topics: readonly Topic[] = [
  {
    ask: (who) => `Which dog breed does ${who} have?`,
    askOtherwise: (who) => `What pet does ${who} have at home?`,
    tell: (value) => `We finally have a dog, a ${value}, and the whole flat is upside down`,
    opener: "Is there anything new with the dog?",
    distil: (who, value) => `${who} has a ${value} dog`,
  },
  {
    ask: (who) => `Which firm does ${who} work for?`,
    askOtherwise: (who) => `What is the name of the company that pays ${who}?`,
    tell: (value) => `I signed with the firm ${value}, the work starts on Monday`,
    opener: "How is the search for work going?",
    distil: (who, value) => `${who} works for the firm ${value}`,
  },
  {
    ask: (who) => `Which street did ${who} move to?`,
    askOtherwise: (who) => `Where did ${who} relocate to?`,
    tell: (value) => `The boxes are packed, we move to ${value} street this month`,
    opener: "Did you find a street you like?",
    distil: (who, value) => `${who} moved to ${value} street`,
  },
  {
    ask: (who) => `Which violin teacher does ${who} see?`,
    askOtherwise: (who) => `Who is the instructor of ${who} for the violin?`,
    tell: (value) => `My violin teacher ${value} says I rush the slow parts`,
    opener: "And how are the violin lessons?",
    distil: (who, value) => `${who} learns the violin with ${value}`,
  },
  {
    ask: (who) => `Which medicine does ${who} take for the allergy?`,
    askOtherwise: (who) => `What pill helps ${who} against being allergic?`,
    tell: (value) => `The allergy is better since I take the medicine ${value} at night`,
    opener: "Is the allergy still bad?",
    distil: (who, value) => `${who} takes the medicine ${value} for an allergy`,
  },
];

const people =
  "Ada Bruno Carla Deniz Elif Farid Greta Hugo Ines Jonas Kira Leo Mona Nils Olga Pavel Rosa Sven Tara Uwe".split(" ");
const chatter = [
  "Wow, that sounds great, thanks for telling me!",
  "The weather was dull all week and I mostly read",
  "My cousin also talks about her work and the dog all day",
  "I should move my body more, maybe a lesson in dancing",
  "That street near the station was closed again",
  "Did you see the match? I fell asleep",
  "No medicine helps against the noise next door",
  "I have to go now, see you soon!",
];

const start = Date.UTC(2024, 0, 8, 9);
const weekMs = 7 * 86_400_000;
const rounds = 3;

export function makeSynthetic(seed: number): Synthetic {
  const random = createRandom(seed);
  const rows: RecallRow[] = [];
  const questions: SyntheticQuestion[] = [];
  let sessions = 0;
  for (const [p, who] of people.entries()) {
    for (const [t, topic] of topics.entries()) {
      const told: { line: string; fact: string; value: string; at: number }[] = [];
      for (let round = 0; round < rounds; round++) {
        const at = start + (sessions % 110) * weekMs;
        const value = `${wordOf(6_000 + ((p * topics.length + t) * rounds + round) * 17)}en`;
        const conversation = `session-${sessions}`;
        sessions += 1;
        const line = addTalk(rows, {
          conversation,
          at,
          who,
          other: people[(p + 7) % people.length] ?? "Zoe",
          topic,
          value,
          random,
        });
        told.push({ line, fact: `fact-${who}-${t}-${round}`, value, at });
      }
      told.sort((a, b) => a.at - b.at);
      addFacts(rows, { told, who, topic });
      questions.push(...questionsOf(told, { who, topic }));
    }
  }
  return { rows, questions, now: new Date(start + 130 * weekMs).toISOString() };
}

interface Told {
  readonly line: string;
  readonly fact: string;
  readonly value: string;
  readonly at: number;
}

function addTalk(
  rows: RecallRow[],
  {
    conversation,
    at,
    who,
    other,
    topic,
    value,
    random,
  }: { conversation: string; at: number; who: string; other: string; topic: Topic; value: string; random: Random },
): string {
  const lines: { speaker: string; text: string }[] = [];
  const chat = (speaker: string) => {
    lines.push({ speaker, text: chatter[Math.floor(random() * chatter.length)] ?? "" });
  };
  for (let i = Math.floor(random() * 3); i >= 0; i--) chat(i % 2 ? who : other);
  lines.push({ speaker: other, text: topic.opener });
  const told = lines.length;
  lines.push({ speaker: who, text: topic.tell(value) });
  for (let i = Math.floor(random() * 4); i >= 0; i--) chat(i % 2 ? who : other);
  for (const [i, { speaker, text }] of lines.entries()) {
    const occurredAt = new Date(at + i * 60_000).toISOString();
    rows.push({ id: `${conversation}-${i}`, kind: "entry", text, speaker, occurredAt, conversation, seq: i + 1 });
  }
  return `${conversation}-${told}`;
}

function addFacts(rows: RecallRow[], { told, who, topic }: { told: readonly Told[]; who: string; topic: Topic }): void {
  for (const [i, { fact, value, at }] of told.entries()) {
    const next = told[i + 1];
    rows.push({
      id: fact,
      kind: "fact",
      text: topic.distil(who, value),
      validFrom: new Date(at).toISOString(),
      validTo: next ? new Date(next.at).toISOString() : null,
    });
  }
}

function questionsOf(
  told: readonly Told[],
  { who, topic }: { who: string; topic: Topic },
): readonly SyntheticQuestion[] {
  const last = told.at(-1);
  const first = told[0];
  if (!last || !first || told.length < 2) return [];
  const superseded = told.slice(0, -1).map(({ fact }) => fact);
  const now = [last.fact, last.line];
  const lines = told.map(({ line }) => line);
  return [
    { text: topic.ask(who), type: "direct", relevant: [...lines, last.fact], forbidden: superseded },
    { text: topic.askOtherwise(who), type: "related", relevant: [...lines, last.fact], forbidden: superseded },
    { text: `When did ${who} say ${first.value}?`, type: "when", relevant: [first.line], forbidden: superseded },
    { text: `${topic.ask(who)} It is ${last.value}`, type: "fact", relevant: now, forbidden: superseded },
    {
      text: topic.ask(who),
      type: "past",
      relevant: [first.fact],
      forbidden: told.slice(1).map(({ fact }) => fact),
      asOf: new Date(first.at + 3_600_000).toISOString(),
    },
  ];
}
