/**
 * ME5: whose word a bot saves. A model cannot be asked: it may repeat what a page told it to. So the turn is looked at:
 * once a tool outside Reef or another transcript has spoken in it, what is saved counts as the tool's, unless the words
 * are a person's. The same for a turn that another session's message began.
 */
import type { Entry } from "@reef/protocol/entry";
import type { MemoryTrust } from "@reef/protocol/memory";
import { errorResult, type ToolOutcome, type ToolRun } from "../tool/tool.ts";
import { bornShare, sharedWith } from "./born-of.ts";

/** Tools whose results hold nobody else's text. */
const plainTools = new Set([
  "memory_save",
  "memory_update",
  "memory_forget",
  "session_send",
  "session_spawn",
  "session_list",
  "report_result",
]);
/** Its results are a person's words. */
const personTool = "ask_person";
/** Its results are memories: they taint what repeats them, not the whole turn. */
const memoryTool = "memory_search";

const personShare = 0.6;

/** Whether the results of this tool hold what neither the bot nor its person said. */
export function bringsOthersText(tool: string): boolean {
  return tool !== personTool && tool !== memoryTool && !plainTools.has(tool);
}

export async function trustOfSaved(run: ToolRun, text: string): Promise<MemoryTrust> {
  const { deps, session, turn, messages } = run;
  const entries = await deps.store.read.window(session.id);
  const results = entries.filter(({ kind }) => kind === "tool_result");
  const nameOf = ({ tool }: Entry) => tool?.name ?? "";
  const said = [
    ...entries.filter(({ kind }) => kind === "person"),
    ...results.filter((of) => nameOf(of) === personTool),
  ];
  if (sharedWith(text, textsOf(said)) >= personShare) return "bot";
  if (run.hasHeardOthers === true) return "tool";
  const others = results.filter((of) => nameOf(of) !== personTool && !plainTools.has(nameOf(of)));
  if (others.some((of) => of.turnId === turn.id && nameOf(of) !== memoryTool)) return "tool";
  if (sharedWith(text, textsOf(others)) >= bornShare) return "tool";
  const heard = entries.filter(({ kind }) => kind === "session");
  const isAnswer = messages.some(
    ({ from }) => from.kind === "session" || (from.kind === "schedule" && from.by === "bot"),
  );
  return isAnswer || sharedWith(text, textsOf(heard)) >= bornShare ? "session" : "bot";
}

/** What an incognito session is told by every memory tool. */
export function refuseIncognito({ session }: ToolRun): ToolOutcome | null {
  return session.memory === "on" ? null : errorResult("this session is incognito: it neither reads nor writes memory");
}

function textsOf(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ text }) => text);
}
