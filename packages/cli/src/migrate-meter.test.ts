import { expect, test } from "vitest";
import { createMeter } from "./migrate-meter.ts";

function meterOf(isTerminal: boolean) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const replace = (text: string) => void lines.push(`~${text}`);
  const meter = createMeter({
    terminal: { print: (text) => void lines.push(text), replace: isTerminal ? replace : null },
    steadyMs: () => clock.ms,
  });
  const show = (ms: number, done: number) => {
    clock.ms = ms;
    meter.show({ phase: "copy", table: "entries", done, total: 10_000 });
  };
  return { lines, meter, show };
}

test("a terminal has one line that changes, with the rows and the time left", () => {
  const { lines, meter, show } = meterOf(true);
  show(0, 0);
  show(50, 100);
  show(2_000, 1_000);
  meter.end();
  expect(lines).toEqual([
    "~copying entries: 0 of 10,000 rows",
    "~copying entries: 1,000 of 10,000 rows, 18 s left",
    "~",
  ]);
});

test("elsewhere there is a plain line every five seconds, and one that says when to stop Reef", () => {
  const { lines, meter, show } = meterOf(false);
  for (let ms = 0; ms <= 11_000; ms += 1_000) show(ms, ms / 2);
  for (let n = 0; n < 3; n += 1) meter.show({ phase: "wait", table: "", done: 0, total: 0 });
  expect(lines).toEqual([
    "copying entries: 0 of 10,000 rows",
    "copying entries: 2,500 of 10,000 rows, 15 s left",
    "copying entries: 5,000 of 10,000 rows, 10 s left",
    "Reef still runs: stop it now (every worker), and the move finishes by itself.",
  ]);
});
