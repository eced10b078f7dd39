import type { ChainId, SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import { expect, test } from "vitest";
import { botId, makeMessage, messageChanged, sessionId } from "../../testing/nouns.ts";
import { appendPage, foldMessages, type MessageList, type MessageView } from "./message-list.ts";

const all: MessageView = { state: null, botId: null, chainId: null, betweenBots: false, deadOnly: false };
const botOf = (id: SessionId) => (id === sessionId("a") ? botId("ada") : botId("ben"));
const list: MessageList = { items: [makeMessage("5"), makeMessage("3")], next: "more" };
const texts = ({ items }: MessageList) => items.map(({ text }) => text);
const fold = (message: Message, view: Partial<MessageView> = {}, from = list) =>
  foldMessages(from, [messageChanged(1, message)], { view: { ...all, ...view }, botOf });

test("MB6: a receipt that moves on is shown in place, and a message is never listed twice", () => {
  const once = fold(makeMessage("3", { state: "delivered" }));
  expect(texts(once)).toEqual(["5", "3"]);
  expect(once.items[1]?.state).toBe("delivered");
  expect(texts(fold(makeMessage("3", { state: "delivered" }), {}, once))).toEqual(["5", "3"]);
});

test("a new message comes in at its place; one older than what was read waits for its page", () => {
  expect(texts(fold(makeMessage("7")))).toEqual(["7", "5", "3"]);
  expect(texts(fold(makeMessage("4")))).toEqual(["5", "4", "3"]);
  expect(fold(makeMessage("1"))).toBe(list);
  expect(texts(fold(makeMessage("1"), {}, { ...list, next: null }))).toEqual(["5", "3", "1"]);
});

test("MB7: among dead letters, one that is retried or dismissed leaves", () => {
  const dead = { items: [makeMessage("5", { state: "dead" })], next: null };
  expect(texts(fold(makeMessage("5"), { deadOnly: true }, dead))).toEqual([]);
  const dismissed = makeMessage("5", { state: "dead", dismissedAt: "2026-01-31T13:00:00.000Z" });
  expect(texts(fold(dismissed, { deadOnly: true }, dead))).toEqual([]);
  expect(texts(fold(makeMessage("6", { state: "dead" }), { deadOnly: true }, dead))).toEqual(["6", "5"]);
});

test("a filter by bot takes either end, one by chain, state or senders what fits", () => {
  const from = { kind: "session", sessionId: sessionId("b"), botId: botId("ben"), botName: "Ben", title: "b" } as const;
  const message = makeMessage("7", { from });
  for (const view of [
    { botId: botId("ada") },
    { botId: botId("ben") },
    { betweenBots: true },
    { state: "queued" as const },
    { chainId: "chn_1" as ChainId },
  ]) {
    expect(texts(fold(message, view))).toEqual(["7", "5", "3"]);
  }
  for (const view of [{ botId: botId("cleo") }, { state: "dead" as const }, { chainId: "chn_2" as ChainId }]) {
    expect(fold(message, view)).toBe(list);
  }
  expect(fold(makeMessage("7"), { betweenBots: true })).toBe(list);
});

test("pages that overlap are joined without a double", () => {
  const page = { items: [makeMessage("3"), makeMessage("2")], next: null };
  expect(texts(appendPage(list, page))).toEqual(["5", "3", "2"]);
});
