/**
 * Runs a worker loop simple enough to verify: tokens travel from session to session, one message a hop. A turn writes
 * its entry and the next message in one step and settles in another, so that a kill can fall between the two.
 */
import { makeId } from "@reef/engine/ids";
import type { Claim, Store } from "@reef/engine/port/store";
import type { Op } from "@reef/engine/port/unit";
import { newBotFields } from "@reef/engine/registry/new-bot";
import { entrySeed, messageSeed, settleOp, stepOp } from "@reef/engine/testing/seeds";
import type { SessionId, WorkerId } from "@reef/protocol/ids";
import type { IsoTime } from "@reef/protocol/time";

export const hopsOfToken = 4;

export interface Relay {
  readonly store: Store;
  readonly worker: WorkerId;
  readonly sessions: readonly SessionId[];
  /** If given, its claims stay open until something is claimable. */
  readonly open?: AbortSignal;
  now(): IsoTime;
  /** Called once the named thing is on disk. */
  acknowledge(id: string): void;
}

/** Sends the first message of a token; the same token again is the same message. */
export async function sendToken({ store, sessions, now, acknowledge }: Relay, token: number): Promise<void> {
  const message = messageSeed(sessionOf(sessions, token, 0), { text: `${token}:0`, idempotencyKey: `token-${token}` });
  const { existing } = await store.commit({ at: now(), ops: [{ op: "message.send", message }] });
  acknowledge(existing[0]?.id ?? message.id);
}

/** Claims and runs turns until nothing is claimable. */
export async function runTurns(relay: Relay): Promise<number> {
  let ran = 0;
  for (;;) {
    const claims = await relay.store.claim(relay.worker, 16, relay.now(), relay.open);
    if (claims.length === 0) return ran;
    await Promise.all(claims.map((claim) => runTurn(relay, claim)));
    ran += claims.length;
  }
}

async function runTurn({ store, sessions, now, acknowledge }: Relay, claim: Claim): Promise<void> {
  const [message] = claim.messages;
  if (message === undefined) throw new Error("a turn without a message");
  const [token, hop] = message.text.split(":").map(Number) as [number, number];
  // A turn that died after its step goes on after it.
  if (claim.turn.steps === 0) {
    const entry = entrySeed(claim.session.id, `did ${message.text}`, { turnId: claim.turn.id });
    const next = messageSeed(sessionOf(sessions, token, hop + 1), {
      text: `${token}:${hop + 1}`,
      chainId: message.chainId,
      hops: hop + 1,
    });
    const sends: Op[] = hop + 1 < hopsOfToken ? [{ op: "message.send", message: next }] : [];
    const step = await store.commitTurn(claim, { at: now(), ops: [{ op: "entry.append", entry }, stepOp(), ...sends] });
    if (step.state === "fenced") return;
    acknowledge(entry.id);
    for (const _ of sends) acknowledge(next.id);
  }
  await store.commitTurn(claim, { at: now(), ops: [settleOp()] });
}

export async function makeSessions(store: Store, at: IsoTime, count: number): Promise<void> {
  const botId = makeId("bot");
  const bot = {
    id: botId,
    name: "relay",
    ...newBotFields,
    runtime: "demo" as const,
  };
  const session = { botId, title: "hop", topicId: null, pinned: false, parentId: null, taskMessageId: null };
  await store.commit({
    at,
    ops: [
      { op: "bot.create", bot },
      ...Array.from(
        { length: count },
        (): Op => ({ op: "session.create", session: { ...session, id: makeId("session") } }),
      ),
    ],
  });
}

function sessionOf(sessions: readonly SessionId[], token: number, hop: number): SessionId {
  return sessions[(token * 7 + hop * 13) % sessions.length] as SessionId;
}
