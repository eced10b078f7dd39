/** Imports a folder of an older OpenClaw, or previews the import. A second import adds only what is new. */
import type { Deps } from "@reef/engine/deps";
import { toEntrySeed } from "@reef/engine/gateway/entry-seed";
import { idOfName } from "@reef/engine/ids";
import { externalIdsOf, takeInBot, takeInEntries, takeInSession } from "@reef/engine/import/take-in";
import { redactSecrets } from "@reef/engine/redact/secrets";
import type { RuntimeName } from "@reef/protocol/bot";
import type { GatewayEntry } from "@reef/protocol/gateway";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { ImportReport, ImportState } from "@reef/protocol/import";
import { clip } from "@reef/runtimes/openclaw/mirror/session-row";
import type { RunningWork } from "../../gateways/progress-list.ts";
import { openRoot, type Root } from "../root.ts";
import { type FolderAgent, type FolderTranscript, readFolder } from "./folder.ts";
import { createTally, type Tally } from "./report.ts";
import { takeNotes } from "./take-notes.ts";
import { readTranscriptFile } from "./transcript-file.ts";

export interface FolderImport {
  readonly deps: Deps;
  readonly path: string;
  readonly dryRun: boolean;
  /** The runtime of its bots. */
  readonly runtime: RuntimeName;
  readonly work: RunningWork;
}

const maxTranscriptBytes = 100_000_000;

/** Throws `invalid_request` when the folder cannot be read at all. */
export async function importFolder(given: FolderImport): Promise<ImportReport> {
  const root = await openRoot(given.path);
  const tally = createTally(given.dryRun);
  const agents = await readFolder(root, tally.tell);
  const total = agents.reduce((sum, { transcripts }) => sum + transcripts.length, 0);
  given.work.at({ total, done: 0 });
  let done = 0;
  for (const agent of agents) {
    await importAgent({ ...given, root, tally, onFile: () => given.work.at({ done: ++done }) }, agent);
  }
  return tally.report();
}

interface Parts extends FolderImport {
  readonly root: Root;
  readonly tally: Tally;
  readonly onFile: () => void;
}

async function importAgent(parts: Parts, agent: FolderAgent): Promise<void> {
  const { deps, root, dryRun, tally, work, runtime } = parts;
  const { agentId, name, instructions } = agent;
  const id = idOfName("bot", `openclaw:${root.path}:${agentId}`, 0);
  const isKnown = (await deps.store.read.bot(id)) !== null;
  if (!isKnown) tally.redacted(redactSecrets(instructions).count);
  if (!dryRun) await takeInBot(deps, { id, name: clip(name, 120), instructions, runtime });
  let entries = 0;
  let fresh = 0;
  for (const transcript of agent.transcripts.toSorted((a, b) => b.modifiedMs - a.modifiedMs)) {
    work.signal.throwIfAborted();
    work.at({ current: transcript.path });
    const counts = await importTranscript(parts, { agentId, botId: id, transcript });
    entries += counts.entries;
    fresh += counts.fresh;
    parts.onFile();
  }
  const notes = { botId: isKnown || !dryRun ? id : null, agentId, notes: agent.notes, dryRun, tally, work };
  const memories = await takeNotes(deps, notes);
  const state: ImportState = isKnown ? (fresh > 0 ? "grown" : "known") : "new";
  const botId = isKnown || !dryRun ? id : null;
  tally.bot({ agentId, name, state, botId, sessions: agent.transcripts.length, entries, memories });
}

async function importTranscript(
  { deps, root, dryRun, tally, work }: Parts,
  source: { readonly agentId: string; readonly botId: BotId; readonly transcript: FolderTranscript },
): Promise<{ readonly entries: number; readonly fresh: number }> {
  const { agentId, botId, transcript } = source;
  const { path, key } = transcript;
  const none = { entries: 0, fresh: 0 };
  const file = await root.read(path, maxTranscriptBytes);
  if (file.state !== "text") {
    tally.tell(path, file.state === "refused" ? file.reason : "it no longer exists");
    return none;
  }
  const { sessionId, startedMs, entries, problem } = readTranscriptFile(file.text);
  if (problem !== null) tally.tell(path, problem);
  if (entries.length === 0) {
    if (problem === null) tally.tell(path, "nothing was said in it");
    return none;
  }
  const name = sessionId ?? `${agentId}/${path.replace(/^.*[\\/]/, "").replace(/\.jsonl.*$/, "")}`;
  const id = idOfName("session", `openclaw:${name}`, startedMs ?? 0);
  const session = await deps.store.read.session(id);
  const known = session === null ? new Set<string>() : await externalIdsOf(deps, id);
  const fresh = entries.filter((entry) => !known.has(entry.id));
  const title = titleOf(transcript, entries);
  if (dryRun) tally.redacted(countSecrets(fresh, id));
  else if (fresh.length > 0) {
    await takeInSession(deps, { id, botId, title, isArchived: key === null });
    tally.redacted(await takeInEntries(deps, id, { entries: fresh, signal: work.signal }));
  }
  tally.session({
    agentId,
    key: key ?? path,
    title,
    state: session === null ? "new" : fresh.length > 0 ? "grown" : "known",
    sessionId: dryRun && session === null ? null : id,
    entries: entries.length,
    newEntries: fresh.length,
  });
  return { entries: entries.length, fresh: fresh.length };
}

function titleOf({ title, key }: FolderTranscript, entries: readonly GatewayEntry[]): string {
  const said = entries.find(({ kind, text }) => kind === "person" && text !== "")?.text;
  const given = title ?? (key === null ? (said ?? "OpenClaw") : key.replace(/^agent:[^:]+:/, ""));
  return clip(redactSecrets(given).value, title === null && key === null ? 80 : 200) || "OpenClaw";
}

function countSecrets(entries: readonly GatewayEntry[], sessionId: SessionId): number {
  return entries.reduce((sum, entry) => sum + toEntrySeed(entry, { sessionId, sender: null }).redacted, 0);
}
