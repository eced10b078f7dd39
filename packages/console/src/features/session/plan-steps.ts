/**
 * Reads a plan from the input of a call: Reef's own, and those of Claude Code, Codex, OpenClaw and ACP agents, which differ in the names
 * of their fields. Everything in it is the bot's words, and may be anything.
 */

export interface PlanStep {
  readonly text: string;
  readonly state: "open" | "doing" | "done" | "dropped";
}

const mostSteps = 200;
const longestStep = 500;

/** Returns no steps if the input is no plan. */
export function planSteps(input: unknown): readonly PlanStep[] {
  const record = typeof input === "object" && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
  const list = [input, record.steps, record.plan, record.todos, record.entries, record.items].find(Array.isArray) ?? [];
  return list.slice(0, mostSteps).flatMap((each: unknown): PlanStep[] => {
    if (typeof each === "string")
      return each.trim() === "" ? [] : [{ text: each.slice(0, longestStep), state: "open" }];
    if (typeof each !== "object" || each === null) return [];
    const { text, step, content, title, description, state, status, done, completed } = each as Readonly<
      Record<string, unknown>
    >;
    const words = [text, step, content, title, description].find(
      (word) => typeof word === "string" && word.trim() !== "",
    );
    if (typeof words !== "string") return [];
    return [{ text: words.slice(0, longestStep), state: toState(state ?? status, done ?? completed) }];
  });
}

/** Formats `2 of 5 done · Write the tests`: the step that is being done follows the count. Null if the input is no plan. */
export function planWords(input: unknown): string | null {
  const steps = planSteps(input).filter(({ state }) => state !== "dropped");
  if (steps.length === 0) return null;
  const done = steps.filter(({ state }) => state === "done").length;
  const now = steps
    .find(({ state }) => state === "doing")
    ?.text.replace(/\s+/g, " ")
    .trim()
    .slice(0, 160);
  return `${done} of ${steps.length} done${now === undefined ? "" : ` · ${now}`}`;
}

function toState(word: unknown, isDone: unknown): PlanStep["state"] {
  if (isDone === true) return "done";
  switch (typeof word === "string" ? word.toLowerCase().replace(/[\s-]+/g, "_") : "") {
    case "done":
    case "complete":
    case "completed":
      return "done";
    case "doing":
    case "in_progress":
    case "active":
      return "doing";
    case "dropped":
    case "cancelled":
    case "canceled":
    case "skipped":
      return "dropped";
    default:
      return "open";
  }
}
