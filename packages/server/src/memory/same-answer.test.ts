/**
 * Tests that one question finds the same texts in transcripts, in the in-memory model and in memories, because all
 * share one definition of a word.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openModelStore } from "@reef/engine/model/store";
import { entrySeed, openKit } from "@reef/engine/testing/seeds";
import { openBotIndex } from "@reef/recall/index/bot-index";
import { createSearcher } from "@reef/recall/index/search";
import { openSqliteStore } from "@reef/store/sqlite/open";
import { afterAll, beforeAll, expect, test } from "vitest";

const texts = {
  street: "Die Hauptstraße ist gesperrt",
  capitals: "GROẞE GASSE",
  ligature: "the ﬁle was oﬃcially moved",
  danish: "smørrebrød fra Ærø",
  polish: "Łódź jest duża",
  tokyo: "彼は東京都に住んでいる。",
  kyoto: "東京と京都",
  katakana: "ガイドブック",
  thai: "ไปเที่ยวทะเล",
  korean: "서울에서 만나요",
  composed: "caf\u00e9 cr\u00e8me",
  decomposed: "re\u0301sume\u0301",
  turkish: "İstanbul ılık",
  arabic: "مُحَمَّد كَتَبَ",
  digits: "رقم ٣٤٥",
  hebrew: "שָׁלוֹם עולם",
  greek: "ΟΔΥΣΣΕΥΣ και Σίσυφος",
  wide: "Ｒｅｅｆ ２０２６",
  half: "ﾊﾞﾅﾅ",
  rocket: "lift off 🚀",
  family: "hello 👩‍💻",
  flag: "moved to 🇩🇪",
  heart: "with ❤️",
  deployment: "The deployment failed twice",
  happiness: "organizational happiness",
  snake: "set foo_bar to seven",
  camel: "call fooBarBaz again",
  apart: "foo stands far from bar",
  dotted: "see kappa.lambda.omega",
  path: "open /srv/data/config.yaml now",
  version: "upgrade to v3.14.15 soon",
  address: "write to ada@lovelace.example",
  hyphen: "a state-of-the-art engine",
  soft: "Donau\u00addampf\u00adschiff",
  joiner: "می\u200cخواهم",
  apostrophe: "Beatrice's bicycle",
  order: "violet elephant dances",
  reverse: "elephant violet sleeps",
} as const;
type Name = keyof typeof texts;
const names = Object.keys(texts) as Name[];

const questions: readonly (readonly [question: string, ...found: Name[]])[] = [
  ["hauptstrasse", "street"],
  ["HAUPTSTRASSE ", "street"],
  ["Hauptstraße", "street"],
  ["hauptstr", "street"],
  ["grosse", "capitals"],
  ["file ", "ligature"],
  ["ﬁle", "ligature"],
  ["officially", "ligature"],
  ["smorrebrod", "danish"],
  ["aero", "danish"],
  ["lodz", "polish"],
  ["ŁÓDŹ", "polish"],
  ["東京", "tokyo", "kyoto"],
  ["東京都", "tokyo"],
  ["京都", "tokyo", "kyoto"],
  ["都", "tokyo", "kyoto"],
  ["北京"],
  ["ガイド", "katakana"],
  ["ｶﾞｲﾄﾞ", "katakana"],
  ["カイト"],
  ["ทะเล", "thai"],
  ["เที่ยว", "thai"],
  ["서울", "korean"],
  ["서울에서 ", "korean"],
  ["cafe ", "composed"],
  ["cafe\u0301 ", "composed"],
  ["CR\u00c8ME", "composed"],
  ["resume", "decomposed"],
  ["r\u00e9sum\u00e9 ", "decomposed"],
  ["istanbul", "turkish"],
  ["ISTANBUL", "turkish"],
  ["ilik", "turkish"],
  ["محمد", "arabic"],
  ["مُحَمَّد", "arabic"],
  ["345", "digits"],
  ["שלום", "hebrew"],
  ["שָׁלוֹם ", "hebrew"],
  ["οδυσσευς", "greek"],
  ["ΣΙΣΥΦΟΣ ", "greek"],
  ["σίσυφοσ", "greek"],
  ["reef", "wide"],
  ["2026", "wide"],
  ["バナナ", "half"],
  ["🚀", "rocket"],
  ["💻", "family"],
  ["👩‍💻", "family"],
  ["🇩🇪", "flag"],
  ["🇪🇩"],
  ["❤", "heart"],
  ["deplo", "deployment"],
  ["depl", "deployment"],
  ["dep", "deployment"],
  ["deployme", "deployment"],
  ["deployment", "deployment"],
  ["ployment"],
  ["organizatio", "happiness"],
  ["happ", "happiness"],
  ["foo_bar", "snake", "camel"],
  ["foo_ba", "snake", "camel"],
  ["fooBarBaz", "camel"],
  ["foobarbaz ", "camel"],
  ["BarBaz"],
  ["baz", "camel"],
  ["kappa.lambda", "dotted"],
  ["kappa.omega"],
  ["lambda.omega", "dotted"],
  ["data/config.yaml", "path"],
  ["/srv/data", "path"],
  ["config.json"],
  ["3.14"],
  ["v3.14.15", "version"],
  ["v3.14.1", "version"],
  ["ada@lovelace", "address"],
  ["state-of-the-art", "hyphen"],
  ["donaudampfschiff", "soft"],
  ["Donau\u00addampf", "soft"],
  ["میخواهم", "joiner"],
  ["beatrice's", "apostrophe"],
  ["beatrice’s bicycle ", "apostrophe"],
  ['"violet elephant"', "order"],
  ["“elephant violet”", "reverse"],
  ['"violet dances"'],
  ["violet elephant ", "order", "reverse"],
  ['"violet eleph', "order"],
  ['"elephant dan', "order"],
  ["foo_b", "snake", "camel"],
];

const folder = mkdtempSync(join(tmpdir(), "reef-same-answer-"));
const index = openBotIndex(":memory:");
const searcher = createSearcher(index);
const searches = new Map<string, (question: string) => Promise<readonly Name[]>>();
const closing: AsyncDisposable[] = [];

beforeAll(async () => {
  for (const [name, kit] of [
    ["transcripts", await openKit((clock) => openSqliteStore({ folder, clock }))],
    ["the in-memory model", await openKit(async (clock) => openModelStore({ clock }))],
  ] as const) {
    closing.push(kit);
    const session = await kit.session();
    for (const text of Object.values(texts)) await kit.commit({ op: "entry.append", entry: entrySeed(session, text) });
    searches.set(name, async (question) => {
      const { items } = await kit.store.read.search(question, { limit: 100, cursor: null });
      return names.filter((each) => items.some(({ entry }) => entry.text === texts[each]));
    });
  }
  const changes = names.map((id) => ({ type: "put", row: { id, kind: "fact", text: texts[id] } }) as const);
  index.apply({ after: 0, through: 1, changes });
  searches.set("memories", async (text) => {
    const { hits } = searcher.search({ text, isTyped: true, k: 100, now: "2026-03-11T12:00:00.000Z" });
    return names.filter((each) => hits.some(({ id }) => id === each));
  });
});

afterAll(async () => {
  for (const each of closing) await each[Symbol.asyncDispose]();
  index[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

for (const where of ["transcripts", "the in-memory model", "memories"]) {
  test.each(questions)(`ME9: %s finds the same texts as everywhere in ${where}`, async (question, ...found) => {
    expect(await searches.get(where)?.(question)).toEqual(found);
  });
}
