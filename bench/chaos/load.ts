/**
 * Sends messages while the faults go on, and remembers what each one must lead to. A message counts as sent when its
 * acknowledgement arrived; until then it is sent again under the same key, to whichever worker answers (MB2). Each
 * session has one sender, which waits for each acknowledgement, so the order in which a session accepted is known (MB3).
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@reef/client/client";
import { AppError } from "@reef/protocol/error";
import type { BotId, MessageId, SessionId } from "@reef/protocol/ids";
import type { Follower } from "./follow.ts";
import { type Plan, type PlannedCall, planToText } from "./plan.ts";
import type { Random } from "./random.ts";

/** `act` must happen at most once, `search` at least once. */
export type Kind = "plain" | "relay" | "spawn" | "act" | "search" | "ask" | "poison";

export interface Sent {
  readonly kind: Kind;
  readonly plan: Plan;
  readonly text: string;
  readonly sessionId: SessionId;
  readonly messageId: MessageId;
  /** Plans that it hands on: by a message to another session, or as a task. */
  readonly onward: readonly Plan[];
}

export interface World {
  readonly sessions: readonly SessionId[];
  readonly bots: readonly BotId[];
}

export interface LoadParts {
  readonly random: Random;
  readonly world: World;
  readonly messages: number;
  /** So many at most are unsettled at once: a mailbox that only grows would test nothing but its length. */
  readonly unsettledMax: number;
  /** The model takes up to this long for an answer: what is longer is more often under way when a worker dies. */
  readonly answerMs: number;
  /** A client of some worker that seems to serve. */
  readonly anyClient: () => Client;
  readonly follower: Follower;
  /** Aborted when no more faults come: sending goes on up to `messages`. */
  readonly faultsEnded: AbortSignal;
}

const senderCount = 8;
const answerWithinMs = 8_000;
/** A session may have few children at once, and a tree 32 sessions in all. */
const spawnsOfSession = 12;
const weights: Readonly<Record<Kind, number>> = {
  plain: 34,
  relay: 26,
  spawn: 9,
  act: 14,
  search: 12,
  ask: 4,
  poison: 1,
};
const kinds = Object.entries(weights).flatMap(([kind, weight]) => Array<Kind>(weight).fill(kind as Kind));

export interface Load {
  readonly sent: readonly Sent[];
  readonly problems: readonly string[];
  /** Resolves when everything wanted was sent and acknowledged. */
  readonly done: Promise<void>;
}

export function startLoad(parts: LoadParts): Load {
  const sent: Sent[] = [];
  const problems: string[] = [];
  const spawned = new Map<SessionId, number>();
  let numbered = 0;
  const wantsMore = () => !parts.faultsEnded.aborted || numbered < parts.messages;
  const sendAll = async (sessions: readonly SessionId[]) => {
    while (wantsMore()) {
      if (sent.length - parts.follower.settledCount() >= parts.unsettledMax) {
        await wait(25);
        continue;
      }
      numbered += 1;
      const sessionId = parts.random.pick(sessions);
      const made = makeMessage(parts, { number: numbered, sessionId, spawned });
      const messageId = await sendUntilAcknowledged(parts, made, problems);
      if (messageId !== null) sent.push({ ...made, messageId });
    }
  };
  const { sessions } = parts.world;
  const senders = Math.min(senderCount, sessions.length);
  const shares = Array.from({ length: senders }, (_, share) => sessions.filter((_, at) => at % senders === share));
  return { sent, problems, done: Promise.all(shares.map(sendAll)).then(() => undefined) };
}

