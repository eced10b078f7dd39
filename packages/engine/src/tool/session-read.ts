/** Reads another session's transcript. Its text is quoted, never instructions (MB9). */

import type { Entry } from "@reef/protocol/entry";
import type { Session } from "@reef/protocol/session";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { textWithFiles } from "../file/say-files.ts";
import { makeId, mixedKey } from "../ids.ts";
import { decideReading } from "../link/allow.ts";
import { findSession } from "../mailbox/find-session.ts";
import { oneLine } from "../prompt/defuse.ts";
import { quoteText } from "../prompt/quote.ts";
import { defineTool, errorResult, type ToolOutcome } from "./tool.ts";

/** The most of one entry, in UTF-16 units: a look at another session must not fill the reader's window. */
const entryLength = 4_000;

export const sessionRead = defineTool({
  name: "session_read",
  description: "Reads the newest entries of a session's transcript.",
  input: z.strictObject({
    session: z.string().min(1).describe("A session's id or title, or a bot's name."),
    limit: z.int().min(1).max(100).default(20),
    before: z.int().min(1).optional().describe("Only entries before this sequence number, to page back."),
  }),
  effects: { kind: "unit" },
  changes: "nothing",
  words: "others",
  tells: "nobody",
  folds: true,
  async run({ deps, session, turn, callId }, { session: name, limit, before }) {
    const found = await findSession(deps, session, name);
    if (found.state === "none") return errorResult(found.reason);
    if (found.state === "bot") return errorResult(`“${oneLine(found.bot.name)}” has no session yet`);
    const refusal = await refuseRead(deps, session, found.session);
    if (refusal !== null) return refused(refusal, { reader: session, target: found.session, turnId: turn.id });
    const entries = await deps.store.read.entries(
      found.session.id,
      before === undefined ? { limit, isCurrent: true } : { limit, before, isCurrent: true },
    );
    const head = `“${oneLine(found.session.title)}” is ${found.session.status}; ${found.session.lastSeq} entries.`;
    // Reasoning alone has no words of the bot.
    const told = entries.filter(({ kind, text }) => kind !== "bot" || text !== "");
    if (told.length === 0) return { type: "result", text: `${head} Nothing to read.` };
    const text = told.map(describeEntry).join("\n");
    const source = { transcript: found.session.id, title: found.session.title };
    // The key is the same for the same text, so that a poll without changes is no news (BO1). The authors of the text
    // know neither id.
    const key = mixedKey(turn.id ?? callId, told.at(-1)?.id ?? "");
    return { type: "result", text: `${head}\n${quoteText(text, source, key)}` };
  },
});

/** Records the refusal in the reader's own transcript, as for a refused message. */
function refused(
  reason: string,
  { reader, target, turnId }: { readonly reader: Session; readonly target: Session; readonly turnId: Entry["turnId"] },
): ToolOutcome {
  const entry = {
    id: makeId("entry"),
    sessionId: reader.id,
    kind: "notice" as const,
    text: `Refused: ${reason}.`,
    turnId,
    notice: { type: "refused" as const, to: target.id, right: "read" as const },
  };
  return { type: "result", isError: true, text: `refused: ${reason}`, ops: [{ op: "entry.append", entry }] };
}

/** MB8: returns why the session may not be read; null if it may. */
async function refuseRead({ store }: Deps, reader: Session, target: Session): Promise<string | null> {
  const [links, bot] = await Promise.all([store.read.links(), store.read.bot(target.botId)]);
  const { allowed, reason } = decideReading(links, { from: reader, to: target, bot });
  if (allowed) return null;
  const title = `“${oneLine(target.title)}”`;
  if (reason.kind === "incognito") return `${title} is incognito, so no other session reads it`;
  if (reason.kind === "private") return `${title} belongs to a private bot, so no other bot reads it`;
  return `links do not let “${oneLine(reader.title)}” read ${title}`;
}

function describeEntry(entry: Entry): string {
  const text = entry.text.length > entryLength ? `${entry.text.slice(0, entryLength)} … (cut)` : entry.text;
  const who =
    entry.kind === "session" && entry.from?.kind === "session" ? `session ${oneLine(entry.from.botName)}` : entry.kind;
  const tool = entry.tool === null ? "" : ` ${entry.tool.name}`;
  return `#${entry.seq} ${who}${tool}: ${textWithFiles({ ...entry, text })}`;
}
