/**
 * Checks a reported result against the contract of its task (SU4): first its form, then what a machine can find, then a
 * person's word. How often a report broke it follows from the transcript alone, so a crash does not give another try.
 */
import type { ResultContract } from "@reef/protocol/contract";
import type { Entry } from "@reef/protocol/entry";
import { makeId } from "../ids.ts";
import type { ContractChecker, MachineEvidence } from "../port/contract.ts";
import { readJson } from "../prompt/contract-words.ts";
import type { ToolOutcome, ToolRun } from "./tool.ts";

/** A report that broke the contract once can be corrected once. */
export const mostReports = 2;

const brokenHead = "The report breaks the contract of the task:";

export async function checkReport(
  run: ToolRun,
  contract: ResultContract,
  { text, before }: { readonly text: string; readonly before: number },
): Promise<ToolOutcome | null> {
  const checker = run.deps.contracts;
  if (checker === undefined) return broken(["results cannot be checked here"], before);
  const asked = run.turn.id === null ? null : await run.deps.store.read.askOfCall(run.turn.id, run.callId, "question");
  if (asked === null) {
    const reasons = misfitsOf(checker, contract, text);
    if (reasons.length === 0) {
      for (const evidence of contract.evidence.filter(isForMachine)) {
        run.signal.throwIfAborted();
        const reason = await checker.lookFor(run, evidence);
        if (reason !== null) reasons.push(reason);
      }
    }
    if (reasons.length > 0) return broken(reasons, before);
  }
  const questions = contract.evidence.flatMap((each) => (each.kind === "person" ? [each.question] : []));
  return questions.length === 0 ? null : await askForWord(run, { questions, text, before, asked });
}

/** Returns what of the text does not have the form that the contract asks for. */
export function misfitsOf(checker: ContractChecker, { schema }: ResultContract, text: string): string[] {
  if (schema === null) return [];
  const value = readJson(text);
  if (value === undefined) return ["the result must be JSON and nothing else, and this is none"];
  return [...checker.misfits(schema, value)];
}

function isForMachine(evidence: ResultContract["evidence"][number]): evidence is MachineEvidence {
  return evidence.kind !== "person";
}

const [yes, no] = ["Yes", "No"] as const;
const shownLength = 4_000;

async function askForWord(
  { session, turn, callId }: ToolRun,
  {
    questions,
    text,
    before,
    asked,
  }: {
    readonly questions: readonly string[];
    readonly text: string;
    readonly before: number;
    readonly asked: Awaited<ReturnType<ToolRun["deps"]["store"]["read"]["askOfCall"]>>;
  },
): Promise<ToolOutcome | null> {
  if (asked === null) {
    const id = makeId("ask");
    const shown = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
    const ask = {
      id,
      kind: "question" as const,
      sessionId: session.id,
      botId: session.botId,
      turnId: turn.id,
      callId,
      messageId: null,
      chainId: turn.chainId,
      question: `${questions.join("\n")}\n\nThe result:\n\n${shown}`,
      options: [yes, no],
      freeText: true,
    };
    return { type: "wait", waits: [{ for: "ask", callId, askId: id }], until: null, ops: [{ op: "ask.open", ask }] };
  }
  if (asked.state === "open") return { type: "wait", waits: [{ for: "ask", callId, askId: asked.id }], until: null };
  if (asked.state === "answered" && asked.answer === yes) return null;
  return broken([`a person was asked, and said: ${asked.answer ?? "nothing, the question was cancelled"}`], before);
}

function broken(reasons: readonly string[], before: number): ToolOutcome {
  const next =
    before + 1 < mostReports
      ? "Correct it and report once more."
      : "That was the second time: it goes back as failed, with this text. End your turn.";
  return {
    type: "result",
    isError: true,
    text: [brokenHead, ...reasons.map((each) => `- ${each.replaceAll(/\s+/g, " ")}`), next].join("\n"),
  };
}

/** The reports of the turn that broke the contract, in order. */
export function brokenReports(
  entries: readonly Entry[],
  turnId: Entry["turnId"],
): readonly { readonly callId: string; readonly reasons: readonly string[] }[] {
  return entries.flatMap(({ kind, turnId: of, tool, text }) => {
    if (kind !== "tool_result" || of !== turnId || tool?.isError !== true) return [];
    if (!text.startsWith(brokenHead)) return [];
    const reasons = text.split("\n").slice(1, -1);
    return [{ callId: tool.callId, reasons: reasons.map((reason) => reason.replace(/^- /, "")) }];
  });
}
