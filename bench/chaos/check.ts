/**
 * Reads everything at the end and compares it with what was sent: each message took effect once, none is lost, doubled or
 * stuck, none is dead that did not earn it, the order of each session holds. It trusts transcripts and the outside
 * ledger, not states alone.
 */
import type { Client } from "@reef/client/client";
import type { Entry } from "@reef/protocol/entry";
import type { SessionId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Page } from "@reef/protocol/page";
import type { Sent } from "./load.ts";
import { lastWords, planToText } from "./plan.ts";

export type ViolationKind = "lost" | "doubled" | "stuck" | "dead" | "order" | "sequence" | "refused";

export interface Violation {
  readonly kind: ViolationKind;
  readonly text: string;
}

export interface Found {
  readonly sessions: number;
  readonly entries: number;
  readonly dead: number;
  /** Calls that a crash cut off and whose outcome stays unknown: by policy they are not run again. */
  readonly unknownCalls: number;
  readonly cutOffTurns: number;
  readonly violations: readonly Violation[];
}

interface Read {
  readonly entriesBySession: ReadonlyMap<SessionId, readonly Entry[]>;
  readonly messages: readonly Message[];
}

const readersAtOnce = 6;

export async function checkAll(
  client: Client,
  { sent, ledger }: { readonly sent: readonly Sent[]; readonly ledger: ReadonlyMap<string, number> },
): Promise<Found> {
  const read = await readAll(client);
  const entries = [...read.entriesBySession.values()].flat();
  const violations: Violation[] = [];
  const add = (kind: ViolationKind, text: string) => violations.push({ kind, text });
  checkMessages({ sent, read, add });
  checkEffects({ sent, entries, ledger, add });
  checkOrder({ sent, read, add });
  const dead = read.messages.filter(({ state }) => state === "dead");
  return {
    sessions: read.entriesBySession.size,
    entries: entries.length,
    dead: dead.length,
    unknownCalls: entries.filter(({ kind, text }) => kind === "tool_result" && isUnknown(text)).length,
    cutOffTurns: entries.filter(({ notice }) => notice?.type === "restart").length,
    violations,
  };
}

function isUnknown(text: string): boolean {
  return /\bunknown\b/.test(text) && !text.startsWith("acted ");
}

type Add = (kind: ViolationKind, text: string) => void;

/** Every message is settled, whoever sent it, and only poison is dead. */
function checkMessages({
  sent,
  read,
  add,
}: {
  readonly sent: readonly Sent[];
  readonly read: Read;
  readonly add: Add;
}) {
  const byId = new Map(read.messages.map((message) => [message.id, message]));
  const poison = new Set(sent.filter(({ kind }) => kind === "poison").map(({ messageId }) => messageId));
  for (const { plan, messageId, text } of sent) {
    const message = byId.get(messageId);
    if (message === undefined) add("lost", `${plan.marker}: its acknowledged message ${messageId} is gone`);
    else if (message.text !== text) add("lost", `${plan.marker}: its text changed`);
    else if (poison.has(messageId) && message.state !== "dead") {
      add("dead", `${plan.marker}: no model answers it, and it is ${message.state}`);
    }
  }
  for (const { id, state, text, reason, from } of read.messages) {
    const name = `${from.kind === "person" ? "" : `from ${from.kind}: `}${text.slice(0, 40)} (${id})`;
    if (state === "dead" && !poison.has(id)) add("dead", `${name}: ${reason}`);
    if (state === "queued" || state === "delivered") add("stuck", `${name} is ${state}`);
    if (state === "cancelled") add("lost", `${name} was cancelled: ${reason}`);
  }
  const keys = Map.groupBy(
    read.messages.filter(({ idempotencyKey }) => idempotencyKey !== undefined),
    ({ idempotencyKey, sessionId }) => `${idempotencyKey} in ${sessionId}`,
  );
  for (const [key, { length }] of keys) if (length > 1) add("doubled", `${length} messages have the key ${key}`);
}

