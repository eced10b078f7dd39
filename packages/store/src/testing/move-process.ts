/** Moves a store as a process that can be killed: prints a line for each progress, and `moved` at the end. */

import { move } from "../move/move.ts";
import { openPlaces } from "../move/places.ts";

const [from = "", to = ""] = process.argv.slice(2);
await using places = await openPlaces({ from, to, stamp: "test", settings: { from: "--from", to: "--to" } });
await move({
  ...places,
  newId: () => crypto.randomUUID(),
  now: () => new Date().toISOString(),
  steadyMs: () => performance.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  onProgress: ({ phase, table, done }) => process.stdout.write(`${phase} ${table} ${done}\n`),
  signal: new AbortController().signal,
});
process.stdout.write("moved\n");
