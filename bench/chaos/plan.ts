/**
 * What the scripted model does with a message stands in the message itself, as a plan. The script is a function of the
 * conversation alone, so a turn that goes on after a crash, on whichever worker, goes on with the same plan.
 */
import type { ModelRequest, Script } from "@reef/runtimes/testing/model-script";

export interface PlannedCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Plan {
  /** Found again in transcripts and in the outside ledger. */
  readonly marker: string;
  /** Before each answer of the model. */
  readonly delayMs: number;
  /** One after the other, each in an answer of its own. */
  readonly calls: readonly PlannedCall[];
  /** The model refuses it each time, in a way that no retry mends: its message is to become a dead letter. */
  readonly isPoison?: boolean;
}

const planPattern = /plan\(([\w-]+)\)/g;
/** Memories and summaries quote the plans of other messages. */
const quotedPattern = /<(memory|conversation_summary)(?: [^>]*)? k="(\w+)">[\s\S]*?<\/\1 k="\2">/g;

export function planToText(plan: Plan): string {
  return `${plan.marker} plan(${Buffer.from(JSON.stringify(plan)).toString("base64url")})`;
}

/** The words that end the turn of a message: exactly one entry of a transcript has them. */
export function lastWords(marker: string): string {
  return `did ${marker}`;
}

/** Words without a meaning, for a message that asks for nothing: a reply, a result, a summary. */
const noted = "noted";

function findPlan(text: string): Plan | null {
  const [, encoded] = [...text.replace(quotedPattern, "").matchAll(planPattern)].at(-1) ?? [];
  return encoded === undefined ? null : (JSON.parse(Buffer.from(encoded, "base64url").toString()) as Plan);
}

export function answerByPlan({ messages }: Pick<ModelRequest, "messages">): Script {
  const at = messages.findLastIndex(({ role, text }) => role === "user" && findPlan(text) !== null);
  const plan = at < 0 ? null : findPlan(messages[at]?.text ?? "");
  const after = messages.slice(at + 1);
  // Reef itself may put words of an assistant between a result and a notice.
  const isDone = after.some(({ role, text }) => role === "assistant" && text === lastWords(plan?.marker ?? ""));
  if (plan === null || isDone) return { text: noted };
  if (plan.isPoison === true) return { fail: { status: 400, message: "this model never answers this" } };
  const results = after.filter(({ role }) => role === "tool").length;
  const next = plan.calls[results];
  const pace = { delayMs: plan.delayMs };
  return next === undefined
    ? { ...pace, text: lastWords(plan.marker), chunks: 3, gapMs: 5 }
    : { ...pace, calls: [{ name: next.tool, input: next.input }] };
}
