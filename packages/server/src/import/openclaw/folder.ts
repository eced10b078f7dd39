/**
 * Reads what a folder of an older OpenClaw holds: its agents with their workspaces, and the names of each one's
 * transcripts, which are not opened yet. What cannot be used is reported with its reason.
 */
import { join } from "node:path";
import { agentIdOfKey } from "@reef/engine/gateway/session-key";
import { z } from "zod";
import { insideOf, type Root } from "../root.ts";
import { makeNoteRoom, maxNoteBytes, type NoteRoom, readMemoryFolder } from "./memory-folder.ts";
import type { NoteFile } from "./notes.ts";
import type { Tell } from "./report.ts";

export interface FolderAgent {
  readonly agentId: string;
  readonly name: string;
  /** From its SOUL.md and AGENTS.md. */
  readonly instructions: string;
  readonly notes: readonly NoteFile[];
  readonly transcripts: readonly FolderTranscript[];
}

export interface FolderTranscript {
  /** Relative to the root. */
  readonly path: string;
  readonly modifiedMs: number;
  /** The session key that names it now; null for a transcript that a reset archived. */
  readonly key: string | null;
  readonly title: string | null;
}

const maxConfigBytes = 10_000_000;
const maxIndexBytes = 100_000_000;
const instructionFiles = ["SOUL.md", "IDENTITY.md", "AGENTS.md"];
const noteFiles = ["MEMORY.md", "memory.md", "USER.md"];
const maxInstructions = 200_000;

