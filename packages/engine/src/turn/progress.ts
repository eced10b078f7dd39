/**
 * Commits the progress of a runtime that works by itself before it answers. The note of a run elsewhere is on disk
 * before the run is requested, so a later worker knows of it (TU2); its calls are in the transcript like any others,
 * each once.
 */
import { assertNever } from "@reef/protocol/error";
import { makeId } from "../ids.ts";
import type { CallCost, RuntimeStep } from "../port/runtime.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import { boundRanCall, boundText } from "./bounded-step.ts";
import { resultOps } from "./call-result.ts";
import { commitStep } from "./commit-step.ts";
import type { OpenTurn } from "./open-turn.ts";

export type Progress = Extract<RuntimeStep, { type: "note" | "tool" | "said" | "notice" | "paid" }>;

export async function commitProgress(open: OpenTurn, step: Progress): Promise<void> {
  const ops = await progressOps(open, step);
  if (ops.length > 0) await commitStep(open, ...ops);
}

async function progressOps(open: OpenTurn, step: Progress): Promise<readonly (Op | TurnOp)[]> {
  const head = { id: makeId("entry"), sessionId: open.session.id, turnId: open.turn.id };
  switch (step.type) {
    case "note":
      return [
        { op: "turn.remote", remote: step.remote, isProgress: step.isProgress ?? false },
        ...(step.modelCalls ?? []).map((cost) => callOp("model", cost)),
      ];
    case "notice": {
      const notice = { type: step.about === "model" ? ("model" as const) : ("runtime" as const) };
      return [{ op: "entry.append", entry: { ...head, kind: "notice", text: step.text, notice } }];
    }
    case "paid":
      return [callOp("retry", step)];
    case "said": {
      const { externalId } = step;
      const { text, files, notice } = await boundText(open, step.text);
      const entry = {
        ...head,
        kind: "bot" as const,
        text,
        ...(externalId === undefined ? {} : { externalId }),
        ...(files.length > 0 && { attachments: [...files] }),
      };
      const long = { ...head, id: makeId("entry"), kind: "notice" as const, notice: { type: "model" as const } };
      return [
        { op: "entry.append", entry },
        ...(notice === null ? [] : [{ op: "entry.append" as const, entry: { ...long, text: notice } }]),
      ];
    }
    case "tool":
      return toolOps(open, step);
    default:
      return assertNever(step);
  }
}

function callOp(kind: "model" | "retry", { inputTokens, outputTokens, costUsd, facts }: CallCost): TurnOp {
  const step = { kind, callId: null, tool: null, entryId: null, durationMs: 0, inputTokens, outputTokens };
  return { op: "turn.step", step: { ...step, ...(costUsd !== undefined && { costUsd }), ...facts } };
}

async function toolOps(open: OpenTurn, step: Extract<Progress, { type: "tool" }>): Promise<readonly (Op | TurnOp)[]> {
  const { callId, name, isError, durationMs } = step;
  const isKnown = open.entries.some(({ turnId, tool }) => turnId === open.turn.id && tool?.callId === callId);
  if (isKnown) return [];
  const { input, text, files } = await boundRanCall(open, step);
  return [
    {
      op: "entry.append",
      entry: {
        id: makeId("entry"),
        sessionId: open.session.id,
        kind: "tool_call",
        text: "",
        turnId: open.turn.id,
        tool: { callId, name, input },
      },
    },
    ...resultOps(open, { callId, name, input }, { outcome: { text, isError, files }, durationMs }),
  ];
}
