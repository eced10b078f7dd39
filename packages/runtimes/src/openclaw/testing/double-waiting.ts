/**
 * Simulates what waits for a person at the gateway double: approvals of commands in guarded sessions, approvals of
 * plugins, and questions of `ask_user`. As on the real one, each is settled once, a question is known for a while after
 * its end, and a start of the process leaves nothing waiting. It refuses what the real one refuses.
 */
import { framed, nowMs } from "./double-rows.ts";

type Json = Readonly<Record<string, unknown>>;

/** Why the gateway refuses, with the reason that the real one gives. */
export class WaitingRefusal extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

interface Approval {
  readonly kind: "exec" | "plugin";
  readonly frame: Json;
  readonly runId: string | null;
  status: string;
  decision: string | null;
  reason: string | null;
  settle(decision: string): void;
}

interface Question {
  frame: Json;
  readonly runId: string | null;
  resolutionId: string | null;
  settle(text: string): void;
}

export interface Asking {
  readonly sessionKey: string | null;
  readonly agentId: string | null;
  readonly runId?: string;
  /** For a question: made by the double if left out. */
  readonly id?: string;
}

export interface DoubleWaiting {
  readonly answers: Readonly<Record<string, (params: Json) => unknown>>;
  /** Resolves with the decision; `deny` when the run is stopped. */
  approve(request: Json, asking: Asking & { readonly kind?: Approval["kind"] }): Promise<string>;
  /** Resolves with the result of the tool. */
  ask(questions: readonly Json[], asking: Asking): Promise<string>;
  /** Withdraws what the run waits for. */
  abort(runId: string): void;
  /** Ends everything that waits, as when its time is over. */
  expire(): void;
  /** Forgets questions that have ended, as the real one does after 15 s. */
  forget(): void;
  die(): void;
}

const waitsMs = 1_800_000;

