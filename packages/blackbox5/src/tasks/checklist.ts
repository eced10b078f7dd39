/** Reads what can be ticked in a task's file: boxes, and where there are none, the items under its criteria. */
import type { TaskCriterion } from "@reef/protocol/task";
import { taskLimits } from "@reef/protocol/task-limits";
import { type Line, plainText } from "./lines.ts";

export type ReadCriterion = Pick<TaskCriterion, "text" | "kind" | "section" | "done">;

const isCriteria =
  /criteria|definition of done|requirements?\b|deliverables?\b|expected (outcome|result)s?|acceptance/i;
const box = /^\s*(?:[-*+]|\d+[.)])\s+\[([ xX✓✔~/-]?)\]\s+(\S.*)$/;
const item = /^(?:[-*+]|\d+[.)])\s+(\S.*)$/;

export function readChecklist(body: readonly Line[]): readonly ReadCriterion[] {
  const boxes = body.flatMap((line) => {
    const [, mark = "", text] = line.isQuoted ? [] : (box.exec(line.text) ?? []);
    return text === undefined ? [] : [toItem(line, text, /[xX✓✔]/.test(mark))];
  });
  const found = boxes.length > 0 ? boxes : plainItems(body);
  // Where nothing is called a criterion, all of it is what there is to do.
  const named = found.some(({ kind }) => kind === "criterion");
  return found.slice(0, taskLimits.criteria).map((each) => (named ? each : { ...each, kind: "criterion" as const }));
}

function plainItems(body: readonly Line[]): readonly ReadCriterion[] {
  return body.flatMap((line) => {
    if (line.isQuoted || !isUnderCriteria(line)) return [];
    const text = item.exec(line.text)?.[1];
    return text === undefined ? [] : [toItem(line, text, false)];
  });
}

function isUnderCriteria({ section, heading }: Line): boolean {
  return isCriteria.test(section ?? "") || isCriteria.test(heading ?? "");
}

function toItem(line: Line, text: string, done: boolean): ReadCriterion {
  const plain = plainText(text).slice(0, taskLimits.criterion).toWellFormed();
  const section = line.heading ?? line.section;
  return {
    text: plain === "" ? text.slice(0, taskLimits.criterion).toWellFormed() : plain,
    kind: isUnderCriteria(line) ? "criterion" : "step",
    section: section === null ? null : plainText(section).slice(0, 200).toWellFormed(),
    done,
  };
}
