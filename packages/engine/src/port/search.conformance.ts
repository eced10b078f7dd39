/** Tests what every store must find: the contract of `search` in port/queries.ts. */
import { describe, expect, it } from "vitest";
import { entrySeed, openKit } from "../testing/seeds.ts";
import type { OpenEmptyStore } from "./store.conformance.ts";

const first = { limit: 100, cursor: null };

export function describeStoreSearch(name: string, open: OpenEmptyStore): void {
  describe(`${name}: search`, () => {
    it("finds what persons, bots, other sessions and tools said, newest first, with the part that was asked for", async () => {
      await using kit = await openKit(open);
      const [one, two] = [await kit.session(), await kit.session()];
      const say = async (
        session: typeof one,
        text: string,
        kind: "person" | "bot" | "tool_result" | "notice" = "bot",
      ) => {
        kit.clock.advance(1);
        await kit.commit({ op: "entry.append", entry: entrySeed(session, text, { kind }) });
      };
      await say(one, "The whale swims north", "person");
      await say(two, "A WHALE was seen by the tool", "tool_result");
      await say(one, "no fish here");
      await say(one, "whale, says a notice", "notice");
      await say(two, "whales are not the same word");
      const { items, next } = await kit.store.read.search("whale ", first);
      expect(items.map(({ entry }) => entry.text)).toEqual(["A WHALE was seen by the tool", "The whale swims north"]);
      expect(items.map(({ session }) => session.id)).toEqual([two, one]);
      expect(items.map(({ snippet: { text, marks } }) => marks.map(([from, to]) => text.slice(from, to)))).toEqual([
        ["WHALE"],
        ["whale"],
      ]);
      expect(next).toBeNull();
      expect((await kit.store.read.search("whal", first)).items).toHaveLength(3);
    });

    it("pages follow on each other, and a strange cursor is refused", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      for (let index = 0; index < 11; index++) {
        kit.clock.advance(1);
        await kit.commit({ op: "entry.append", entry: entrySeed(session, `find number${index}`) });
      }
      const seen: number[] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await kit.store.read.search("find ", { limit: 4, cursor });
        seen.push(...page.items.map(({ entry }) => entry.seq));
        cursor = page.next;
        if (cursor === null) break;
      }
      expect(seen).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
      await expect(kit.store.read.search("find ", { limit: 4, cursor: "nonsense!" })).rejects.toMatchObject({
        code: "invalid_request",
      });
    });

    it("a deleted session is not found again, and what comes in its place is", async () => {
      await using kit = await openKit(open);
      const [kept, gone] = [await kit.session(), await kit.session()];
      await kit.commit({ op: "entry.append", entry: entrySeed(kept, "secret one") });
      for (const text of ["secret two", "secret three"]) {
        await kit.commit({ op: "entry.append", entry: entrySeed(gone, text) });
      }
      const texts = async (q: string) =>
        (await kit.store.read.search(q, first)).items.map(({ entry }) => entry.text).toSorted();
      expect(await texts("secret ")).toEqual(["secret one", "secret three", "secret two"]);
      await kit.commit({ op: "session.delete", id: gone });
      expect(await texts("secret ")).toEqual(["secret one"]);
      await kit.commit({ op: "entry.append", entry: entrySeed(kept, "something else") });
      expect(await texts("something ")).toEqual(["something else"]);
      expect(await texts("secret ")).toEqual(["secret one"]);
    });

    it("finds words of every script, and no question can break it", async () => {
      await using kit = await openKit(open);
      const session = await kit.session();
      const texts = [
        "彼は東京都に住んでいる",
        "Ёлка стоит",
        "नमस्ते दुनिया",
        "ไปเที่ยวทะเล",
        "naïve Ångström",
        "ship it 🚀",
      ];
      for (const text of texts) await kit.commit({ op: "entry.append", entry: entrySeed(session, text) });
      const found = async (q: string) => (await kit.store.read.search(q, first)).items.map(({ entry }) => entry.text);
      expect(await found("東京都")).toEqual([texts[0]]);
      expect(await found("都")).toEqual([texts[0]]);
      expect(await found("ёлка ")).toEqual([texts[1]]);
      expect(await found("दुनिया ")).toEqual([texts[2]]);
      expect(await found("ทะเล")).toEqual([texts[3]]);
      expect(await found("angstrom naive ")).toEqual([texts[4]]);
      expect(await found("🚀")).toEqual([texts[5]]);
      for (const q of [
        '"',
        "*",
        "a OR b",
        "NEAR(a b)",
        "terms:x",
        "-x",
        "^x",
        '" OR "',
        "'); DROP TABLE found; --",
        "\0",
        "(",
        "{a b}",
      ]) {
        await expect(found(q), q).resolves.toEqual([]);
      }
      expect(await found("  ")).toEqual([]);
    });
  });
}
