import type { Ask, AskOrigin } from "@reef/protocol/ask";
import { describe, expect, it } from "vitest";
import { GatewayError } from "../connection.ts";
import { type AskThere, carryAnswer, compareOutcome } from "./carry-answer.ts";
import { type Outcome, readOutcome } from "./outcome.ts";

const signal = new AbortController().signal;
const refusal = (retryable = false) => new GatewayError("refused", "no", { gatewayCode: "INVALID_REQUEST", retryable });

/** A gateway that answers each method with a value, or throws it. */
function answering(answers: Readonly<Record<string, unknown>>) {
  const asked: (readonly [string, unknown])[] = [];
  return {
    asked,
    async request(method: string, params: unknown): Promise<unknown> {
      asked.push([method, params]);
      const answer = answers[method];
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

async function outcomeOf(kind: AskOrigin["kind"], payload: unknown): Promise<Outcome> {
  const method = kind === "question" ? "question.get" : "approval.get";
  return readOutcome(answering({ [method]: payload }), { kind, id: "a" }, signal);
}

function ask(answer: string | null, origin: Partial<AskOrigin> = {}, rest: Partial<Ask> = {}): AskThere {
  return {
    answer,
    options: ["Red", "Blue"],
    freeText: true,
    id: "ask_1",
    ...rest,
    origin: { kind: "question", id: "q", key: "question:1:q", questionId: "one", expiresAt: null, ...origin },
  } as AskThere;
}

describe("how something was settled at a gateway", () => {
  it("AS3: what the gateway says, and nothing that it does not", async () => {
    const approval = (status: string, more = {}) => ({ approval: { status, ...more } });
    const words = async (payload: unknown, kind: AskOrigin["kind"] = "exec") => {
      const outcome = await outcomeOf(kind, payload);
      return outcome.state === "withdrawn" ? outcome.note : outcome.state;
    };
    expect(await words(approval("pending"))).toBe("pending");
    expect(await words(approval("allowed", { decision: "allow-once", reason: "user" }))).toBe("answered");
    expect(await words(approval("denied", { decision: "deny", reason: "user" }))).toBe("answered");
    expect(await words(approval("denied", { decision: "deny", reason: "no-route" }))).toBe("OpenClaw withdrew this.");
    expect(await words(approval("expired", { reason: "timeout" }))).toBe("It expired in OpenClaw.");
    expect(await words(approval("cancelled", { reason: "run-aborted" }))).toBe("Its run was stopped.");
    expect(await words(approval("allowed", { decision: "burn" }))).toBe("OpenClaw withdrew this.");
    expect(await words({ question: { status: "answered", answers: { answers: { one: ["Red"] } } } }, "question")).toBe(
      "answered",
    );
    expect(await words({ question: { status: "answered", answers: 7 } }, "question")).toBe("OpenClaw withdrew this.");
    for (const odd of [null, {}, "x", { approval: null }]) {
      expect(await words(odd)).toBe("OpenClaw no longer waits for this.");
      expect(await words(odd, "question")).toBe("OpenClaw no longer waits for this.");
    }
    expect(await words(refusal())).toBe("OpenClaw no longer waits for this.");
    await expect(words(refusal(true))).rejects.toThrow("no");
    await expect(words(new GatewayError("disconnected", "gone"))).rejects.toThrow("gone");
  });
});

describe("an answer on its way to a gateway", () => {
  it("AS3: questions asked together are one request, with each answer as it was offered", async () => {
    const gateway = answering({ "question.resolve": {} });
    const several = ask("Red, Blue", { questionId: "two", multiple: true, ownWords: false });
    expect(await carryAnswer(gateway, [ask("Red"), several], signal)).toEqual({ delivery: "sent", note: null });
    expect(gateway.asked).toEqual([
      [
        "question.resolve",
        {
          id: "q",
          answers: { answers: { one: ["Red"], two: ["Red", "Blue"] } },
          resolutionId: "ask_1",
          resolvedBy: "Reef",
        },
      ],
    ]);
  });

  it("AS3: a refusal of what still waits is no end there, and says so", async () => {
    const gateway = answering({
      "exec.approval.resolve": refusal(),
      "approval.get": { approval: { status: "pending" } },
    });
    const approval = ask("Allow once", { kind: "exec", id: "a" });
    expect(await carryAnswer(gateway, [approval], signal)).toEqual({
      delivery: "too_late",
      note: "OpenClaw refused this answer; give it in OpenClaw. (no)",
    });
    const away = answering({ "exec.approval.resolve": new GatewayError("disconnected", "gone") });
    await expect(carryAnswer(away, [approval], signal)).rejects.toThrow("gone");
  });

  it("AS1: the same answer given twice is one answer, another is not", () => {
    const answered = (values: readonly string[]) =>
      ({ state: "answered", answers: new Map([["one", values]]) }) as const;
    expect(compareOutcome([ask("red ")], answered(["Red"]))).toEqual({ delivery: "sent", note: null });
    expect(compareOutcome([ask("Red")], answered(["Blue"]))).toEqual({
      delivery: "too_late",
      note: "It was answered in OpenClaw before: Blue.",
    });
    expect(compareOutcome([ask("Red")], answered([])).delivery).toBe("too_late");
  });
});
