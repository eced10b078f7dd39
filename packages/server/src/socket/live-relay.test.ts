/** Tests that live text reaches other workers whole, in texts that the channel can carry, and never a settled one. */
import { makeId } from "@reef/engine/ids";
import type { LiveFrame } from "@reef/engine/live/live-text";
import { createTestLiveChannel } from "@reef/engine/testing/live-channel";
import { createManualClock } from "@reef/engine/testing/manual-clock";
import type { Event } from "@reef/protocol/event";
import { expect, test } from "vitest";
import type { HubNotice } from "./hub.ts";
import { createLiveFrames } from "./live-frames.ts";
import { startLiveRelay } from "./live-relay.ts";

function openTwo(maxBytes?: number) {
  const clock = createManualClock();
  const channel = createTestLiveChannel(maxBytes);
  const open = () => {
    const listeners = new Set<(events: readonly Event[]) => void>();
    const shown = createLiveFrames();
    const notices: HubNotice[] = [];
    const relay = startLiveRelay({
      channel,
      clock,
      worker: makeId("worker"),
      store: {
        onEvents(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        onGap: () => () => undefined,
      },
      onFrame: (frame) => shown.add(frame),
      onNotice: (notice) => notices.push(notice),
    });
    const settle = (event: Event) => {
      for (const listener of listeners) listener([event]);
      shown.settle(event);
    };
    const text = () => shown.snapshot().flatMap((frame) => (frame.type === "delta" ? [frame.text] : []));
    const reports = () => shown.snapshot().filter((frame) => frame.type === "call");
    return { relay, notices, settle, text, reports };
  };
  const pass = async (ms = 100) => {
    clock.advance(ms);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { clock, channel, open, pass };
}

const place = () => ({ sessionId: makeId("session"), turnId: makeId("turn"), step: 1 });
const delta = (at: ReturnType<typeof place>, offset: number, text: string): LiveFrame => ({
  type: "delta",
  ...at,
  offset,
  text,
});

const changed = (at: ReturnType<typeof place>, turn: object) =>
  ({
    type: "turn.changed",
    seq: 1,
    at: "2026-01-01T00:00:00.000Z",
    turn: { id: at.turnId, endedAt: null, ...turn },
  }) as Event;

test("FL7, TU8: many small deltas arrive as one text, whole and in order, and with their phase", async () => {
  const { channel, open, pass } = openTwo();
  const [here, there] = [open(), open()];
  await pass();
  const before = channel.sent.length;
  const at = place();
  here.relay.publish({ type: "phase", ...at, phase: "writing", since: "2026-01-01T00:00:00.000Z" });
  for (const [index, letter] of [..."hello world"].entries()) here.relay.publish(delta(at, index, letter));
  expect(there.text()).toEqual([]);
  await pass();
  expect(there.text()).toEqual(["hello world"]);
  expect(here.text()).toEqual([]);
  expect(channel.sent.length).toBe(before + 1);
});

test("FL7: a text longer than the channel carries is cut, each part within its bounds, whatever its letters", async () => {
  const { channel, open, pass } = openTwo(2_000);
  const [here, there] = [open(), open()];
  const text = `${"ä🙂\u0001\ud800 x".repeat(2_000)}end`;
  here.relay.publish(delta(place(), 0, text));
  await pass();
  expect(there.text()).toEqual([text]);
  for (const sent of channel.sent) expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(2_000);
});

test("FL7: a worker that starts later gets the text so far", async () => {
  const { open, pass } = openTwo();
  const here = open();
  const at = place();
  here.relay.publish(delta(at, 0, "so far "));
  await pass();
  const there = open();
  expect(there.text()).toEqual(["so far "]);
  here.relay.publish(delta(at, 7, "and on"));
  await pass();
  expect(there.text()).toEqual(["so far and on"]);
});

test("FL7, TU8: a lost text leaves no gap: what follows is asked for again", async () => {
  const { channel, open, pass } = openTwo();
  const [here, there] = [open(), open()];
  await pass(2_000);
  const at = place();
  here.relay.publish(delta(at, 0, "one "));
  await pass();
  channel.lose(1);
  here.relay.publish(delta(at, 4, "two "));
  await pass();
  expect(there.text()).toEqual(["one "]);
  here.relay.publish(delta(at, 8, "three"));
  await pass();
  expect(there.text()).toEqual(["one two three"]);
});

test("FL7, TU8: late text of a step that is stored already is dropped, that of the next step is not", async () => {
  const { open, pass } = openTwo();
  const [here, there] = [open(), open()];
  const at = place();
  here.relay.publish(delta(at, 0, "late"));
  there.settle(changed(at, { steps: 1, state: "running" }));
  await pass();
  expect(there.text()).toEqual([]);
  here.relay.publish(delta({ ...at, step: 2 }, 0, "next"));
  await pass();
  expect(there.text()).toEqual(["next"]);
  there.settle(changed(at, { steps: 2, state: "done", endedAt: "2026-01-01T00:00:00.000Z" }));
  here.relay.publish(delta({ ...at, step: 3 }, 0, "after the end"));
  await pass();
  expect(there.text()).toEqual([]);
});

test("FL7: hints of a gateway reach consoles at other workers once, and nonsense reaches no one", async () => {
  const { channel, open, pass } = openTwo();
  const [here, there] = [open(), open()];
  const hint = { type: "gateway", gatewayId: makeId("gateway"), key: null } as const;
  here.relay.tell(hint);
  await pass();
  for (const text of ["", "null", "{}", '{"from":1}', "[".repeat(10_000)]) channel.send(text);
  expect(there.notices).toEqual([hint]);
  expect(here.notices).toEqual([]);
});

test("FL7: what a running call shows arrives in its newest part, and not after its result", async () => {
  const { channel, open, pass } = openTwo(2_000);
  const [here, there] = [open(), open()];
  const { sessionId, turnId } = place();
  const report = { type: "call", sessionId, turnId, callId: "c1", text: `${"ä".repeat(3_990)}newest` } as const;
  here.relay.publish(report);
  await pass();
  expect(there.reports().map(({ text }) => text.endsWith("newest"))).toEqual([true]);
  for (const sent of channel.sent) expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(2_000);
  const entry = { kind: "tool_result", turnId, tool: { callId: "c1" } };
  there.settle({ type: "entry.created", seq: 1, at: "2026-01-01T00:00:00.000Z", entry } as unknown as Event);
  here.relay.publish({ ...report, text: "late" });
  await pass();
  expect(there.reports()).toEqual([]);
});
