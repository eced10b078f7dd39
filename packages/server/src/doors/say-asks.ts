/** Says in words, for a client that shows only text, that the bot waits for a person, and how to answer. */
import type { Ask } from "@reef/protocol/ask";
import { toCompared } from "./said.ts";

const askMark = "**The bot is waiting for your answer:**";

/** True if the text shows this ask. */
export function showsAsk(text: string, { question }: Ask): boolean {
  return text.includes(askMark) && toCompared(text).includes(toCompared(quoted(question)));
}

/** Returns what the bot said before it asked. */
export function withoutAsks(text: string): string {
  const at = text.indexOf(askMark);
  return at < 0 ? text : text.slice(0, at);
}

export function sayAsks(asks: readonly Ask[]): string {
  return asks.map(sayAsk).join("\n\n");
}

function sayAsk({ question, options, freeText }: Ask): string {
  const choices = options.map((option, n) => `${n + 1}. ${option}`);
  return [
    askMark,
    "",
    quoted(question),
    ...(choices.length === 0 ? [] : ["", ...choices]),
    "",
    howToAnswer(options, freeText),
  ].join("\n");
}

function quoted(question: string): string {
  return question
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function howToAnswer(options: readonly string[], freeText: boolean): string {
  const elsewhere = "or answer in Reef under “Needs you”";
  if (options.length === 0) return `Your next message here is the answer; ${elsewhere}.`;
  const words = freeText ? "one of these options, or your own words" : "one of these options";
  return `Your next message here is the answer: ${words}; ${elsewhere}.`;
}
