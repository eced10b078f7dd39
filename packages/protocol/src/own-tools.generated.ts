/** Made by scripts/tool-lists.ts from the catalogue of tools: change the tool, then run `npm run build`. */
import type { ToolTells } from "./tool.ts";

/** Whom a tool tells; of every other tool, nobody. */
export const tellsByTool: Readonly<Record<string, ToolTells>> = {
  "session_send": "session",
  "session_spawn": "child",
  "ask_person": "person",
  "report_result": "session",
};

/** Every other tool folds, also one that is not Reef's. */
export const unfoldedTools: ReadonlySet<string> = new Set([
  "session_send",
  "session_spawn",
  "session_wait",
  "ask_person",
  "plan_update",
  "task_update",
  "task_create",
  "report_result",
]);
