/**
 * Streams many bots for a while under one page that walks through them. It compares what the page showed with what was
 * stored, and what its timeline draws with the event log, and measures the page's memory.
 */
import type { WebSocketLike } from "@reef/client/socket";
import { connectSocket } from "@reef/client/socket";
import type { Entry } from "@reef/protocol/entry";
import type { MessageId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Message } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import type { Turn } from "@reef/protocol/turn";
import type { CDPSession } from "playwright-core";
import WebSocket from "ws";
import type { ConsolePage } from "./console-page.ts";
import { drawnOn, missingFromDrawing, recordCanvas } from "./drawn-timeline.ts";
import type { ReefProcess } from "./reef-process.ts";

export interface SoakOptions {
  readonly bots: number;
  readonly seconds: number;
  /** Each turn streams this many words in this many seconds. */
  readonly words: number;
  readonly overSeconds: number;
}

export interface SoakFigures {
  /** After each garbage collection: seconds since the start, and megabytes. */
  readonly heap: readonly { readonly atSeconds: number; readonly mb: number }[];
  readonly switches: number;
  readonly framesPerSecond: number;
  /** How often a text that was being written was looked at. */
  readonly glances: number;
  /** Entries whose whole text was searched for on the page. */
  readonly entries: number;
  readonly turns: number;
  readonly messages: number;
  /** What was dropped, doubled, or drawn wrong, in words. */
  readonly faults: readonly string[];
}

const lookEveryMs = 250;
const switchEveryMs = 2_000;

export async function soak(reef: ReefProcess, open: ConsolePage, options: SoakOptions): Promise<SoakFigures> {
  const { page } = open;
  const log = followEvents(reef);
  await using sessions = await startTalk(reef, options);
  await page.addInitScript({ content: recordCanvas });
  await page.reload();
  await open.goTo(sessions.all[0]?.id as SessionId);
  const devtools = await page.context().newCDPSession(page);
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  const heap: { atSeconds: number; mb: number }[] = [];
  const glances: { sessionId: SessionId; text: string }[] = [];
  let [switches, switchedAt, weighedAt] = [0, 0, Number.NEGATIVE_INFINITY];
  await page.evaluate(countFrames);
  while (elapsed() < options.seconds) {
    if (elapsed() - weighedAt >= options.seconds / 20) {
      weighedAt = elapsed();
      heap.push({ atSeconds: weighedAt, mb: await heapMb(devtools) });
    }
    const sessionId = open.activeId() as SessionId;
    const text = await page.evaluate<string>(`document.querySelector("[role=log] [data-live]")?.innerText ?? ""`);
    if (text !== "" && open.activeId() === sessionId) glances.push({ sessionId, text: squeeze(text) });
    if ((elapsed() - switchedAt) * 1000 >= switchEveryMs) {
      switchedAt = elapsed();
      switches += 1;
      await page.keyboard.press("Alt+ArrowDown");
    }
    await page.waitForTimeout(lookEveryMs);
  }
  const framesPerSecond = (await page.evaluate<number>("window.frameCount")) / elapsed();
  await sessions.settle();
  heap.push({ atSeconds: elapsed(), mb: await heapMb(devtools) });
  const faults: string[] = [];
  let entries = 0;
  for (const { id } of sessions.all) {
    const stored = await storedEntries(reef, id);
    entries += stored.length;
    faults.push(...findCutGlances(glances, { id, stored }), ...(await findMissingText(open, { id, stored })));
  }
  const { turns, messages } = await log.settle(reef);
  faults.push(...(await findWrongDrawing(open, reef, { turns, messages })));
  faults.push(...open.complaints.map((complaint) => `the page complained: ${complaint}`));
  log.close();
  return {
    heap,
    switches,
    framesPerSecond,
    glances: glances.length,
    entries,
    turns: turns.length,
    messages: messages.length,
    faults,
  };
}

/** Fits megabytes a minute, by least squares, to the last two thirds: the first is the page warming up. */
export function heapSlope(heap: SoakFigures["heap"]): number {
  const last = heap.slice(Math.floor(heap.length / 3));
  const mean = (figureOf: (each: SoakFigures["heap"][number]) => number): number =>
    last.reduce((sum, each) => sum + figureOf(each), 0) / last.length;
  const [at, mb] = [mean(({ atSeconds }) => atSeconds), mean((each) => each.mb)];
  const covariance = last.reduce((sum, each) => sum + (each.atSeconds - at) * (each.mb - mb), 0);
  const variance = last.reduce((sum, each) => sum + (each.atSeconds - at) ** 2, 0);
  return (covariance / variance) * 60;
}

interface Talk extends AsyncDisposable {
  readonly all: readonly Session[];
  /** Starts no new turns; resolves when all have ended. */
  settle(): Promise<void>;
}

/** Each bot streams, reports it to the next one, and begins again. */
async function startTalk({ client }: ReefProcess, { bots, words, overSeconds }: SoakOptions): Promise<Talk> {
  const all: Session[] = [];
  for (let n = bots; n >= 1; n--) {
    const bot = await client.createBot({ name: `bot ${n}`, runtime: "demo" });
    all.unshift(await client.createSession({ botId: bot.id, title: `talk ${n}` }));
  }
  const stop = new AbortController();
  const loops = all.map(async ({ id }, at) => {
    const next = all[(at + 1) % all.length];
    const text = `stream ${words} words over ${overSeconds}s\nsend ${next?.title}: echo heard from ${at + 1}`;
    while (!stop.signal.aborted) {
      const message = await client.sendMessage(id, { text });
      await until(async () => (await client.message(message.id)).receipts.actedAt !== null, stop.signal);
    }
  });
  const isQuiet = async (): Promise<boolean> => {
    const { items } = await client.sessions({ limit: 100 });
    return items.every(({ turnId, queued }) => turnId === null && queued === 0);
  };
  return {
    all,
    async settle() {
      stop.abort();
      await Promise.all(loops);
      await until(isQuiet, AbortSignal.timeout(120_000));
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.allSettled(loops);
    },
  };
}

