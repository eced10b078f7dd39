/** Describes for people what a rewind replaces: how much, and what of it cannot be undone (TU10). */
import type { Session } from "@reef/protocol/session";
import type { Deps } from "../deps.ts";
import { traitsOf } from "../port/tool-traits.ts";

const pageSize = 500;
/** Of a longer part, only the size is described. */
const mostLookedAt = 5_000;
const mostNames = 5;

export async function sayReplaced(deps: Deps, session: Session, toSeq: number): Promise<string> {
  const count = session.lastSeq - toSeq;
  const names = new Set<string>();
  for (let after = toSeq; after < Math.min(session.lastSeq, toSeq + mostLookedAt); after += pageSize) {
    const entries = await deps.store.read.entries(session.id, { after, limit: pageSize, isCurrent: true });
    for (const { kind, tool } of entries) {
      if (kind === "tool_call" && tool !== null && traitsOf(deps, tool.name).changes === "lasting")
        names.add(tool.name);
    }
  }
  const replaced = `Replaced ${count === 1 ? "1 entry" : `${count.toLocaleString("en-US")} entries`}.`;
  if (names.size === 0) return replaced;
  const shown = [...names].slice(0, mostNames).join(", ");
  const more = names.size > mostNames ? " and others" : "";
  const spawned = [...names].some((name) => traitsOf(deps, name).tells === "child")
    ? " Sub-agents started there keep running."
    : "";
  return `${replaced} What its tools did (${shown}${more}) was not undone.${spawned}`;
}
