import type { Phase } from "@reef/protocol/socket";
import { expect, test } from "vitest";
import { makeId } from "../ids.ts";
import { createManualClock } from "../testing/manual-clock.ts";
import { createLiveText, type LiveFrame } from "./live-text.ts";

const place = { sessionId: makeId("session"), turnId: makeId("turn"), step: 1 };

function start() {
  const frames: LiveFrame[] = [];
  const clock = createManualClock();
  const live = createLiveText({ publish: (frame) => frames.push(frame) }, clock);
  const startMs = clock.now();
  const told = () =>
    frames.map((frame) =>
      frame.type === "delta"
        ? `${frame.step}: ${frame.offset}+${frame.text}`
        : frame.type === "phase"
          ? `${frame.step}: ${frame.phase} since ${sinceMs(frame) - startMs}`
          : `${frame.callId}: ${frame.text}`,
    );
  return { live, clock, told, frames };
}

function sinceMs({ since }: Phase): number {
  return Date.parse(since);
}

test("PR4: a step waits, thinks and writes; each phase is told once, with when it began", () => {
  const { live, clock, told } = start();
  live.enter(place, "waiting");
  clock.advance(80_000);
  live.enter(place, "waiting");
  live.enter(place, "thinking");
  clock.advance(1_000);
  live.enter(place, "thinking");
  live.append(place, "Hel");
  live.append(place, "lo");
  expect(told()).toEqual([
    "1: waiting since 0",
    "1: thinking since 80000",
    "1: writing since 81000",
    "1: 0+Hel",
    "1: 3+lo",
  ]);
});

test("PR4: who comes late is told the phase as it began, and no text where there was none", () => {
  const { live, clock, frames } = start();
  live.enter(place, "waiting");
  clock.advance(5_000);
  expect(live.snapshot()).toEqual(frames);
  live.append(place, "Hello");
  expect(live.snapshot()).toEqual([frames[1], { type: "delta", ...place, offset: 0, text: "Hello" }]);
  live.drop(place.turnId);
  expect(live.snapshot()).toEqual([]);
});

test("PR4, TU8: a step that is tried again takes its words back and waits anew, also as the next step", () => {
  const { live, clock, told } = start();
  live.enter(place, "waiting");
  live.append(place, "wro");
  clock.advance(2_000);
  live.restart({ ...place, step: 2 });
  expect(live.text(place.turnId)).toBe("");
  live.append({ ...place, step: 2 }, "right");
  expect(told().slice(3)).toEqual(["2: 0+", "2: waiting since 2000", "2: writing since 2000", "2: 0+right"]);
});

test("PR4: a step that is tried again while it waits counts from now", () => {
  const { live, clock, told } = start();
  live.enter(place, "waiting");
  clock.advance(2_000);
  live.restart(place);
  expect(told()).toEqual(["1: waiting since 0", "1: waiting since 2000"]);
});