export function createWaiting(emit: (event: string, payload: unknown) => void): DoubleWaiting {
  const approvals = new Map<string, Approval>();
  const questions = new Map<string, Question>();

  function settleApproval(
    id: string,
    given: Pick<Approval, "status" | "decision" | "reason">,
    by: string | null,
  ): void {
    const approval = approvals.get(id);
    if (approval === undefined || approval.status !== "pending") return;
    Object.assign(approval, given);
    const decision = given.decision ?? "deny";
    const { request } = approval.frame;
    emit(`${approval.kind}.approval.resolved`, { id, decision, resolvedBy: by, ts: nowMs(), request });
    approval.settle(decision);
  }

  function settleQuestion(id: string, fields: Json, text: string): void {
    const question = questions.get(id);
    if (question === undefined || question.frame.status !== "pending") return;
    question.frame = { ...question.frame, ...fields };
    const { status, answers } = question.frame;
    emit("question.resolved", { id, status, ...(answers !== undefined && { answers }) });
    question.settle(text);
  }

  function pendingQuestion(id: unknown): Question {
    const question = questions.get(String(id));
    if (question === undefined)
      throw new WaitingRefusal("QUESTION_NOT_FOUND", `question '${String(id)}' was not found`);
    if (question.frame.status !== "pending") {
      const { status } = question.frame;
      throw new WaitingRefusal("QUESTION_ALREADY_TERMINAL", `question '${String(id)}' is already ${String(status)}`);
    }
    return question;
  }

  function resolveApproval(kind: Approval["kind"], { id, decision }: Json): Json {
    const approval = approvals.get(String(id));
    if (approval === undefined || approval.kind !== kind) {
      throw new WaitingRefusal("APPROVAL_NOT_FOUND", "unknown or expired approval id");
    }
    if (approval.status !== "pending") {
      if (approval.decision === decision) return { ok: true };
      throw new WaitingRefusal("APPROVAL_ALREADY_RESOLVED", "approval already resolved");
    }
    const { allowedDecisions } = approval.frame.request as { readonly allowedDecisions?: readonly unknown[] };
    if (!(allowedDecisions ?? ["allow-once", "deny"]).includes(decision)) {
      throw new WaitingRefusal("APPROVAL_ALLOW_ALWAYS_UNAVAILABLE", `${String(decision)} is unavailable`);
    }
    const status = decision === "deny" ? "denied" : "allowed";
    settleApproval(String(id), { status, decision: String(decision), reason: "user" }, "Reef");
    return { ok: true };
  }

  const listOf = (kind: Approval["kind"]) => () =>
    [...approvals.values()].flatMap((each) =>
      each.kind === kind && each.status === "pending" ? [{ ...each.frame, approvalKind: kind }] : [],
    );

  return {
    answers: {
      "exec.approval.list": listOf("exec"),
      "plugin.approval.list": listOf("plugin"),
      "exec.approval.resolve": (params) => resolveApproval("exec", params),
      "plugin.approval.resolve": (params) => resolveApproval("plugin", params),
      "approval.get": ({ id }) => {
        const approval = approvals.get(String(id));
        if (approval === undefined) throw new WaitingRefusal("APPROVAL_NOT_FOUND", "approval not found");
        const { status, decision, reason } = approval;
        return { approval: { id, status, ...(status !== "pending" && { decision, reason }) } };
      },
      "question.list": () => ({
        questions: [...questions.values()].flatMap(({ frame }) => (frame.status === "pending" ? [frame] : [])),
      }),
      "question.get": ({ id }) => {
        const question = questions.get(String(id));
        if (question === undefined)
          throw new WaitingRefusal("QUESTION_NOT_FOUND", `question '${String(id)}' was not found`);
        return { question: question.frame };
      },
      "question.resolve": ({ id, answers, cancel, resolvedBy, resolutionId }) => {
        const question = pendingQuestion(id);
        if (cancel === true) {
          settleQuestion(String(id), { status: "cancelled", resolvedBy }, "The question was cancelled");
          return { status: "cancelled" };
        }
        const given = (answers as { readonly answers: Readonly<Record<string, readonly string[]>> }).answers;
        const lines = (question.frame.questions as readonly AskedQuestion[]).map((asked) => checked(asked, given));
        question.resolutionId = resolutionId === undefined ? null : String(resolutionId);
        settleQuestion(String(id), { status: "answered", answers: { answers: given }, resolvedBy }, lines.join("\n"));
        return { status: "answered", answers };
      },
    },
    approve(request, { kind = "exec", sessionKey, agentId, runId }) {
      const id = kind === "exec" ? crypto.randomUUID() : `plugin:${crypto.randomUUID()}`;
      const recorded = kind === "exec" ? (framed("exec.approval.requested", {}).request as Json) : {};
      const head = { id, createdAtMs: nowMs(), expiresAtMs: nowMs() + waitsMs };
      const frame = { ...head, request: { ...recorded, sessionKey, agentId, runId: runId ?? null, ...request } };
      return new Promise((settle) => {
        const fresh = { status: "pending", decision: null, reason: null };
        approvals.set(id, { kind, frame, runId: runId ?? null, settle, ...fresh });
        emit(`${kind}.approval.requested`, { approvalKind: kind, ...frame });
      });
    },
    ask(asked, { sessionKey, agentId, runId, id = `ask_${crypto.randomUUID().replaceAll("-", "")}` }) {
      const frame = framed("question.requested", {
        id,
        questions: asked,
        agentId: agentId ?? undefined,
        sessionKey: sessionKey ?? undefined,
        runId,
        createdAtMs: nowMs(),
        expiresAtMs: nowMs() + waitsMs,
      });
      return new Promise((settle) => {
        questions.set(id, { frame, runId: runId ?? null, resolutionId: null, settle });
        emit("question.requested", frame);
      });
    },
    abort(runId) {
      const cancelled = { status: "cancelled", decision: "deny", reason: "run-aborted" };
      for (const [id, each] of approvals) if (each.runId === runId) settleApproval(id, cancelled, null);
      for (const [id, each] of questions) if (each.runId === runId) settleQuestion(id, { status: "cancelled" }, "");
    },
    expire() {
      for (const id of approvals.keys())
        settleApproval(id, { status: "expired", decision: "deny", reason: "timeout" }, null);
      for (const id of questions.keys()) settleQuestion(id, { status: "expired" }, "No answer arrived");
    },
    forget() {
      for (const [id, { frame }] of questions) if (frame.status !== "pending") questions.delete(id);
    },
    die() {
      for (const each of approvals.values()) {
        if (each.status !== "pending") continue;
        Object.assign(each, { status: "cancelled", decision: "deny", reason: "gateway-restart" });
      }
      questions.clear();
    },
  };
}

interface AskedQuestion {
  readonly questionId: string;
  readonly header: string;
  readonly options: readonly { readonly label: string }[];
  readonly multiSelect?: boolean;
  readonly isOther?: boolean;
}

/** Returns the line of the result. */
function checked(asked: AskedQuestion, given: Readonly<Record<string, readonly string[]>>): string {
  const { questionId, options, multiSelect, isOther } = asked;
  const refuse = (why: string) => new WaitingRefusal("QUESTION_INVALID_ANSWER", `question '${questionId}' ${why}`);
  const values = given[questionId] ?? [];
  if (values.length === 0 || values.some((value) => value.trim() === "")) throw refuse("requires an answer");
  if (multiSelect !== true && values.length > 1) throw refuse("does not allow multiple answers");
  const isKnown = (value: string) => options.some(({ label }) => label === value);
  if (options.length > 0 && isOther !== true && !values.every(isKnown)) throw refuse("contains an unknown option");
  return `${asked.header}: ${values.join(", ")}`;
}
