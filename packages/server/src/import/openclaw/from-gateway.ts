/**
 * Adopts what a running gateway has, or previews that: its agents as bots that run there, its sessions with their
 * transcripts, and its agents' notes. What comes later follows automatically.
 */
import type { Deps } from "@reef/engine/deps";
import { adoptAgent, adoptSession, sessionOfKey } from "@reef/engine/gateway/adopt";
import { botsOfGateway } from "@reef/engine/gateway/bound";
import { AppError } from "@reef/protocol/error";
import type { BotId } from "@reef/protocol/ids";
import type { ImportReport, ImportState } from "@reef/protocol/import";
import { GatewayError } from "@reef/runtimes/openclaw/connection";
import { readPage } from "@reef/runtimes/openclaw/mirror/history";
import type { AgentOfGateway, SessionOfGateway } from "@reef/runtimes/openclaw/mirror/session-row";
import type { GatewayWatch } from "@reef/runtimes/openclaw/mirror/watch";
import { z } from "zod";
import type { RunningWork } from "../../gateways/progress-list.ts";
import { readGatewayNotes } from "./gateway-notes.ts";
import { makeNoteRoom, type NoteRoom } from "./memory-folder.ts";
import type { NoteFile } from "./notes.ts";
import { createTally, type Tally } from "./report.ts";
import { takeNotes } from "./take-notes.ts";

export interface GatewayImport {
  readonly deps: Deps;
  readonly watch: GatewayWatch;
  readonly agentIds: readonly string[] | undefined;
  readonly dryRun: boolean;
  readonly work: RunningWork;
}

const AgentFile = z.object({ file: z.object({ content: z.string().nullish(), missing: z.boolean().nullish() }) });
const noteFiles = ["MEMORY.md", "USER.md"];

export async function importGateway(given: GatewayImport): Promise<ImportReport> {
  const { watch, agentIds, dryRun, work } = given;
  const roster = await watch.roster();
  const tally = createTally(dryRun);
  const agents = roster.agents().filter(({ agentId }) => agentIds?.includes(agentId) ?? true);
  const unknown = agentIds?.find((agentId) => agents.every((agent) => agent.agentId !== agentId));
  if (unknown !== undefined) throw new AppError("not_found", `the gateway has no agent ${unknown}`);
  const sessions = roster.sessions().toSorted((a, b) => ((a.updatedAt ?? "") < (b.updatedAt ?? "") ? 1 : -1));
  for (const { key, agentId } of sessions) {
    if (roster.agents().every((agent) => agent.agentId !== agentId))
      tally.tell(key, "it belongs to no agent of the gateway");
  }
  const room = makeNoteRoom();
  const own = (agent: AgentOfGateway) => sessions.filter(({ agentId }) => agentId === agent.agentId);
  work.at({ done: 0, total: agents.reduce((sum, agent) => sum + own(agent).length, 0) });
  let done = 0;
  for (const agent of agents) {
    await importAgent({ ...given, tally, room, onSession: () => work.at({ done: ++done }) }, agent, own(agent));
  }
  return tally.report();
}

interface Parts extends GatewayImport {
  readonly tally: Tally;
  readonly room: NoteRoom;
  readonly onSession: () => void;
}

async function importAgent(parts: Parts, agent: AgentOfGateway, sessions: readonly SessionOfGateway[]): Promise<void> {
  const { deps, watch, dryRun, tally, work } = parts;
  const { agentId, name } = agent;
  const gatewayId = watch.connection.id;
  const bound = (await botsOfGateway(deps, gatewayId)).find((bot) => bot.agent.agentId === agentId);
  const adopted = dryRun ? null : (await adoptAgent(deps, { gatewayId, agentId }, { name })).noun;
  const botId = bound?.id ?? adopted?.id ?? null;
  let entries = 0;
  let fresh = 0;
  for (const session of sessions) {
    const counts = await importSession(parts, { agent, session, botId });
    entries += counts.entries;
    fresh += counts.fresh;
    parts.onSession();
  }
  const notes = await readNotes(parts, agentId);
  const memories = await takeNotes(deps, { botId, agentId, notes, dryRun, tally, work });
  const state: ImportState = bound === undefined ? "new" : fresh > 0 ? "grown" : "known";
  tally.bot({ agentId, name, state, botId, sessions: sessions.length, entries, memories });
}

async function importSession(
  { deps, watch, dryRun, work, tally }: Parts,
  source: { readonly agent: AgentOfGateway; readonly session: SessionOfGateway; readonly botId: BotId | null },
): Promise<{ readonly entries: number; readonly fresh: number }> {
  const { agent, session, botId } = source;
  const { key, title } = session;
  const { agentId, name: agentName } = agent;
  const mirror = { gatewayId: watch.connection.id, key };
  work.signal.throwIfAborted();
  work.at({ current: key });
  try {
    const known = await sessionOfKey(deps, mirror);
    const { total } = await readPage(watch.connection, { key, limit: 1, signal: work.signal });
    // A session that is already here has followed automatically since it was adopted.
    let fresh = known === null ? total : 0;
    let sessionId = known?.id ?? null;
    if (!dryRun) {
      const input = { agentId, agentName, title, ...(botId !== null && { botId }) };
      const here = known ?? (await adoptSession(deps, mirror, input)).noun;
      const before = here.lastSeq;
      await watch.adopt(here, key, { signal: work.signal, onProgress: () => undefined });
      fresh = ((await deps.store.read.session(here.id))?.lastSeq ?? before) - before;
      sessionId = here.id;
    }
    const state: ImportState = known === null ? "new" : fresh > 0 ? "grown" : "known";
    tally.session({ agentId, key, title, state, sessionId, entries: Math.max(total, fresh), newEntries: fresh });
    return { entries: Math.max(total, fresh), fresh };
  } catch (error) {
    // A broken connection concerns all of them; any other error only this one.
    if (!(error instanceof GatewayError) || error.code === "disconnected") throw error;
    tally.tell(key, error.message);
    return { entries: 0, fresh: 0 };
  }
}

/** Returns the agent's own notes. Its instructions stay in OpenClaw: its gateway puts them into its prompt. */
async function readNotes({ watch, work, tally, room }: Parts, agentId: string): Promise<readonly NoteFile[]> {
  const notes: NoteFile[] = [];
  for (const name of noteFiles) {
    try {
      const answer = await watch.connection.request("agents.files.get", { agentId, name }, { signal: work.signal });
      const { content, missing } = AgentFile.parse(answer).file;
      if (missing !== true && content) notes.push({ path: name, text: content });
    } catch (error) {
      if (error instanceof GatewayError && error.code === "disconnected") throw error;
      const reason = error instanceof GatewayError ? error.message : "its answer cannot be read";
      tally.tell(`${agentId}/${name}`, reason);
    }
  }
  const { connection } = watch;
  const tell = (place: string, reason: string) => tally.tell(place, reason);
  const inFolder = await readGatewayNotes({ connection, agentId, room, tell, signal: work.signal });
  return [...notes, ...inFolder];
}
