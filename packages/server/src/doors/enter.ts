/**
 * Brings a request into its session: once, whatever is repeated (MB2). Everything it decides follows from what is
 * stored, so that a request sent again after a crash finds its own work. A message's key says where in its conversation
 * it was said, and what.
 */
import { answerAsk } from "@reef/engine/ask/answer";
import { commitOps } from "@reef/engine/commit";
import type { Deps } from "@reef/engine/deps";
import { sendMessage } from "@reef/engine/mailbox/send";
import { rewindSession } from "@reef/engine/session/rewind";
import { type Ask, AskAnswer } from "@reef/protocol/ask";
import { AppError } from "@reef/protocol/error";
import type { FileId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Doors } from "./door-parts.ts";
import { doorKey, findEarlier, freeKey, type Spot } from "./earlier-work.ts";
import { type FoundSession, findSession, hash } from "./find-session.ts";
import type { KnownLine } from "./known-lines.ts";
import { keepPictures } from "./pictures.ts";
import { refused } from "./refused.ts";
import { type DoorRequest, type Said, sameText, toCompared } from "./said.ts";
import { showsAsk } from "./say-asks.ts";
import { boundInstructions, composeText, instructionsIn } from "./sent-text.ts";
import { findWaitingAsks } from "./waiting-asks.ts";
import type { Work } from "./work.ts";

/**
 * Resolves when the message is on disk (MB1). Throws `not_found`, `invalid_request`, `conflict`,
 * `idempotency_mismatch`, `payload_too_large`, `unavailable` (the bot is paused), `limit_exceeded`.
 */
export async function enter(doors: Doors, request: DoorRequest): Promise<Work> {
  if (doors.waiting.count >= maxWaiting) {
    throw new AppError("limit_exceeded", `${maxWaiting} requests wait for answers already: try again later`);
  }
  return doors.inOrder(request.bot.id, () => enterInOrder(doors.edge.deps, request));
}

/** How many requests may wait for answers at the same time. */
const maxWaiting = 512;

async function enterInOrder(deps: Deps, request: DoorRequest): Promise<Work> {
  const found = await findSession(deps, request);
  const now = nowOf(request);
  const spot = spotOf(request, found);
  const earlier = found.session === null ? null : await findEarlier(deps, request, { found, spot, text: now.text });
  if (earlier !== null) return earlier;
  if (request.bot.pausedAt !== null) {
    throw new AppError("unavailable", `“${request.bot.name}” is paused: resume it in Reef first`);
  }
  const session = found.session ?? (await createSession(deps, request, found.id));
  requireMemoryMode(session, request);
  const ask = await openAsk(deps, session);
  if (ask === null) return send(deps, request, { session, found, spot });
  const shown = request.said.at(-2)?.text;
  if (shown !== undefined && !showsAsk(shown, ask)) {
    return { session, message: null, ask, turnId: session.turnId, isUnsent: true };
  }
  return answered(deps, { session, ask, text: now.text });
}

function spotOf(request: DoorRequest, { lines, place }: FoundSession): Spot {
  const { key, said } = request;
  const text = toCompared(nowOf(request).text);
  if (key.kind === "after") {
    const after = lines.findIndex(({ messageId, ask }) => messageId === key.id || ask?.id === key.id);
    const parent = hash(`after:${key.id}`);
    return { after: after < 0 ? lines.length - 1 : after, parent, key: keyOf(parent, text), isTold: after >= 0 };
  }
  const before = said.slice(0, -1).filter(({ by }) => by === "person");
  const parent = hash(before.map((each) => toCompared(each.text)).join("\n\n"));
  const isTold = place !== null && before.length > 0;
  return { after: isTold ? place.after : lines.length - 1, parent, key: keyOf(parent, text), isTold };
}

function keyOf(parent: string, text: string): string {
  return `chat:${parent}.${hash(text)}`;
}

async function createSession(deps: Deps, request: DoorRequest, id: SessionId): Promise<Session> {
  const { bot, memory, key } = request;
  const words = nowOf(request).text.replace(/\s+/g, " ").trim();
  const title = key.kind === "name" && !isMachineMade(key.name) ? key.name : words === "" ? bot.name : words;
  const session = { id, botId: bot.id, title: cut(title, titleLength), parentId: null, taskMessageId: null };
  await commitOps(deps, { op: "session.create", session: { ...session, ...(memory && { memory }) } }).catch(
    (error: unknown) => {
      // Another worker created it in the same moment.
      if (!(error instanceof AppError) || error.code !== "conflict") throw error;
    },
  );
  const created = await deps.store.read.session(id);
  if (created === null) throw new AppError("conflict", "the session was deleted in the same moment: try again");
  return created;
}

const titleLength = 60;