function followEvents({ url, token }: ReefProcess) {
  const turns = new Map<TurnId, Turn>();
  const messages = new Map<MessageId, Message>();
  let seq = 0;
  const socket = connectSocket({
    baseUrl: url,
    after: 0,
    webSocket: (address) =>
      new WebSocket(address, { headers: { authorization: `Bearer ${token}` } }) as unknown as WebSocketLike,
    onEvent: (event) => {
      seq = event.seq;
      if (event.type === "turn.changed") turns.set(event.turn.id, event.turn);
      if (event.type === "message.changed") messages.set(event.message.id, event.message);
    },
    onReset: () => {
      throw new Error("the event log was not followed without a gap");
    },
    onState: () => undefined,
  });
  return {
    async settle({ client }: ReefProcess) {
      const { totals } = await client.status();
      await until(async () => seq >= totals.lastSeq, AbortSignal.timeout(30_000));
      return {
        turns: [...turns.values()],
        messages: [...messages.values()].filter(({ from }) => from.kind === "session"),
      };
    },
    close: () => socket.close(),
  };
}

async function storedEntries({ client }: ReefProcess, id: SessionId): Promise<readonly Entry[]> {
  const { items } = await client.entries(id, { limit: 1000 });
  return items.filter(({ kind, text }) => (kind === "bot" || kind === "person") && text !== "");
}

/** Expects each text that was being written to be the beginning of a stored one, letter for letter. */
function findCutGlances(
  glances: readonly { readonly sessionId: SessionId; readonly text: string }[],
  { id, stored }: { readonly id: SessionId; readonly stored: readonly Entry[] },
): readonly string[] {
  const texts = stored.map(({ text }) => squeeze(text));
  return glances
    .filter(({ sessionId, text }) => sessionId === id && !texts.some((whole) => whole.startsWith(text)))
    .map(({ text }) => `a text on the page of ${id} was never stored: “${text.slice(0, 80)}”`);
}

/** Walks up through the transcript and expects each stored text there once, whole. */
async function findMissingText(
  open: ConsolePage,
  { id, stored }: { readonly id: SessionId; readonly stored: readonly Entry[] },
): Promise<readonly string[]> {
  await open.goTo(id);
  await open.page.waitForURL(`**/s/${id}`);
  const seen = new Map<number, string>();
  const look = async (): Promise<void> => {
    const rows = await open.page.evaluate<readonly { readonly seq: number; readonly text: string }[]>(readRows);
    // A row that is not measured yet is hidden, and has no words.
    for (const { seq, text } of rows) if (text !== "") seen.set(seq, squeeze(text));
  };
  const isAll = (): boolean => stored.every(({ seq }) => seen.has(seq));
  for (let step = 0; step < 400; step++) {
    await look();
    if (isAll()) break;
    await open.page.evaluate(pageUp);
    await open.page.waitForTimeout(40);
  }
  // Rows that were passed before they were measured are opened by their own address.
  for (const { seq } of stored.filter((entry) => !seen.has(entry.seq))) {
    await open.page.evaluate(`location.hash = "e${seq}"`);
    await open.transcript
      .locator(`[data-seq="${seq}"]`)
      .waitFor({ timeout: 20_000 })
      .catch(() => undefined);
    await look();
  }
  return stored
    .filter(({ seq, text }) => !seen.get(seq)?.includes(squeeze(text)))
    .map(({ seq, text }) => {
      const found = seen.get(seq)?.slice(0, 80) ?? "nothing";
      return `entry ${seq} of ${id} is not on the page as it was stored: “${text.slice(0, 80)}”, but “${found}”`;
    });
}

async function findWrongDrawing(
  open: ConsolePage,
  { client }: ReefProcess,
  { turns, messages }: { readonly turns: readonly Turn[]; readonly messages: readonly Message[] },
): Promise<readonly string[]> {
  const { items } = await client.sessions({ limit: 100 });
  const botBySession = new Map(items.map(({ id, botId }) => [id, botId]));
  const counts = { turns, messages, botOf: ({ sessionId }: Message) => botBySession.get(sessionId) };
  await open.page.evaluate("document.activeElement?.blur()");
  await open.page.keyboard.press("g");
  await open.page.keyboard.press("a");
  await open.page.locator("canvas[data-to]").waitFor();
  let missing: readonly string[] = [];
  for (let attempt = 0; attempt < 20; attempt++) {
    missing = missingFromDrawing(await drawnOn(open), counts);
    if (missing.length === 0) break;
    await open.page.waitForTimeout(250);
  }
  return missing;
}

const readRows = `[...document.querySelectorAll("[role=log] [data-seq]")].map((row) => {
  return { seq: Number(row.dataset.seq), text: row.innerText };
})`;

const pageUp = `{
  const log = document.querySelector("[role=log]");
  log.dispatchEvent(new WheelEvent("wheel", { bubbles: true }));
  log.scrollTop -= log.clientHeight * 0.7;
}`;

const countFrames = `
  window.frameCount = 0;
  (function count() { window.frameCount += 1; requestAnimationFrame(count); })();
`;

async function heapMb(devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}

async function until(isTrue: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 100));
}

function squeeze(text: string): string {
  return text.replace(/[`*]/g, "").replace(/\s+/g, " ").trim();
}
