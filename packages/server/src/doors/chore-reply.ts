/** Answers a front end's chore in its protocol; see `housekeeping.ts`. Nothing of it is kept. */
import type { Finished } from "./follow.ts";
import type { Dialect } from "./reply.ts";

export function answerChoreAs(dialect: Dialect, text: string, isStream: boolean): Response {
  const usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, unpricedCalls: 0 };
  const finished: Finished = { text, usage, by: "answer" };
  if (!isStream) return Response.json(dialect.whole(finished));
  const stream = `${dialect.begin()}${text === "" ? "" : dialect.text(text)}${dialect.end(finished)}`;
  return new Response(stream, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}