function makeMessage(
  { random, world, answerMs }: LoadParts,
  {
    number,
    sessionId,
    spawned,
  }: { readonly number: number; readonly sessionId: SessionId; readonly spawned: Map<SessionId, number> },
): Omit<Sent, "messageId"> {
  const marker = `m${number}`;
  const delayMs = random.whole(0, answerMs);
  let kind = random.pick(kinds);
  const spawns = spawned.get(sessionId) ?? 0;
  if (kind === "spawn" && spawns >= spawnsOfSession) kind = "plain";
  if (kind === "spawn") spawned.set(sessionId, spawns + 1);
  const plan = (calls: readonly PlannedCall[]): Plan => ({ marker, delayMs, calls });
  const other = () => random.pick(world.sessions.filter((id) => id !== sessionId));
  const done = (made: Plan, onward: readonly Plan[] = []) => ({
    kind,
    plan: made,
    text: planToText(made),
    sessionId,
    onward,
  });
  switch (kind) {
    case "plain":
      return done(plan([]));
    case "poison":
      return done({ ...plan([]), isPoison: true });
    case "act":
      return done(plan([{ tool: "outside__act", input: { marker } }]));
    case "search":
      return done(plan([{ tool: "web_search", input: { query: marker } }]));
    case "ask":
      return done(plan([{ tool: "ask_person", input: { question: `question ${marker}` } }]));
    case "spawn": {
      const task: Plan = { marker: `${marker}.task`, delayMs, calls: [] };
      const spawn = { tool: "session_spawn", input: { task: planToText(task), title: task.marker } };
      const waiting = random.next() < 0.5 ? [{ tool: "session_wait", input: {} }] : [];
      return done(plan([spawn, ...waiting]), [task]);
    }
    case "relay": {
      const send = (to: SessionId, next: Plan) => ({ tool: "session_send", input: { to, text: planToText(next) } });
      const last: Plan = { marker: `${marker}.2`, delayMs, calls: [] };
      const isLong = random.next() < 0.5;
      const first: Plan = { marker: `${marker}.1`, delayMs, calls: isLong ? [send(sessionId, last)] : [] };
      return done(plan([send(other(), first)]), isLong ? [first, last] : [first]);
    }
    default:
      return kind satisfies never;
  }
}

/** Returns null if a server refused the message, which is a problem. */
async function sendUntilAcknowledged(
  { anyClient }: LoadParts,
  { text, sessionId, plan }: Omit<Sent, "messageId">,
  problems: string[],
): Promise<MessageId | null> {
  for (;;) {
    try {
      const message = await anyClient().send<{ readonly message: { readonly id: MessageId } }>({
        method: "POST",
        path: `/v1/sessions/${sessionId}/messages`,
        body: { text },
        headers: { "idempotency-key": plan.marker },
        signal: AbortSignal.timeout(answerWithinMs),
      });
      return message.message.id;
    } catch (error) {
      if (error instanceof AppError && !isPassing(error)) {
        problems.push(`${plan.marker} was refused: ${error.code} ${error.message}`);
        return null;
      }
      await wait(30);
    }
  }
}

/** The outcome is open, or the server says that it cannot serve now. */
function isPassing({ code }: AppError): boolean {
  return code === "unavailable" || code === "rate_limited" || code === "internal";
}

interface Answering {
  readonly until: AbortSignal;
  readonly problems: string[];
  /** What the outside service has done, by marker. */
  readonly ledger: ReadonlyMap<string, number>;
}

/** Answers each question of a bot from two sides at once: one answer counts (AS1). */
export async function answerQuestions(anyClient: () => Client, { until, problems, ledger }: Answering): Promise<void> {
  while (!until.aborted) {
    try {
      const { items } = await anyClient().asks({ state: "open", limit: 50 }, { signal: AbortSignal.timeout(4_000) });
      await Promise.all(
        items.map(async ({ id, kind, question, call }) => {
          if (kind === "unknown") {
            const { marker = "" } = (call?.input ?? {}) as { readonly marker?: string };
            // Like a careful person: what the service has booked did happen, and the rest is not risked again.
            const answer = ledger.has(marker) ? `acted ${marker}` : "Skip it";
            await anyClient()
              .answerAsk(id, { answer }, { signal: AbortSignal.timeout(4_000) })
              .catch(() => undefined);
            return;
          }
          if (kind !== "question") {
            problems.push(`an ask of the kind ${kind}: ${question}`);
            return;
          }
          const answer = (by: string) =>
            anyClient().answerAsk(id, { answer: `${by} ${question}` }, { signal: AbortSignal.timeout(4_000) });
          await Promise.allSettled([answer("one says"), answer("other says")]);
        }),
      );
    } catch {
      // No worker answers now.
    }
    await wait(150);
  }
}
