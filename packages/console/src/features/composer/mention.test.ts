import type { BotId } from "@reef/protocol/ids";
import { expect, test } from "vitest";
import { botId, makeBot, makeSession, sessionId } from "../../testing/nouns.ts";
import { findRecipients, mentionAt, withoutMention } from "./mention.ts";

test("an @ begins a mention at the start of a word, up to the caret, and nowhere else", () => {
  expect(mentionAt("@be", 3)).toEqual({ start: 0, end: 3, query: "be" });
  expect(mentionAt("hi @", 4)).toEqual({ start: 3, end: 4, query: "" });
  expect(mentionAt("hi @bea there", 7)).toEqual({ start: 3, end: 7, query: "bea" });
  expect(mentionAt("mail a@b.example", 16)).toBeNull();
  expect(mentionAt("@bea there", 10)).toBeNull();
  expect(mentionAt("@bea", 0)).toBeNull();
});

test("a chosen mention leaves the text as if it had never been there", () => {
  const take = (text: string, caret: number): string => {
    const token = mentionAt(text, caret);
    return token ? withoutMention(text, token) : text;
  };
  expect(take("@bea hello", 4)).toBe("hello");
  expect(take("hello @bea now", 10)).toBe("hello now");
  expect(take("hello @", 7)).toBe("hello ");
});

test("a bot is reached in its newest own session, or in a new one; the session on screen is never offered", () => {
  const bots = new Map(["ada", "bea"].map((name): [BotId, ReturnType<typeof makeBot>] => [botId(name), makeBot(name)]));
  const sessions = [
    makeSession("here", { lastAt: "2026-01-05" }),
    makeSession("old", { lastAt: "2026-01-01" }),
    makeSession("child", { lastAt: "2026-01-04", parentId: sessionId("old") }),
    makeSession("plans", { lastAt: "2026-01-02" }),
    makeSession("gone", { lastAt: "2026-01-03", archivedAt: "2026-01-04" }),
  ];
  const find = (query: string) =>
    findRecipients({ query, here: sessionId("here"), bots, sessions }).map((to) =>
      to.type === "bot" ? `new ${to.botName}` : `${to.botName} ${to.title}`,
    );
  expect(find("")).toEqual(["ada plans", "new bea", "ada child", "ada old"]);
  expect(find("BE")).toEqual(["new bea"]);
  expect(find("ol")).toEqual(["ada old"]);
  expect(find("here")).toEqual([]);
});
