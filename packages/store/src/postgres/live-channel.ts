/**
 * Carries live text between workers by notifications on a connection of its own. A pooler in between may deliver none:
 * a worker that does not hear itself reads a table instead, which is not logged and holds the last seconds. What is sent
 * is in both, so that workers behind a pooler and others hear each other. Nothing waits for any of it.
 */
import type { LiveChannel } from "@reef/engine/port/live-channel";
import type { Link } from "./link.ts";
import { queryOf } from "./prepared.ts";

export interface ClosableChannel extends LiveChannel {
  /** How texts arrive now; for tests, and for whoever looks for a fault. */
  readonly way: "notifications" | "table" | "unknown";
  close(): Promise<void>;
}

const channel = "reef_live";
/** A notification takes less than 8,000 bytes. */
const maxBytes = 7_900;
const pollMs = 150;
/** After this long without an echo, notifications are taken not to arrive. */
const echoWithinMs = 3_000;
const keptSeconds = 10;
/** More waits only while the server is away: then the oldest is lost. */
const maxWaiting = 500;
const echo = "echo";

export function openLiveChannel({ connect }: { readonly connect: () => Promise<Link> }): ClosableChannel {
  const listeners = new Set<(text: string) => void>();
  const id = crypto.randomUUID();
  let link: Link | null = null;
  let way: ClosableChannel["way"] = "unknown";
  let isTableUsed = false;
  let lastN: number | null = null;
  let isClosed = false;
  let turning: Promise<void> | null = null;
  let askedAtMs = 0;
  let waiting: string[] = [];
  let rounds = 0;

  const tell = (text: string) => {
    for (const listener of [...listeners]) listener(text);
  };
  const hear = (text: string) => {
    if (text === `${echo} ${id}`) way = "notifications";
    // Another worker cannot be heard, or cannot hear, without the table.
    else if (text.startsWith(`${echo} table`)) isTableUsed = true;
    else if (!text.startsWith(echo) && way === "notifications") tell(text);
  };
  const open = async () => {
    link = await connect();
    way = "unknown";
    lastN = null;
    link.onNotice(hear);
    await link.run(`listen ${channel}`);
    askedAtMs = performance.now();
    await notify(`${echo} ${id}`);
  };
  const notify = (text: string) => link?.send(queryOf("select pg_notify($1, $2)", [channel, text]));

  async function sendWaiting(): Promise<void> {
    const texts = waiting;
    waiting = [];
    if (texts.length === 0) return;
    // A pooler passes notifications on to the server; it only brings none back.
    if (way !== "unknown") for (const text of texts) void notify(text)?.catch(() => undefined);
    if (way === "table" || isTableUsed) {
      await link?.send(queryOf("insert into live_texts (text) select unnest($1::text[])", [texts]));
    }
    if (way === "unknown") waiting = [...texts, ...waiting].slice(-maxWaiting);
  }

  async function readTable(): Promise<void> {
    if (lastN === null) {
      const [row] = (await link?.send<{ n: number | null }>(queryOf("select max(n) as n from live_texts", []))) ?? [];
      lastN = row?.n ?? 0;
      return;
    }
    const rows = await link?.send<{ n: number; text: string }>(
      queryOf("select n, text from live_texts where n > $1 order by n limit 1000", [lastN]),
    );
    for (const { n, text } of rows ?? []) {
      lastN = Math.max(lastN, n);
      tell(text);
    }
    rounds += 1;
    if (rounds % 40 !== 0) return;
    await link?.send(queryOf(`delete from live_texts where at < now() - make_interval(secs => $1)`, [keptSeconds]));
  }

  function turn(): void {
    if (isClosed) return;
    turning ??= takeTurn().finally(() => {
      turning = null;
    });
  }

  async function takeTurn(): Promise<void> {
    try {
      if (link?.isOpen() !== true) await open();
      if (way === "unknown" && performance.now() - askedAtMs > echoWithinMs) way = "table";
      if (way === "table") await notify(`${echo} table`);
      await sendWaiting();
      if (way === "table") await readTable();
    } catch {
      // A server that is away is asked again at the next turn; live text may be lost.
      link?.destroy();
    }
  }

  const timer = setInterval(turn, pollMs);
  timer.unref();
  turn();
  return {
    maxBytes,
    get way() {
      return way;
    },
    send(text) {
      waiting.push(text);
      if (waiting.length > maxWaiting) waiting.shift();
      turn();
    },
    onText(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      await turning;
      await link?.close();
    },
  };
}
