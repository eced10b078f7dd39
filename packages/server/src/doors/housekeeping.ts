/**
 * Recognises what chat front ends ask a model for themselves, beside the conversation: a title, tags, what to ask next,
 * or whether it answers at all.
 * Such a call is not something a person said to the bot, so it never enters a session. Its answer is made of the text it
 * quotes, without a model: no bot's money is spent on it.
 */
import type { Said } from "./said.ts";

type Chore = "title" | "tags" | "follow_ups" | "queries" | "emoji" | "completion" | "other";

/** Open WebUI's tasks, and what they are about. Its prompt with search results is a person's question, and is none. */
const openWebUiTask = /^\s*###\s*Task:\s*/;
const isQuestion = /^\s*###\s*Task:\s*Respond to the user query/i;
const choreOfTask: readonly (readonly [RegExp, Chore])[] = [
  [/\btitle\b/i, "title"],
  [/\btags?\b/i, "tags"],
  [/follow[- ]?up/i, "follow_ups"],
  [/\bquer(y|ies)\b/i, "queries"],
  [/\bemojis?\b|facial expression/i, "emoji"],
  [/autocompletion|complete the text/i, "completion"],
  [/<chat_history>|### Chat History/i, "other"],
];
/** LibreChat, Claude Code and others ask for a title in one sentence about a conversation, or in the system prompt. */
const titleSentence =
  /\b(?:provide|generate|write|create|come up with)\b[^\n]{0,160}\btitle\b[\s\S]{0,160}\b(?:the|this|following|coding) (?:conversation|chat|session)\b/i;
const longestChoreInstructions = 4_000;

export interface Asked {
  readonly said: readonly Said[];
  readonly instructions: string;
  /** The longest answer that the client wants. */
  readonly maxTokens: unknown;
}

/** Returns the answer to such a call; null for everything a person may have said. */
export function answerChore({ said, instructions, maxTokens }: Asked): string | null {
  const [first, ...others] = said;
  if (first?.by !== "person" || others.length > 0) return null;
  // An answer of one token is no answer: the client tries the address, the key, or its quota.
  if (typeof maxTokens === "number" && maxTokens <= 1) return "ok";
  const chore = choreOf(first.text, instructions);
  return chore === null ? null : sayChore(chore, first.text);
}

function choreOf(text: string, instructions: string): Chore | null {
  const asksInstructions =
    instructions.length < longestChoreInstructions && titleSentence.test(instructions.slice(0, 800));
  if (titleSentence.test(text.slice(0, 500)) || asksInstructions) return "title";
  if (!openWebUiTask.test(text) || isQuestion.test(text)) return null;
  const head = text.slice(0, 600);
  return choreOfTask.find(([pattern]) => pattern.test(head))?.[1] ?? (/<chat_history>/i.test(text) ? "other" : null);
}

function sayChore(chore: Chore, text: string): string {
  switch (chore) {
    case "title": {
      const title = titleOf(text);
      return /\bjson\b/i.test(text) ? JSON.stringify({ title }) : title;
    }
    case "tags":
    case "follow_ups":
    case "queries":
      return JSON.stringify({ [chore]: [] });
    case "completion":
      return JSON.stringify({ text: "" });
    case "emoji":
      return "💬";
    case "other":
      return "";
  }
}

const titleLength = 48;

/** The first words of the conversation that the prompt quotes. */
function titleOf(text: string): string {
  const [, quoted = ""] =
    /<chat_history>([\s\S]*?)<\/chat_history>/i.exec(text) ??
    /(?:conversation|chat history|message)s?:?\s*\n([\s\S]+)$/i.exec(text) ??
    [];
  const line = quoted
    .split("\n")
    .map((each) => each.replace(/^\s*(?:user|human|person)\s*:\s*/i, "").trim())
    .find((each) => each !== "" && !/^[#<>`{]/.test(each));
  const words = (line ?? "New conversation").replace(/\s+/g, " ");
  return words.length <= titleLength ? words : `${words.slice(0, titleLength).replace(/\s+\S*$/, "")}…`;
}