/** True for a UUID and the like, which says nothing to a person. */
function isMachineMade(name: string): boolean {
  return /^[\w-]{24,}$/.test(name) && /\d/.test(name);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`.toWellFormed();
}

function requireMemoryMode(session: Session, { memory }: DoorRequest): void {
  if (memory === undefined || session.memory === memory) return;
  const is = session.memory === "off" ? "is incognito" : "uses the bot's memory";
  throw new AppError("conflict", `this session ${is}, and the request asks for the opposite: use another session`);
}

async function openAsk({ store: { read } }: Deps, session: Session): Promise<Ask | null> {
  const turn = session.turnId === null ? null : await read.turn(session.turnId);
  const [ask] = turn === null ? [] : await findWaitingAsks(read, { sessionId: session.id, turn });
  return ask ?? null;
}

/** Throws `invalid_request` if the ask has options and this is none of them. */
async function answered(
  deps: Deps,
  { session, ask, text }: { readonly session: Session; readonly ask: Ask; readonly text: string },
): Promise<Work> {
  const answer = AskAnswer.safeParse({ answer: text });
  if (answer.success) {
    return { session, message: null, ask: await answerAsk(deps, ask.id, answer.data), turnId: session.turnId };
  }
  throw new AppError(
    "invalid_request",
    "the bot waits for an answer to its question: expected 1 to 100,000 characters",
  );
}

interface Sending {
  readonly session: Session;
  readonly found: FoundSession;
  readonly spot: Spot;
}

async function send(deps: Deps, request: DoorRequest, sending: Sending): Promise<Work> {
  const { session, found, spot } = sending;
  const { idempotencyKey } = request;
  const now = nowOf(request);
  const key = idempotencyKey === null ? await freeKey(deps, session.id, spot.key) : doorKey(idempotencyKey);
  const attachments = await keepPictures(deps, now.pictures);
  const text = composeText(newText(now, found.lines), {
    instructions: newInstructions(request, found.lines),
    earlier: earlierOf(request, found),
  });
  const replaced = await replacedLine(deps, sending);
  const rewound = replaced === null ? null : await rewind(deps, { session, replaced, text, attachments, key });
  const sent =
    rewound ?? (await sendMessage(deps, session.id, { message: { text, attachments }, idempotencyKey: key }));
  return { session, message: sent.message, ask: null, turnId: null };
}

/**
 * Returns the line that this message replaces, because the client tells the same conversation up to there and goes on
 * differently: the person edited it, or asks for its answer again. Null if anything after it came from elsewhere.
 */
async function replacedLine({ store: { read } }: Deps, { session, found, spot }: Sending): Promise<KnownLine | null> {
  const next = found.lines[spot.after + 1];
  if (!spot.isTold || next === undefined || session.turnId !== null || session.queued > 0) return null;
  const after = found.lines.slice(spot.after + 1);
  for (const [at, { messageId }] of after.entries()) {
    const message = messageId === null ? null : await read.message(messageId);
    const prefix = at === 0 ? `chat:${spot.parent}.` : "chat:";
    if (after[at]?.ask === null && message?.idempotencyKey?.startsWith(prefix) !== true) return null;
  }
  return next.entry === null ? null : next;
}

interface Rewinding {
  readonly session: Session;
  readonly replaced: KnownLine;
  readonly text: string;
  readonly attachments: readonly FileId[];
  readonly key: string;
}

/** Returns null if the session cannot go back: the message is then sent as the next one. */
async function rewind(deps: Deps, { session, replaced, text, attachments, key }: Rewinding) {
  if (replaced.entry === null) return null;
  const request = { beforeEntryId: replaced.entry.id, text, attachments: [...attachments] };
  return rewindSession(deps, session.id, { request, idempotencyKey: key }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "conflict") return null;
    throw error;
  });
}

/** A message whose answer failed is sent again with the next one: what the session has of it is not repeated. */
function newText({ text, parts }: Said, lines: readonly KnownLine[]): string {
  const open = lines.slice(lines.findLastIndex(({ answer }) => answer !== "") + 1).map((line) => line.text);
  const known = parts.slice(0, -1).filter((part, at) => toCompared(part) === open.at(at - parts.length + 1)).length;
  const isKnown = known === parts.length - 1 && known > 0;
  return isKnown ? (parts.at(-1) ?? text) : text;
}

/** A client tells its instructions each time; they are passed on when they changed. */
function newInstructions({ instructions }: DoorRequest, lines: readonly KnownLine[]): string {
  const bounded = boundInstructions(instructions);
  const last = lines.map(({ raw }) => instructionsIn(raw)).findLast((each) => each !== null) ?? "";
  return sameText(last, bounded) ? "" : bounded;
}

/** In a session with a conversation of its own, what a client tells of another one is not repeated. */
function earlierOf({ said }: DoorRequest, { lines, place }: FoundSession) {
  if (place !== null) return place.earlier;
  return lines.length === 0 ? said.slice(0, -1) : [];
}

function nowOf({ said }: DoorRequest): Said {
  const now = said.at(-1);
  if (now?.by !== "person") throw refused("messages", "expected the last message to be from the user");
  if (now.text.trim() !== "" || now.pictures.length > 0) return now;
  throw refused("messages", "expected the last message to have text, or a picture");
}
