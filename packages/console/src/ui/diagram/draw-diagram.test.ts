import { expect, test } from "vitest";
import { createArtist, type FrameHost } from "./draw-diagram.ts";
import { type DrawReply, type DrawRequest, isTooLong, readReply } from "./drawing.ts";

function fakeHost() {
  const frames: { reply: (reply: DrawReply) => void; asked: DrawRequest[]; isClosed: boolean }[] = [];
  const timers = new Set<() => void>();
  const host: FrameHost = {
    open(reply) {
      const frame = { reply, asked: [] as DrawRequest[], isClosed: false };
      frames.push(frame);
      return {
        say: (message) => void frame.asked.push(message as DrawRequest),
        close() {
          frame.isClosed = true;
        },
      };
    },
    after(_, act) {
      timers.add(act);
      return () => void timers.delete(act);
    },
  };
  const runTimers = () => {
    const due = [...timers];
    timers.clear();
    for (const act of due) act();
  };
  return { host, frames, runTimers, timers };
}

const svg = "<svg></svg>";

test("one frame draws one diagram after another, and the same one once", async () => {
  const { host, frames, timers } = fakeHost();
  const artist = createArtist(host);
  const drawn = [artist.draw("a", false), artist.draw("b", false), artist.draw("a", false)];
  const [frame] = frames;
  expect(frame?.asked).toEqual([]);
  frame?.reply({ type: "ready" });
  expect(frame?.asked).toEqual([{ id: 1, source: "a", isDark: false }]);
  frame?.reply({ type: "drawn", id: 7, svg: "of nobody" });
  frame?.reply({ type: "drawn", id: 1, svg });
  frame?.reply({ type: "failed", id: 2, reason: "syntax" });
  expect(await Promise.all(drawn)).toEqual([
    { type: "drawn", svg },
    { type: "failed", reason: "syntax" },
    { type: "drawn", svg },
  ]);
  expect([frames.length, timers.size]).toEqual([1, 0]);
});

test("SE4: one that takes too long loses its frame, and the next is drawn in a new one", async () => {
  const { host, frames, runTimers } = fakeHost();
  const artist = createArtist(host);
  const [endless, next] = [artist.draw("endless", true), artist.draw("next", true)];
  frames[0]?.reply({ type: "ready" });
  runTimers();
  expect(await endless).toMatchObject({ type: "failed" });
  expect(frames.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  frames[0]?.reply({ type: "drawn", id: 2, svg });
  frames[1]?.reply({ type: "ready" });
  expect(frames[1]?.asked).toEqual([{ id: 2, source: "next", isDark: true }]);
  frames[1]?.reply({ type: "drawn", id: 2, svg });
  expect(await next).toEqual({ type: "drawn", svg });
});

test("a frame that never comes is told, and tried again for the next", async () => {
  const { host, frames, runTimers } = fakeHost();
  const artist = createArtist(host);
  const first = artist.draw("a", false);
  runTimers();
  expect(await first).toMatchObject({ type: "failed" });
  void artist.draw("a", false);
  expect(frames).toHaveLength(2);
});

test("SE4: what a frame says is believed only in its form and up to its size", () => {
  expect(readReply({ type: "drawn", id: 1, svg: "<img src=x>" })).toMatchObject({ type: "failed" });
  expect(readReply({ type: "drawn", id: 1, svg: `<svg>${"x".repeat(2_000_000)}` })).toMatchObject({ type: "failed" });
  for (const said of [
    null,
    1,
    "ready",
    {},
    { type: "drawn", id: "1", svg },
    { type: "drawn", id: 1 },
    { type: "evil" },
  ]) {
    expect(readReply(said)).toBeNull();
  }
});

test("thousands of boxes are text", () => {
  expect(isTooLong(Array.from({ length: 10_000 }, (_, i) => `a${i}-->b`).join("\n"))).toBe(true);
  expect(isTooLong("graph TD\n".repeat(501))).toBe(true);
  expect(isTooLong("graph TD\na-->b")).toBe(false);
});
