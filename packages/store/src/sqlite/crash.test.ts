/** Kills a working store at random moments and examines the disk. More rounds: REEF_CRASH_ROUNDS=1000. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { makeId } from "@reef/engine/ids";
import type { Store } from "@reef/engine/port/store";
import type { SessionId } from "@reef/protocol/ids";
import { msToIso } from "@reef/protocol/time";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { hopsOfToken, makeSessions, runTurns } from "../testing/relay.ts";
import { openSqliteStore } from "./open.ts";

const rounds = Number(process.env.REEF_CRASH_ROUNDS ?? 50);
const script = fileURLToPath(new URL("../testing/relay-process.ts", import.meta.url));
const clock = { now: () => Date.now(), steady: () => performance.now(), sleep: async () => undefined };

interface Round {
  readonly acknowledged: readonly string[];
  /** The first token that may not have been sent. */
  readonly nextToken: number;
}

describe("a store that is killed", () => {
  it(
    `MB1, MB5, TU2: after ${rounds} kills under load, all that was acknowledged is there, and each hop once`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "reef-crash-"));
      try {
        await using store = await openSqliteStore({ folder, clock });
        await makeSessions(store, msToIso(clock.now()), 24);
        await store[Symbol.asyncDispose]();

        const acknowledged = new Set<string>();
        let nextToken = 0;
        for (let round = 0; round < rounds; round++) {
          // Some tokens are sent again under their keys, since the sender cannot know what the kill left.
          const from = Math.max(0, nextToken - 16);
          const done = await runUntilKilled({ folder, from, ms: Math.random() * 120, isTried: round % 10 === 0 });
          for (const id of done.acknowledged) acknowledged.add(id);
          nextToken = Math.max(nextToken, done.nextToken);
        }
        expect(acknowledged.size).toBeGreaterThan(rounds);
        await judge(folder, { acknowledged, tokens: nextToken });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    Math.max(300_000, rounds * 6_000),
  );
});

async function runUntilKilled(options: {
  readonly folder: string;
  readonly from: number;
  readonly ms: number;
  /** True if a second process tries to open the folder during the run. */
  readonly isTried: boolean;
}): Promise<Round> {
  const child = spawn(process.execPath, [script, options.folder, String(options.from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const acknowledged: string[] = [];
  let nextToken = 0;
  let killer: NodeJS.Timeout | undefined;
  // A line that the kill cut off has no newline: readline returns it at the end, and its id is too short.
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, value = ""] = line.split(" ");
    if (word === "ack" && value.length === 40) acknowledged.push(value);
    if (word === "sent") nextToken = Number(value);
    if (word !== "ready") continue;
    if (options.isTried) {
      await expect(openSqliteStore({ folder: options.folder, clock })).rejects.toMatchObject({ code: "unavailable" });
    }
    killer = setTimeout(() => child.kill("SIGKILL"), options.ms);
  }
  clearTimeout(killer);
  const [, signal] = await exit;
  expect(signal).toBe("SIGKILL");
  return { acknowledged, nextToken };
}

interface Judged {
  readonly acknowledged: ReadonlySet<string>;
  readonly tokens: number;
}

async function judge(folder: string, { acknowledged, tokens }: Judged): Promise<void> {
  {
    await using store = await openSqliteStore({ folder, clock });
    const page = await store.read.sessions({}, { limit: 1000, cursor: null });
    const sessions = page.items.map(({ id }) => id).toSorted();
    const died = page.items.filter(({ turnId }) => turnId !== null);
    expect(died.map(({ status }) => status)).toEqual(died.map(() => "unknown"));
    const relay = { store, sessions, worker: makeId("worker"), now: () => msToIso(clock.now()) };
    await runTurns({ ...relay, acknowledge: () => undefined });
    const known = await readAll(store, sessions);
    expect([...acknowledged].filter((id) => !known.ids.has(id))).toEqual([]);
    expect(new Set(known.texts).size, "a hop was applied twice").toBe(known.texts.length);
    const whole = known.texts.filter((text) => !text.startsWith("did"));
    expect(whole.length % hopsOfToken).toBe(0);
    expect(known.texts.length).toBe(2 * whole.length);
    expect(whole.length).toBeGreaterThanOrEqual(tokens * hopsOfToken);
    expect(await store.read.totals()).toMatchObject({ queuedMessages: 0, runningTurns: 0, waitingTurns: 0 });
  }
  const database = new Database(join(folder, "reef.db"), { readonly: true });
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  const count = (sql: string) => database.prepare(sql).pluck().get();
  expect(count("select count(*) from messages where state <> 'acted'")).toBe(0);
  expect(count("select count(*) from sessions where queued <> 0 or turn_id is not null")).toBe(0);
  expect(count("select count(*) - (max(seq) - min(seq) + 1) from events")).toBe(0);
  database.close();
}

/** Returns the ids of all messages and entries, and the texts of all entries; fails if a transcript has a gap. */
async function readAll(store: Store, sessions: readonly SessionId[]) {
  const ids = new Set<string>();
  const texts: string[] = [];
  for (const session of sessions) {
    const entries = await store.read.entries(session, { limit: 1_000_000 });
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    for (const { id, text } of entries) {
      ids.add(id);
      texts.push(text);
    }
    for (let cursor: string | null = null; ; ) {
      const page = await store.read.messages({ sessionId: session }, { limit: 1000, cursor });
      for (const { id } of page.items) ids.add(id);
      cursor = page.next;
      if (cursor === null) break;
    }
  }
  return { ids, texts };
}
