import type { Client } from "@reef/client/client";
import type { Entry } from "@reef/protocol/entry";
import { expect, test } from "vitest";
import { makeEntry, sessionId } from "../../testing/nouns.ts";
import { findEntry } from "./find-entry.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();

/** A transcript with one entry a minute, and a count of the pages that were read. */
function transcript(length: number) {
  const all = Array.from({ length }, (_, index) => makeEntry(index + 1, { at: at(index + 1) }));
  const reads: number[] = [];
  const client = {
    entries: async (_: unknown, { before, after, limit = 50 }: { before?: number; after?: number; limit?: number }) => {
      reads.push(limit);
      const items: readonly Entry[] =
        after === undefined
          ? all.filter(({ seq }) => seq < (before ?? Number.POSITIVE_INFINITY)).slice(-limit)
          : all.filter(({ seq }) => seq > after).slice(0, limit);
      return { items, next: null };
    },
  } as unknown as Pick<Client, "entries">; // the other endpoints are not called
  return { client, reads };
}

test("an entry deep in a long transcript is found by its time in a few small reads", async () => {
  const { client, reads } = transcript(100_000);
  for (const seq of [1, 2, 777, 50_000, 99_939, 99_999, 100_000]) {
    reads.length = 0;
    const found = await findEntry(client, {
      sessionId: sessionId("a"),
      at: at(seq),
      isIt: (entry) => entry.seq === seq,
    });
    expect(found?.seq).toBe(seq);
    expect(reads.length).toBeLessThan(22);
  }
});

test("without a fitting entry the last one up to that time is shown", async () => {
  const { client } = transcript(500);
  const sought = { sessionId: sessionId("a"), isIt: () => false };
  expect((await findEntry(client, { ...sought, at: at(40.5) }))?.seq).toBe(40);
  expect((await findEntry(client, { ...sought, at: at(0) }))?.seq).toBe(1);
  expect(await findEntry(transcript(0).client, { ...sought, at: at(1) })).toBeNull();
});

test("an entry that was committed a moment after the time is preferred to a stranger before it", async () => {
  const { client } = transcript(500);
  const found = await findEntry(client, { sessionId: sessionId("a"), at: at(99.9), isIt: ({ seq }) => seq === 100 });
  expect(found?.seq).toBe(100);
});
