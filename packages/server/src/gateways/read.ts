/**
 * Reads what a gateway has, joined with what of it is here: pages of its sessions, pages of a transcript, its agents.
 */

import type { Deps } from "@reef/engine/deps";
import { shownAddress } from "@reef/engine/gateway/address";
import { sessionOfKey } from "@reef/engine/gateway/adopt";
import { botsOfGateway } from "@reef/engine/gateway/bound";
import { AppError } from "@reef/protocol/error";
import type {
  Gateway,
  GatewayAgent,
  GatewayEntry,
  GatewayRecord,
  GatewaySession,
  GatewaySessionFilter,
} from "@reef/protocol/gateway";
import type { GatewayId } from "@reef/protocol/ids";
import type { Page, PageRequest } from "@reef/protocol/page";
import { type RowPage, readPage } from "@reef/runtimes/openclaw/mirror/history";
import type { Mirror } from "@reef/runtimes/openclaw/mirror/mirror";
import type { SessionOfGateway } from "@reef/runtimes/openclaw/mirror/session-row";
import { rowToEntries } from "@reef/runtimes/openclaw/mirror/transcript-row";
import type { GatewayWatch } from "@reef/runtimes/openclaw/mirror/watch";
import { z } from "zod";

/** Returns the record with the connection's current state. */
export function withStatus(record: GatewayRecord, mirror: Mirror): Gateway {
  const watch = mirror.find(record.id);
  const unknown = { reason: null, version: null, protocolVersion: null, connectedAt: null, retryAt: null } as const;
  const status = watch?.connection.status() ?? { ...unknown, state: record.enabled ? "connecting" : "off" };
  return {
    ...record,
    url: shownAddress(record.url),
    ...status,
    ...(watch?.counts() ?? { agents: null, sessions: null }),
  };
}

export async function readAgents(deps: Deps, watch: GatewayWatch): Promise<readonly GatewayAgent[]> {
  const gatewayId = watch.connection.id;
  const roster = await watch.roster();
  const bound = await botsOfGateway(deps, gatewayId);
  return roster.agents().map((agent) => ({
    gatewayId,
    ...agent,
    botIds: bound.filter((bot) => bot.agent.agentId === agent.agentId).map(({ id }) => id),
  }));
}

/**
 * Newest change first. The cursor names the last session of the page, so changes in between neither skip nor repeat
 * one.
 */
export async function readSessions(
  deps: Deps,
  watch: GatewayWatch,
  { filter, page }: { readonly filter: GatewaySessionFilter; readonly page: PageRequest },
): Promise<Page<GatewaySession>> {
  const roster = await watch.roster();
  const after = page.cursor === null ? null : readCursor(page.cursor);
  const all = roster
    .sessions()
    .filter((session) => fits(session, filter))
    .toSorted(byChange);
  const from = after === null ? 0 : all.findIndex((session) => byChange(after, session) < 0);
  const items = from < 0 ? [] : all.slice(from, from + page.limit);
  const last = items.at(-1);
  const hasMore = from >= 0 && from + page.limit < all.length;
  return {
    items: await Promise.all(items.map((session) => withSession(deps, watch.connection.id, session))),
    next: hasMore && last !== undefined ? writeCursor(last) : null,
  };
}

async function withSession(deps: Deps, gatewayId: GatewayId, session: SessionOfGateway): Promise<GatewaySession> {
  const here = await sessionOfKey(deps, { gatewayId, key: session.key });
  return { gatewayId, ...session, sessionId: here?.id ?? null };
}

/** Ascending; with `before` null, the newest. */
export async function readEntries(
  watch: GatewayWatch,
  options: { readonly key: string; readonly before: string | null; readonly limit: number },
): Promise<Page<GatewayEntry>> {
  const { key, before, limit } = options;
  const { connection } = watch;
  await watch.roster();
  const place = before === null ? { offset: 0, total: 0 } : readPlace(before);
  let page: RowPage = await readPage(connection, { key, limit, offset: place.offset });
  const moved = before === null ? 0 : page.total - place.total;
  // Newer rows have moved the place away from the end.
  if (moved > 0) page = await readPage(connection, { key, limit, offset: place.offset + moved });
  return {
    items: page.rows.flatMap(rowToEntries),
    next: page.older === null ? null : `${page.older}:${page.total}`,
  };
}

type SessionOrder = Pick<SessionOfGateway, "updatedAt" | "key">;

function byChange(a: SessionOrder, b: SessionOrder): number {
  const [atA, atB] = [a.updatedAt ?? "", b.updatedAt ?? ""];
  if (atA !== atB) return atA < atB ? 1 : -1;
  return a.key < b.key ? -1 : Number(a.key > b.key);
}

function fits(session: SessionOfGateway, { agentId, archived = false, q }: GatewaySessionFilter): boolean {
  if (session.archived !== archived || (agentId !== undefined && session.agentId !== agentId)) return false;
  if (q === undefined) return true;
  const text = [session.title, session.key, session.group ?? "", session.lastText].join("\n").toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const Cursor = z.tuple([z.string().nullable(), z.string()]);

function writeCursor({ updatedAt, key }: SessionOrder): string {
  return Buffer.from(JSON.stringify([updatedAt, key])).toString("base64url");
}

function readCursor(cursor: string): SessionOrder {
  try {
    const [updatedAt, key] = Cursor.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return { updatedAt, key };
  } catch (cause) {
    throw new AppError("invalid_request", "the cursor is not from this list", { cause });
  }
}

function readPlace(before: string): { readonly offset: number; readonly total: number } {
  const parsed = /^(\d{1,9}):(\d{1,9})$/.exec(before);
  if (parsed === null) throw new AppError("invalid_request", "`before` is not the `next` of a page of this transcript");
  return { offset: Number(parsed[1]), total: Number(parsed[2]) };
}
