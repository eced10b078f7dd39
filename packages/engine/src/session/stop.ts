/**
 * Stops what runs or would go on by itself, and with a hold keeps it stopped until a person resumes (TU6). The hold is
 * committed first: no turn of what it covers begins after it, so what is found to stop afterwards is all there is.
 */
import { eachPage } from "@reef/protocol/each-page";
import type { Hold, HoldScope } from "@reef/protocol/hold";
import type { SessionId } from "@reef/protocol/ids";
import type { Session, SessionStatus } from "@reef/protocol/session";
import type { ResumeReport, StopReport } from "@reef/protocol/stop";
import { commitOps, found, lastEvent } from "../commit.ts";
import type { Deps } from "../deps.ts";
import { type CancelReport, cancelSession } from "./cancel.ts";
import { isCovered } from "./held.ts";

export interface Stopping {
  readonly scope: HoldScope;
  readonly hold: boolean;
  readonly reason: string | null;
  /** True to withdraw waiting messages as well; without it they start new turns, or are held. */
  readonly queued: boolean;
  /** Who stops it, for the record. */
  readonly by: string;
}

/**
 * Resolves within about a second (TU6). Turns of a bot, or of everything, that wait for a person are kept. Throws
 * `not_found` if the scope names nothing. Safe to repeat.
 */
export async function stop(deps: Deps, stopping: Stopping): Promise<StopReport> {
  const { reason } = stopping;
  const scope = await toRoot(deps, stopping.scope);
  const named = await nameScope(deps, scope);
  const held = stopping.hold ? await holdScope(deps, { scope, ...named, reason }) : null;
  const { busy, kept } = await findBusy(deps, { ...stopping, scope }, named.target);
  const request = {
    by: stopping.by,
    queued: stopping.queued,
    reason: reason ?? undefined,
    keepsQueued: (session: Session) => held !== null && isCovered(held, session),
  };
  // A cancel includes spawned sessions, so only the topmost session of each tree is cancelled.
  const topmost = [...busy.values()].filter((session) => session.parentId === null || !busy.has(session.parentId));
  const reports = await Promise.all(topmost.map(({ id }) => cancelSession(deps, id, request)));
  const all = (part: keyof CancelReport) => [...new Set(reports.flatMap((report) => report[part]))];
  return { cancelled: all("cancelled"), idle: all("idle"), notStopped: all("notStopped"), kept, held };
}

/** Lets what these holds stopped go on; without a scope, everything. */
export async function resume(deps: Deps, scope: HoldScope | undefined): Promise<ResumeReport> {
  const before = await deps.store.read.holds();
  const scopes = scope === undefined ? undefined : [await toRoot(deps, scope)];
  await commitOps(deps, { op: "hold.end", ...(scopes !== undefined && { scopes }) });
  const held = await deps.store.read.holds();
  const isHeld = ({ scope: of }: Hold) => held.some((hold) => isSameScope(hold.scope, of));
  return { resumed: before.filter((hold) => !isHeld(hold)), held: [...held] };
}

/** A tree is named by its root, whichever of its sessions was given. */
async function toRoot({ store }: Deps, scope: HoldScope): Promise<HoldScope> {
  if (scope.kind !== "tree") return scope;
  const { rootId } = await found(store.read.session(scope.id), "session", scope.id);
  return { kind: "tree", id: rootId };
}

async function holdScope(deps: Deps, hold: Omit<Hold, "at">): Promise<Hold | null> {
  const { held } = lastEvent(await commitOps(deps, { op: "hold.put", hold }), "holds.changed");
  return held.find(({ scope }) => isSameScope(scope, hold.scope)) ?? null;
}

function isSameScope(a: HoldScope, b: HoldScope): boolean {
  return a.kind === b.kind && (a.kind === "everything" || b.kind === "everything" || a.id === b.id);
}

async function nameScope({ store: { read } }: Deps, scope: HoldScope): Promise<Pick<Hold, "target" | "name">> {
  switch (scope.kind) {
    case "everything":
      return { target: null, name: null };
    case "bot": {
      const { id, name } = await found(read.bot(scope.id), "bot", scope.id);
      return { target: id, name };
    }
    case "tree":
    case "session": {
      const { id, title } = await found(read.session(scope.id), "session", scope.id);
      return { target: id, name: title };
    }
    case "turn": {
      const { sessionId } = await found(read.turn(scope.id), "turn", scope.id);
      const session = await found(read.session(sessionId), "session", sessionId);
      return { target: session.id, name: session.title };
    }
  }
}

interface Busy {
  readonly busy: ReadonlyMap<SessionId, Session>;
  /** They wait for a person, and go on only when that person answers. */
  readonly kept: SessionId[];
}

async function findBusy(deps: Deps, { scope, queued }: Stopping, target: Hold["target"]): Promise<Busy> {
  const { read } = deps.store;
  if (scope.kind === "turn" || scope.kind === "session" || scope.kind === "tree") {
    const session = await found(read.session(target as SessionId), "session", String(target));
    const isOver = scope.kind === "turn" && session.turnId !== scope.id;
    return { busy: new Map(isOver ? [] : [[session.id, session]]), kept: [] };
  }
  const busy = new Map<SessionId, Session>();
  const kept: SessionId[] = [];
  const botId = scope.kind === "bot" ? scope.id : undefined;
  for (const status of stopped) {
    for await (const sessions of eachPage((cursor) =>
      read.sessions({ status, ...(botId !== undefined && { botId }) }, { limit: 1000, cursor }),
    )) {
      for (const session of sessions) {
        const { id, turnId } = session;
        if (turnId === null && !(queued && session.queued > 0)) continue;
        const waitsForPerson = status === "needs_you" && turnId !== null && !(await isRunning(deps, session));
        if (waitsForPerson) kept.push(id);
        else busy.set(id, session);
      }
    }
  }
  return { busy, kept };
}

const stopped: readonly SessionStatus[] = ["running", "unknown", "waiting", "held", "needs_you", "queued"];

async function isRunning({ store }: Deps, { turnId }: Session): Promise<boolean> {
  if (turnId === null) return false;
  return (await store.read.turn(turnId))?.state === "running";
}
