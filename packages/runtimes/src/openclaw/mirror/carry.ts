/**
 * Carries names, pins, archive and read marks between a gateway and Reef, both ways: each change as soon as a side
 * makes it, and after each connect the changes in between. A session has only one comparison at a time, so no change is
 * its own echo.
 */
import { sessionOfKey } from "@reef/engine/gateway/adopt";
import { sessionIdOfKey } from "@reef/engine/gateway/session-key";
import type { Clock } from "@reef/engine/port/clock";
import type { Store } from "@reef/engine/port/store";
import type { Op } from "@reef/engine/port/unit";
import { findUnreadSeq } from "@reef/engine/session/sessions";
import { AppError } from "@reef/protocol/error";
import type { SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { isoToMs, msToIso } from "@reef/protocol/time";
import { z } from "zod";
import { type GatewayConnection, GatewayError } from "../connection.ts";
import { isOwnRun } from "../session-key.ts";
import { type Agreement, compare, type Here, isNothing, type Standing } from "./agreement.ts";
import type { Agreements } from "./agreements.ts";
import type { MirrorLog } from "./mirror-log.ts";
import type { Roster } from "./roster.ts";
import type { GatewaySessionRow } from "./session-row.ts";

export interface CarryParts {
  readonly connection: GatewayConnection;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: MirrorLog;
  readonly agreements: Promise<Agreements>;
  readonly roster: Pick<Roster, "row" | "noteSet">;
}

export interface Carry {
  /** Called when something may have changed there; `isSet`: someone set it, as opposed to automatic changes. */
  changedThere(key: string, isSet: boolean): void;
  changedHere(session: Session): void;
  /** Called for a new connection: everything must be compared again. */
  forget(): void;
  /** Resolves when nothing is being compared. */
  settled(): Promise<void>;
}

export function createCarry(parts: CarryParts): Carry {
  const { connection, log, roster } = parts;
  const keyById = new Map<SessionId, string>();
  /** What was compared last, so that a row without news costs nothing. */
  const seenThere = new Map<string, string>();
  const seenHere = new Map<SessionId, string>();
  const chains = new Map<string, Promise<void>>();

  function enter(key: string, isSet: boolean): void {
    const next = (chains.get(key) ?? Promise.resolve()).then(() => bring(key, isSet));
    chains.set(key, next);
    void next.finally(() => {
      if (chains.get(key) === next) chains.delete(key);
    });
  }

  async function bring(key: string, isSet: boolean): Promise<void> {
    try {
      const there = roster.row(key);
      if (there === null || connection.status().state !== "ready") return;
      const session = await sessionOfKey(parts, { gatewayId: connection.id, key });
      if (session === null) return;
      keyById.set(session.id, key);
      await carry(parts, { key, session, there, isSet });
    } catch (error) {
      // Tried again after the next connect, or when something changes.
      seenThere.delete(key);
      if (error instanceof GatewayError && error.code === "disconnected") return;
      if (error instanceof AppError && error.code === "not_found") return;
      log.warn({ gateway: connection.id, error }, "the name or state of a session could not be carried over");
    }
  }

  return {
    changedThere(key, isSet) {
      const there = roster.row(key);
      if (there === null) return;
      const said = JSON.stringify([standingThere(there), there.lastRunId]);
      if (seenThere.get(key) === said) return;
      seenThere.set(key, said);
      enter(key, isSet);
    },
    changedHere(session) {
      const key = session.mirrors?.gatewayId === connection.id ? session.mirrors.key : keyById.get(session.id);
      if (key === undefined) return;
      const { lastSeq: _, ...said } = standingHere(session);
      const text = JSON.stringify(said);
      if (seenHere.get(session.id) === text) return;
      seenHere.set(session.id, text);
      enter(key, false);
    },
    forget() {
      seenThere.clear();
      seenHere.clear();
    },
    async settled() {
      while (chains.size > 0) await Promise.allSettled(chains.values());
    },
  };
}

interface Pair {
  readonly key: string;
  readonly session: Session;
  readonly there: GatewaySessionRow;
  readonly isSet: boolean;
}

async function carry(parts: CarryParts, { key, session, there: row, isSet }: Pair): Promise<void> {
  const agreements = await parts.agreements;
  const agreed = agreements.get(key);
  const [here, there] = [standingHere(session), standingThere(row)];
  const isOwn = sessionIdOfKey(key) !== null;
  const later = (row.updatedAt ?? 0) > isoToMs(session.updatedAt) ? "there" : "here";
  const moves = compare({ agreed, here, there, later, isOwn, isSetThere: isSet });
  // The answer of a run of ours was read here already when the gateway marks it.
  const isReadAlready = there.unread && !here.unread && isOwnRun(row.lastRunId ?? "") && session.turnId === null;
  const toThere = {
    ...moves.toThere,
    ...(isReadAlready && moves.toHere.unread === undefined && { unread: false }),
  };
  const sent = isNothing(toThere) ? {} : await setThere(parts, { key, session, row }, toThere);
  if (!isNothing(moves.toHere)) await setHere(parts, session, moves.toHere);
  const next: Agreement = {
    here: { ...here, ...withoutNull(moves.toHere) },
    there: { ...there, ...sent },
  };
  if (JSON.stringify(next) !== JSON.stringify(agreed)) agreements.set(key, next);
}

const Patched = z.object({ entry: z.object({ updatedAt: z.number().nullish() }).nullish() });

/** Returns what was set. Labels are unique there; titles need not be. */
async function setThere(
  { connection, roster }: CarryParts,
  { key, session, row }: Pick<Pair, "key" | "session"> & { readonly row: GatewaySessionRow },
  { title, ...marks }: Partial<Standing>,
): Promise<Partial<Standing>> {
  const patch = async (fields: Partial<GatewaySessionRow>, guard: object = {}) => {
    const answer = Patched.safeParse(await connection.request("sessions.patch", { key, ...fields, ...guard }));
    const updatedAt = answer.data?.entry?.updatedAt ?? undefined;
    roster.noteSet({ key, ...fields, ...(updatedAt !== undefined && { updatedAt }) });
  };
  // A restored or archived session must be the one that was meant.
  const guard = marks.archived === undefined || !row.sessionId ? {} : { expectedSessionId: row.sessionId };
  if (!isNothing(marks)) await patch(marks, guard);
  if (title == null) return marks;
  try {
    await patch({ label: title });
    return { ...marks, title };
  } catch (error) {
    if (!(error instanceof GatewayError) || !/label/i.test(error.message)) throw error;
    const label = `${title.slice(0, 180)} · ${session.id.slice(-6)}`;
    await patch({ label });
    return { ...marks, title: label };
  }
}

async function setHere({ store, clock }: CarryParts, session: Session, moves: Partial<Standing>): Promise<void> {
  const { id } = session;
  const at = msToIso(clock.now());
  const fields = {
    ...(moves.title != null && { title: moves.title }),
    ...(moves.pinned !== undefined && { pinned: moves.pinned }),
    ...(moves.archived !== undefined && { archivedAt: moves.archived ? at : null }),
  };
  const ops: Op[] = Object.keys(fields).length === 0 ? [] : [{ op: "session.change", id, fields }];
  if (moves.unread === false) ops.push({ op: "session.read", id, seq: session.lastSeq });
  const seq = moves.unread === true ? await findUnreadSeq({ store }, session) : null;
  if (seq !== null) ops.push({ op: "session.unread", id, seq });
  if (ops.length > 0) await store.commit({ at, ops });
}

function standingHere({ title, pinned, archivedAt, unread, lastSeq }: Session): Here {
  return { title, pinned, archived: archivedAt !== null, unread: unread > 0, lastSeq };
}

const longestTitle = 200;

function standingThere({ label, pinned, archived, unread }: GatewaySessionRow): Standing {
  const title = (label ?? "").replace(/\s+/g, " ").trim().slice(0, longestTitle).toWellFormed();
  return {
    title: title === "" ? null : title,
    pinned: pinned ?? false,
    archived: archived ?? false,
    unread: unread ?? false,
  };
}

function withoutNull({ title, ...marks }: Partial<Standing>): Partial<Here> {
  return title == null ? marks : { ...marks, title };
}
