/**
 * Keeps a gateway's agents and sessions, read once after each connect and updated by its events. Nothing outlives the
 * connection: what cannot be read now is not shown as if it were known.
 */
import { givenFields } from "@reef/engine/given-fields";
import { type GatewayConnection, GatewayError, type GatewayEvent } from "../connection.ts";
import {
  AgentList,
  type AgentOfGateway,
  clip,
  GatewaySessionRow,
  listToAgents,
  rowToSession,
  SessionList,
  type SessionOfGateway,
} from "./session-row.ts";
import { rowToEntries, TranscriptRow } from "./transcript-row.ts";

export interface Roster {
  /** Reads everything; rejects with a `GatewayError`. Events that arrive during it are not lost. */
  load(signal: AbortSignal): Promise<void>;
  loadAgents(signal: AbortSignal): Promise<void>;
  /** Applies an event; returns the key of the session that it is about. */
  take(event: GatewayEvent): string | null;
  clear(): void;
  readonly isLoaded: boolean;
  agents(): readonly AgentOfGateway[];
  sessions(): readonly SessionOfGateway[];
  session(key: string): SessionOfGateway | null;
  /** Returns the gateway's row. */
  row(key: string): GatewaySessionRow | null;
  /** Notes what we set there, which is true although its event comes later. */
  noteSet(row: GatewaySessionRow): void;
}

const pageLimit = 200;
const unpagedLimit = 1_000;
/** The first list after a start of the gateway takes it seconds. */
const timeoutMs = 60_000;
/** With more, those that changed last are shown. */
const maxSessions = 20_000;

export function createRoster(connection: Pick<GatewayConnection, "request">): Roster {
  const rows = new Map<string, GatewaySessionRow>();
  /** Built from the rows on demand; a changed row is built again. */
  const made = new Map<string, SessionOfGateway>();
  let agents: readonly AgentOfGateway[] = [];
  let isLoaded = false;

  function merge(row: GatewaySessionRow): void {
    const known = rows.get(row.key);
    rows.set(
      row.key,
      known === undefined ? row : { ...known, ...givenFields(row), ...(isOlder(row, known) && setOf(known)) },
    );
    made.delete(row.key);
  }

  function sessionOf(row: GatewaySessionRow): SessionOfGateway {
    const session = made.get(row.key) ?? rowToSession(row);
    made.set(row.key, session);
    return session;
  }

  async function loadAgents(signal: AbortSignal): Promise<void> {
    const list = AgentList.safeParse(await connection.request("agents.list", {}, { timeoutMs, signal }));
    if (!list.success) throw new GatewayError("malformed", "agents.list: its answer cannot be read");
    agents = listToAgents(list.data);
  }

  /** Releases that are too old for turns have no pages: they return the latest changes in one answer. */
  async function requestSessions(offset: number, signal: AbortSignal): Promise<unknown> {
    const paged = { limit: pageLimit, offset, archived: "all", sortBy: "updatedAt", ...withTexts };
    try {
      return await connection.request("sessions.list", paged, { timeoutMs, signal });
    } catch (error) {
      const isUnknown = error instanceof GatewayError && error.gatewayCode === "INVALID_REQUEST";
      if (!isUnknown || offset > 0) throw error;
      return await connection.request("sessions.list", { limit: unpagedLimit, ...withTexts }, { timeoutMs, signal });
    }
  }

  async function loadSessions(signal: AbortSignal): Promise<void> {
    for (let offset: number | null = 0; offset !== null && rows.size < maxSessions; ) {
      const list = SessionList.safeParse(await requestSessions(offset, signal));
      if (!list.success) throw new GatewayError("malformed", "sessions.list: its answer cannot be read");
      const { sessions, nextOffset, hasMore } = list.data;
      for (const given of sessions) {
        const row = GatewaySessionRow.safeParse(given);
        // An event that came while the list was on its way is newer.
        if (row.success && !isOlder(row.data, rows.get(row.data.key))) merge(row.data);
      }
      offset = hasMore === true && sessions.length > 0 ? (nextOffset ?? offset + sessions.length) : null;
    }
  }

  return {
    async load(signal) {
      await loadAgents(signal);
      await loadSessions(signal);
      isLoaded = true;
    },
    loadAgents,
    take(event) {
      const read = readEvent(event);
      if (read === null) return null;
      if (read.state === "row") merge(read.row);
      else {
        rows.delete(read.key);
        made.delete(read.key);
      }
      return read.state === "gone" ? read.key : read.row.key;
    },
    clear() {
      rows.clear();
      made.clear();
      agents = [];
      isLoaded = false;
    },
    get isLoaded() {
      return isLoaded;
    },
    agents: () => agents,
    sessions: () => [...rows.values()].filter(({ key }) => !warmUpKey.test(key)).map(sessionOf),
    session(key) {
      const row = rows.get(key);
      return row === undefined ? null : sessionOf(row);
    },
    row: (key) => rows.get(key) ?? null,
    noteSet: (row) => {
      if (rows.has(row.key)) merge(row);
    },
  };
}

/** The session that warms up agents: of no interest to people. */
const warmUpKey = /^agent:[^:]+:reef-warm-up$/;

const withTexts = { includeDerivedTitles: true, includeLastMessage: true };

type ReadEvent =
  | { readonly state: "row"; readonly row: GatewaySessionRow }
  | { readonly state: "gone"; readonly key: string };

/**
 * An event has the row twice, whole and in part; its latest message comes late, so it is taken from the message itself.
 */
function readEvent({ event, payload }: GatewayEvent): ReadEvent | null {
  if (event !== "sessions.changed" && event !== "session.message") return null;
  if (!isRecord(payload) || typeof payload.sessionKey !== "string") return null;
  const key = payload.sessionKey;
  if (payload.reason === "delete" || payload.reason === "deleted") return { state: "gone", key };
  const whole = isRecord(payload.session) ? payload.session : {};
  const part = event === "sessions.changed" ? payload : {};
  const { lastMessagePreview: _late, ...row } = { ...part, ...whole };
  const said = event === "session.message" ? lastWords(payload.message) : null;
  const parsed = GatewaySessionRow.safeParse({ ...row, key, ...(said !== null && { lastMessagePreview: said }) });
  return parsed.success ? { state: "row", row: parsed.data } : null;
}

function lastWords(message: unknown): string | null {
  const row = TranscriptRow.safeParse(message);
  if (!row.success) return null;
  const said = rowToEntries(row.data).findLast(({ kind, text }) => text !== "" && kind !== "tool_result");
  return said === undefined ? null : clip(said.text, 300);
}

function isOlder(row: GatewaySessionRow, known: GatewaySessionRow | undefined): boolean {
  return row.updatedAt != null && row.updatedAt < (known?.updatedAt ?? 0);
}

/** Events are seconds late: one from before a change does not have the current value. */
function setOf({ label, pinned, archived, unread, updatedAt }: GatewaySessionRow): Partial<GatewaySessionRow> {
  return { label, pinned, archived, unread, updatedAt };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
