/** Reads how something that waited at a gateway was settled there, and words it for a person. */
import { z } from "zod";
import { type GatewayConnection, GatewayError } from "../connection.ts";
import { methodsOf, type WaitingKind } from "./waiting.ts";
import { labelOf } from "./words.ts";

export type Outcome =
  | { readonly state: "pending" }
  /** By question; an approval has its decision under the empty name. */
  | { readonly state: "answered"; readonly answers: ReadonlyMap<string, readonly string[]> }
  | { readonly state: "withdrawn"; readonly note: string };

const Approval = z.object({
  approval: z.object({ status: z.string(), decision: z.string().nullish(), reason: z.string().nullish() }),
});
const Answers = z.object({ answers: z.record(z.string().max(100), z.array(z.string().max(100_000)).max(50)) });
const Question = z.object({ question: z.object({ status: z.string(), answers: Answers.nullish().catch(null) }) });

/** Rejects with `GatewayError` only while the gateway is away or cannot answer now. */
export async function readOutcome(
  connection: Pick<GatewayConnection, "request">,
  { kind, id }: { readonly kind: WaitingKind; readonly id: string },
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const payload = await connection.request(methodsOf[kind].get, { id }, { signal });
    return (kind === "question" ? outcomeOfQuestion(payload) : outcomeOfApproval(payload)) ?? gone;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "refused" || error.retryable) throw error;
    return gone;
  }
}

/** It keeps a question for 15 s after its end, and none over a restart. */
const gone: Outcome = { state: "withdrawn", note: "OpenClaw no longer waits for this." };
const expired: Outcome = { state: "withdrawn", note: "It expired in OpenClaw." };

function outcomeOfApproval(payload: unknown): Outcome | null {
  const read = Approval.safeParse(payload);
  if (!read.success) return null;
  const { status, decision, reason } = read.data.approval;
  if (status === "pending") return { state: "pending" };
  if (status === "expired") return expired;
  const isByPerson = status === "allowed" || (status === "denied" && reason === "user");
  if (isByPerson && decision != null && labelOf(decision) !== null) {
    return { state: "answered", answers: new Map([["", [decision]]]) };
  }
  if (reason === "run-aborted") return { state: "withdrawn", note: "Its run was stopped." };
  if (reason === "gateway-restart") return { state: "withdrawn", note: "The OpenClaw gateway restarted." };
  return { state: "withdrawn", note: "OpenClaw withdrew this." };
}

function outcomeOfQuestion(payload: unknown): Outcome | null {
  const read = Question.safeParse(payload);
  if (!read.success) return null;
  const { status, answers } = read.data.question;
  if (status === "pending") return { state: "pending" };
  if (status === "expired") return expired;
  if (status === "answered" && answers) {
    return { state: "answered", answers: new Map(Object.entries(answers.answers)) };
  }
  return { state: "withdrawn", note: "OpenClaw withdrew this." };
}
