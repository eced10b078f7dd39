/** Asks a person and waits for the answer, durably and without a lane (AS1, AS2). */
import type { Ask } from "@reef/protocol/ask";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { makeId } from "../ids.ts";
import { defineTool, errorResult } from "./tool.ts";

export const askPerson = defineTool({
  name: "ask_person",
  description:
    "Asks the person you work for a question and waits for the answer, however long it takes. Use it only for what you cannot decide or find out yourself.",
  input: z.strictObject({
    question: z.string().min(1).max(20_000),
    options: z.array(z.string().min(1).max(500)).max(20).default([]).describe("Answers to choose from."),
    freeText: z
      .boolean()
      .default(true)
      .describe("Whether the person may answer in their own words instead of picking an option."),
    deadlineMinutes: z
      .int()
      .min(1)
      .max(525_600)
      .optional()
      .describe("After this many minutes without an answer, go on with the default. Without it, the wait has no end."),
    default: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe("The answer that counts if nobody answers before the deadline."),
  }),
  effects: { kind: "unit" },
  changes: "lasting",
  words: "person",
  tells: "person",
  folds: false,
  async run({ deps, session, turn, callId, startedAt }, input) {
    const { question, options, freeText, deadlineMinutes } = input;
    const ask = turn.id === null ? null : await deps.store.read.askOfCall(turn.id, callId, "question");
    if (ask === null) {
      const { openQuestions } = await deps.store.read.chain(turn.chainId);
      if (openQuestions >= deps.settings.chainLimits.openQuestions) {
        return errorResult(
          `refused: ${openQuestions} questions that follow from the same message are waiting for an answer; ask the rest once they are answered`,
        );
      }
      const id = makeId("ask");
      return {
        type: "wait",
        waits: [{ for: "ask", callId, askId: id }],
        until: null,
        ops: [
          { op: "chain.use", chainId: turn.chainId, of: "openQuestions", max: deps.settings.chainLimits.openQuestions },
          {
            op: "ask.open",
            ask: {
              id,
              kind: "question",
              sessionId: session.id,
              botId: session.botId,
              turnId: turn.id,
              callId,
              messageId: null,
              chainId: turn.chainId,
              question,
              options: [...new Set(options)],
              freeText: freeText || options.length === 0,
              ...(deadlineMinutes !== undefined && {
                deadlineAt: msToIso(isoToMs(startedAt) + deadlineMinutes * 60_000),
                ...(input.default !== undefined && { defaultAnswer: input.default }),
              }),
            },
          },
        ],
      };
    }
    switch (ask.state) {
      case "open":
        return { type: "wait", waits: [{ for: "ask", callId, askId: ask.id }], until: null };
      case "answered":
        return {
          type: "result",
          text: isByDeadline(ask) ? byDefault(ask) : `The person answered: ${ask.answer ?? ""}`,
        };
      case "cancelled":
        return errorResult("the question was cancelled without an answer");
    }
  },
});

function isByDeadline({ answer, defaultAnswer, deadlineAt, settledAt }: Ask): boolean {
  const isLate = deadlineAt !== undefined && settledAt !== null && settledAt >= deadlineAt;
  return isLate && (defaultAnswer === undefined || answer === defaultAnswer);
}

function byDefault({ answer, defaultAnswer }: Ask): string {
  return defaultAnswer === undefined
    ? (answer ?? "")
    : `Nobody answered before the deadline. Your default counts: ${defaultAnswer}`;
}
