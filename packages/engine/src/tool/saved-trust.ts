/**
 * ME5: decides whose word a bot saves. The model cannot be asked, because it may repeat what a page told it to. So the
 * turn is examined: once a tool outside Reef or another transcript has spoken in it, what is saved counts as the
 * tool's, unless the words are a person's. The same holds for a turn that another session's message began.
 */
import type { Entry } from "@reef/protocol/entry";
import type { MemoryTrust } from "@reef/protocol/memory";
import { bornShare, sharedWith } from "../memory/born-of.ts";
import { higherTrust } from "../memory/trust.ts";
import { traitsOf } from "../port/tool-traits.ts";
import { errorResult, type ToolOutcome, type ToolRun } from "./tool.ts";

const personShare = 0.6;

export async function trustOfSaved(run: ToolRun, text: string): Promise<MemoryTrust> {
  const { deps, session, turn, messages } = run;
  const entries = await deps.store.read.window(session.id);
  const results = entries.filter(({ kind }) => kind === "tool_result");
  const wordsOf = ({ tool }: Entry) => traitsOf(deps, tool?.name ?? "").words;
  const said = [
    ...entries.filter(({ kind }) => kind === "person").map(withoutQuotes),
    ...results.filter((result) => wordsOf(result) === "person").map(({ text: answered }) => answered),
  ];
  if (sharedWith(text, said) >= personShare) return "bot";
  if (run.hasHeardOthers === true) return "tool";
  const others = results.filter((result) => wordsOf(result) === "others" || wordsOf(result) === "kept");
  if (others.some((result) => result.turnId === turn.id && wordsOf(result) === "others")) return "tool";
  if (sharedWith(text, textsOf(others)) >= bornShare) return "tool";
  const repeated = await trustOfRecalled(run, text);
  if (repeated !== null) return repeated;
  const heard = entries.filter(({ kind }) => kind === "session");
  const isAnswer = messages.some(
    ({ from }) => from.kind === "session" || (from.kind === "schedule" && from.by === "bot"),
  );
  return isAnswer || sharedWith(text, textsOf(heard)) >= bornShare ? "session" : "bot";
}

/** Returns the trust of what was recalled for the turn, if the text repeats it; null if that would be no lower. */
async function trustOfRecalled({ deps, turn }: ToolRun, text: string): Promise<MemoryTrust | null> {
  const recalled = turn.id === null ? [] : ((await deps.store.read.turn(turn.id))?.recalled ?? []);
  let lowest: MemoryTrust = "bot";
  for (const { memoryId } of recalled) {
    const memory = await deps.store.read.memory(memoryId);
    if (memory === null || sharedWith(text, [memory.text]) < bornShare) continue;
    if (higherTrust(memory.trust, lowest) === lowest) lowest = memory.trust;
  }
  return lowest === "bot" ? null : lowest;
}

/** Removes lines quoted in a person's message: someone else said them. */
function withoutQuotes({ text }: Entry): string {
  return text.replace(/^[ \t]*>.*$/gm, "");
}

/** Returns what every memory tool answers in an incognito session. */
export function refuseIncognito({ session }: ToolRun): ToolOutcome | null {
  return session.memory === "on" ? null : errorResult("this session is incognito: it neither reads nor writes memory");
}

function textsOf(entries: readonly Entry[]): readonly string[] {
  return entries.map(({ text }) => text);
}