const AgentConfig = z.object({ id: z.string(), name: z.string().optional(), workspace: z.string().optional() });
type AgentConfig = z.infer<typeof AgentConfig>;
const Config = z.object({
  agents: z
    .object({
      defaults: z.object({ workspace: z.string().optional() }).optional(),
      list: z.array(z.unknown()).optional(),
      entries: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

const IndexEntry = z.object({
  sessionId: z.string().optional(),
  sessionFile: z.string().optional(),
  label: z.string().nullish(),
  displayName: z.string().nullish(),
  subject: z.string().nullish(),
});

export async function readFolder(root: Root, tell: Tell): Promise<readonly FolderAgent[]> {
  const config = await readConfig(root, tell);
  const { folders, refused } = await root.list("agents");
  for (const { path, reason } of refused) tell(path, reason);
  const ids = new Set([...folders, ...config.agents.map(({ id }) => id)]);
  const agents: FolderAgent[] = [];
  const room = makeNoteRoom();
  for (const agentId of ids) {
    const given = config.agents.find(({ id }) => id === agentId);
    const isDefault = agentId === (config.agents[0]?.id ?? "main");
    const workspace = workspaceOf(root, { given, agentId, isDefault, fallback: config.workspace }, tell);
    const places = [...(workspace === null ? [] : [workspace]), join("agents", agentId)];
    agents.push({
      agentId,
      name: given?.name ?? agentId,
      instructions: await readInstructions(root, places, tell),
      notes: await readNotes(root, { places, room, tell }),
      transcripts: await readTranscripts(root, agentId, tell),
    });
  }
  if (agents.length === 0) tell("agents", "there are no agents here: expected the folder that holds openclaw.json");
  return agents;
}

async function readConfig(
  root: Root,
  tell: Tell,
): Promise<{ readonly agents: readonly AgentConfig[]; readonly workspace: string | undefined }> {
  for (const name of ["openclaw.json", "clawdbot.json", "moltbot.json"]) {
    const file = await root.read(name, maxConfigBytes);
    if (file.state === "refused") tell(name, file.reason);
    if (file.state !== "text") continue;
    const config = Config.safeParse(parseJson(file.text));
    if (!config.success) {
      tell(
        name,
        "its list of agents cannot be read (it may contain comments); agents are known by their folders alone",
      );
      continue;
    }
    const { defaults, list = [], entries = {} } = config.data.agents ?? {};
    const named = Object.entries(entries).map(([id, value]) => (isRecord(value) ? { ...value, id } : value));
    const agents = [...list, ...named].flatMap((each) => {
      const agent = AgentConfig.safeParse(each);
      return agent.success && isPlainName(agent.data.id) ? [agent.data] : [];
    });
    return { agents, workspace: defaults?.workspace };
  }
  return { agents: [], workspace: undefined };
}

/**
 * Returns the configured workspace, `workspace` for the default agent, or `workspace-<id>` for another. Null when it is
 * outside.
 */
function workspaceOf(
  root: Root,
  agent: {
    readonly given: AgentConfig | undefined;
    readonly agentId: string;
    readonly isDefault: boolean;
    readonly fallback: string | undefined;
  },
  tell: Tell,
): string | null {
  const { given, agentId, isDefault, fallback } = agent;
  const configured = given?.workspace ?? (isDefault ? fallback : undefined);
  const usual = isDefault ? "workspace" : `workspace-${agentId}`;
  if (configured === undefined) return usual;
  // It was usually written on another machine, or with another home: its place here counts.
  const inner =
    insideOf(root, configured) ?? insideOf(root, configured.replace(/^.*\/\.(?:openclaw|clawdbot|moltbot)\//, ""));
  if (inner !== null && !inner.startsWith("~")) return inner;
  const afterHome = /^~\/\.(?:openclaw|clawdbot|moltbot)\/(.+)$/.exec(configured)?.[1];
  if (afterHome !== undefined && insideOf(root, afterHome) !== null) return afterHome;
  tell(configured, `the workspace of ${agentId} lies outside of the folder: not read`);
  return null;
}

async function readInstructions(root: Root, places: readonly string[], tell: Tell): Promise<string> {
  const parts: string[] = [];
  for (const name of instructionFiles) {
    const text = await readFirst(root, { places, name, tell });
    if (text !== null && text.trim() !== "") parts.push(text.trim());
  }
  return parts.join("\n\n").slice(0, maxInstructions).toWellFormed();
}

async function readNotes(
  root: Root,
  { places, room, tell }: { readonly places: readonly string[]; readonly room: NoteRoom; readonly tell: Tell },
): Promise<readonly NoteFile[]> {
  const notes: NoteFile[] = [];
  for (const name of noteFiles) {
    const text = await readFirst(root, { places, name, tell });
    if (text !== null) notes.push({ path: name, text });
  }
  for (const place of places) notes.push(...(await readMemoryFolder(root, { place, room, tell })));
  return notes;
}

async function readFirst(
  root: Root,
  { places, name, tell }: { readonly places: readonly string[]; readonly name: string; readonly tell: Tell },
): Promise<string | null> {
  for (const place of places) {
    const file = await root.read(join(place, name), maxNoteBytes);
    if (file.state === "text") return file.text;
    if (file.state === "refused") tell(join(place, name), file.reason);
  }
  return null;
}

async function readTranscripts(root: Root, agentId: string, tell: Tell): Promise<readonly FolderTranscript[]> {
  const home = join("agents", agentId);
  const folder = join(home, "sessions");
  const { files, refused } = await root.list(folder);
  for (const { path, reason } of refused) tell(path, reason);
  const newer = await root.list(join(home, "agent"));
  if (newer.files.some(({ name }) => name.endsWith(".sqlite"))) {
    tell(
      join(home, "agent"),
      "the sessions of a newer release are in a database that only its gateway may read: start it, join it, and import from there",
    );
  }
  const index = await readIndex(root, { folder, agentId, tell });
  return files.flatMap(({ name, modifiedMs }) => {
    // `<id>.jsonl`, `<id>-topic-<n>.jsonl`, and `<id>.jsonl.reset.<time>` of one that a reset archived.
    const parsed = /^([^.]+)\.jsonl(?:\.(?:reset|deleted|bak)\..*)?$/.exec(name);
    if (parsed === null) {
      if (name !== "sessions.json" && !name.endsWith(".lock")) tell(join(folder, name), "no transcript");
      return [];
    }
    const known = name.endsWith(".jsonl") ? index.get(parsed[1] ?? "") : undefined;
    return [{ path: join(folder, name), modifiedMs, key: known?.key ?? null, title: known?.title ?? null }];
  });
}

/** Keyed by the file's name without its extension. */
async function readIndex(
  root: Root,
  { folder, agentId, tell }: { readonly folder: string; readonly agentId: string; readonly tell: Tell },
): Promise<ReadonlyMap<string, { readonly key: string; readonly title: string | null }>> {
  const path = join(folder, "sessions.json");
  const file = await root.read(path, maxIndexBytes);
  if (file.state === "refused") tell(path, file.reason);
  if (file.state !== "text") return new Map();
  const entries = parseJson(file.text);
  if (!isRecord(entries)) {
    tell(path, "no JSON object: its sessions are known by their files alone");
    return new Map();
  }
  return new Map(
    Object.entries(entries).flatMap(([key, value]) => {
      const entry = IndexEntry.safeParse(value);
      if (!entry.success) return [];
      const { sessionId, sessionFile, label, displayName, subject } = entry.data;
      const name = sessionFile?.replace(/^.*[\\/]/, "").replace(/\.jsonl$/, "") ?? sessionId;
      const title = label || displayName || subject || null;
      return name === undefined
        ? []
        : [[name, { key: agentIdOfKey(key) === null ? `agent:${agentId}:${key}` : key, title }] as const];
    }),
  );
}

/** True for a name that is a single part of a path. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name) && !name.includes("..");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
