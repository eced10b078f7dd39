/**
 * The cycle that benches of durable messages share: 64 messages travel from session to session, each handled by an
 * answer of 400 bytes and a message to the next session, in one commit.
 */
import { makeId } from "@reef/engine/ids";
import type { Claim } from "@reef/engine/port/store";
import type { Op, TurnUnit, Unit } from "@reef/engine/port/unit";
import { botSeed, entrySeed, messageSeed, sessionSeed, settleOp, stepOp } from "@reef/engine/testing/seeds";
import type { SessionId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";

export const inFlight = 64;
export const hops = 60;
export const sessionCount = 1_000;
export const body = "x".repeat(400);
export const now = () => msToIso(Date.now());

export interface Setup {
  readonly unit: Unit;
  readonly sessions: readonly SessionId[];
}

export function makeSetup(): Setup {
  const bots = Array.from({ length: 50 }, (_, index) => botSeed({ name: `bot ${index}` }));
  const sessions = Array.from({ length: sessionCount }, (_, index) => sessionSeed((bots[index % 50] ?? botSeed()).id));
  const ops: Op[] = [
    ...bots.map((bot): Op => ({ op: "bot.create", bot })),
    ...sessions.map((session): Op => ({ op: "session.create", session })),
    ...Array.from({ length: inFlight }, (_, token): Op => {
      const to = sessions[token * 15]?.id ?? makeId("session");
      return { op: "message.send", message: messageSeed(to, { text: body }) };
    }),
  ];
  return { unit: { at: now(), ops }, sessions: sessions.map(({ id }) => id) };
}

/** Handles one message: the answer, its step, the message to the next session, the end of the turn. */
export function handle({ session, turn }: Claim, sessions: readonly SessionId[]): TurnUnit {
  const entry = entrySeed(session.id, body, { turnId: turn.id });
  const at = sessions.indexOf(session.id);
  const next = sessions[(at * 7 + turn.hops * 13 + 1) % sessions.length] as SessionId;
  const sends: Op[] =
    turn.hops + 1 < hops
      ? [{ op: "message.send", message: messageSeed(next, { text: body, chainId: turn.chainId, hops: turn.hops + 1 }) }]
      : [];
  return {
    at: now(),
    ops: [{ op: "entry.append", entry }, stepOp(), ...sends, settleOp({ answeredBy: entry.id })],
  };
}
