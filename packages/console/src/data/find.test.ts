import { expect, test } from "vitest";
import { makeSession, makeTopic } from "../testing/nouns.ts";
import { findSessions, findTopics, readQuery } from "./find.ts";

test("a first sign asks for one kind alone, and the rest are the words", () => {
  expect(readQuery("> stop")).toEqual({ only: "commands", words: "stop" });
  expect(readQuery("@ada")).toEqual({ only: "bots", words: "ada" });
  expect(readQuery("#dev ")).toEqual({ only: "topics", words: "dev" });
  expect(readQuery(" a > b ")).toEqual({ only: null, words: "a > b" });
});

test("without words: what needs a person first, then what was last used; never what is archived", () => {
  const sessions = [
    makeSession("1", { lastAt: "2026-01-01T00:00:00.000Z", openAsks: 1 }),
    makeSession("2", { lastAt: "2026-01-03T00:00:00.000Z" }),
    makeSession("3", { lastAt: "2026-01-02T00:00:00.000Z" }),
    makeSession("4", { lastAt: "2026-01-04T00:00:00.000Z", archivedAt: "2026-01-05T00:00:00.000Z" }),
  ];
  const found = findSessions({
    sessions: new Map(sessions.map((each) => [each.id, each])),
    bots: undefined,
    query: "",
  });
  expect(found.map(({ title }) => title)).toEqual(["1", "2", "3"]);
});

test("topics are found by any part of their name", () => {
  expect(findTopics([makeTopic("dev", 1), makeTopic("lab", 2)], "ab").map(({ name }) => name)).toEqual(["lab"]);
});
