/** Says in words, for a client that shows only text, that the bot waits for a person, and how to answer. */
import type { Ask } from "@reef/protocol/ask";

export function sayAsks(asks: readonly Ask[]): string {
  return asks.map(sayAsk).join("\n\n");
}

function sayAsk({ question, options, freeText }: Ask): string {
  const lines = question.split("\n").map((line) => `> ${line}`);
  const choices = options.map((option, n) => `${n + 1}. ${option}`);
  return [
    "**The bot is waiting for your answer:**",
    "",
    ...lines,
    ...(choices.length === 0 ? [] : ["", ...choices]),
    "",
    howToAnswer(options, freeText),
  ].join("\n");
}

function howToAnswer(options: readonly string[], freeText: boolean): string {
  const elsewhere = "or answer in Reef under “Needs you”";
  if (options.length === 0) return `Your next message here is the answer; ${elsewhere}.`;
  const words = freeText ? "one of these options, or your own words" : "one of these options";
  return `Your next message here is the answer: ${words}; ${elsewhere}.`;
}