function checkEffects({
  sent,
  entries,
  ledger,
  add,
}: {
  readonly sent: readonly Sent[];
  readonly entries: readonly Entry[];
  readonly ledger: ReadonlyMap<string, number>;
  readonly add: Add;
}) {
  const countByText = new Map<string, number>();
  for (const { kind, text } of entries) {
    if (kind !== "person" && kind !== "session" && kind !== "bot") continue;
    const key = `${kind}: ${text}`;
    countByText.set(key, (countByText.get(key) ?? 0) + 1);
  }
  const results = Map.groupBy(
    entries.filter(({ kind }) => kind === "tool_result"),
    ({ turnId, tool }) => `${turnId} ${tool?.callId}`,
  );
  const calls = Map.groupBy(
    entries.filter(({ kind }) => kind === "tool_call"),
    ({ tool }) => JSON.stringify([tool?.name, tool?.input]),
  );
  const once = (count: number, what: string) => {
    if (count === 0) add("lost", `${what} is missing`);
    if (count > 1) add("doubled", `${what} is there ${count} times`);
  };
  for (const { kind, plan, text, onward } of sent) {
    once(countByText.get(`person: ${text}`) ?? 0, `the entry of ${plan.marker}`);
    if (kind === "poison") continue;
    const done = countByText.get(`bot: ${lastWords(plan.marker)}`) ?? 0;
    once(done, `“${lastWords(plan.marker)}”${done === 0 ? ` (${whatCameAfter(entries, text)})` : ""}`);
    for (const next of onward) {
      once(countByText.get(`session: ${planToText(next)}`) ?? 0, `the entry of ${next.marker}`);
      once(countByText.get(`bot: ${lastWords(next.marker)}`) ?? 0, `“${lastWords(next.marker)}”`);
    }
    for (const planned of [plan, ...onward].flatMap((each) => each.calls)) {
      if (planned.tool === "session_wait") continue;
      const made = calls.get(JSON.stringify([planned.tool, planned.input])) ?? [];
      once(made.length, `the call ${planned.tool} of ${plan.marker}`);
      for (const { turnId, tool } of made) {
        const answers = results.get(`${turnId} ${tool?.callId}`) ?? [];
        once(answers.length, `the result of ${planned.tool} of ${plan.marker}`);
        checkResult({ kind, marker: plan.marker, result: answers[0], acted: ledger.get(plan.marker) ?? 0, add });
      }
    }
  }
}

/** Tells what stands in the transcript from a message on, to find out why something is missing. */
function whatCameAfter(entries: readonly Entry[], text: string): string {
  const first = entries.find((entry) => entry.text === text);
  const after = entries.filter(({ sessionId, seq }) => sessionId === first?.sessionId && seq >= (first?.seq ?? 0));
  return after
    .slice(0, 12)
    .map(
      ({ kind, seq, text: said, tool, turnId }) =>
        `${seq} ${kind} ${tool?.name ?? ""} ${said.slice(0, 60)} ${turnId?.slice(-6)}`,
    )
    .join(" | ");
}

function checkResult({
  kind,
  marker,
  result,
  acted,
  add,
}: {
  readonly kind: Sent["kind"];
  readonly marker: string;
  readonly result: Entry | undefined;
  readonly acted: number;
  readonly add: Add;
}) {
  const text = result?.text ?? "";
  if (kind === "act") {
    if (acted > 1) add("doubled", `${marker} acted ${acted} times outside`);
    if (text.includes(`acted ${marker}`) && acted === 0) add("lost", `${marker} says that it acted, and did not`);
    if (!text.includes(`acted ${marker}`) && !isUnknown(text)) add("lost", `${marker}: its call ended as “${text}”`);
  }
  if (kind === "search" && (acted === 0 || !text.includes(`found ${marker}`))) {
    add("lost", `${marker} was searched ${acted} times, with the result “${text.slice(0, 200)}”`);
  }
  if (kind === "ask" && !text.includes(`says question ${marker}`)) add("lost", `${marker} got the answer “${text}”`);
  if ((kind === "relay" || kind === "spawn") && result?.tool?.isError === true) add("lost", `${marker}: ${text}`);
}

/** MB3: messages of one sender enter a session's transcript in the order in which they were acknowledged. */
function checkOrder({ sent, read, add }: { readonly sent: readonly Sent[]; readonly read: Read; readonly add: Add }) {
  for (const [sessionId, own] of Map.groupBy(sent, (each) => each.sessionId)) {
    const entries = read.entriesBySession.get(sessionId) ?? [];
    const place = new Map(
      entries.filter(({ kind }) => kind === "person").map(({ messageId, seq }) => [messageId, seq]),
    );
    let last = 0;
    for (const { messageId, plan } of own) {
      const seq = place.get(messageId) ?? 0;
      if (seq !== 0 && seq < last) add("order", `${plan.marker} came before an earlier message of ${sessionId}`);
      last = Math.max(last, seq);
    }
    const gap = entries.find(({ seq }, at) => seq !== at + 1);
    if (gap !== undefined) add("sequence", `entry ${gap.seq} of ${sessionId} is out of place`);
  }
}

async function readAll(client: Client): Promise<Read> {
  const sessions = (
    await Promise.all(
      [false, true].map((archived) =>
        readPages((cursor) => client.sessions({ archived, limit: 200, ...(cursor === null ? {} : { cursor }) })),
      ),
    )
  ).flat();
  const entriesBySession = new Map<SessionId, readonly Entry[]>();
  const left = sessions.map(({ id }) => id);
  const readSome = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop())
      entriesBySession.set(id, await readEntries(client, id));
  };
  await Promise.all(Array.from({ length: readersAtOnce }, readSome));
  const messages = await readPages((cursor) =>
    client.messages({ dismissed: "any", limit: 200, ...(cursor === null ? {} : { cursor }) }),
  );
  return { entriesBySession, messages };
}

async function readEntries(client: Client, id: SessionId): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for (let after = 0; ; ) {
    const { items } = await client.entries(id, { after, limit: 200 });
    all.push(...items);
    if (items.length === 0) return all;
    after = items.at(-1)?.seq ?? after;
  }
}

async function readPages<Item>(read: (cursor: string | null) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<Item> = await read(cursor);
    all.push(...page.items);
    if (page.next === null) return all;
    cursor = page.next;
  }
}
