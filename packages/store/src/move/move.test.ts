/** Tests what needs no PostgreSQL: from folder to folder, with every column of every table. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@reef/protocol/error";
import { expect, onTestFinished, test } from "vitest";
import { dumpFolder, fillFolder } from "../testing/random-rows.ts";
import { type MovePhase, move } from "./move.ts";
import { toMoveError } from "./move-error.ts";
import { openPlaces } from "./places.ts";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "reef-move-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function carry(from: string, to: string, signal = new AbortController().signal) {
  await using places = await openPlaces({ from, to, stamp: "x", settings: { from: "--from", to: "--to" } });
  const phases = new Set<MovePhase>();
  await move({
    ...places,
    newId: () => "one",
    now: () => "2026-11-30T12:00:00.000Z",
    steadyMs: () => performance.now(),
    wait: async () => undefined,
    onProgress: ({ phase, done, total }) => {
      expect(done).toBeLessThanOrEqual(total);
      phases.add(phase);
    },
    signal,
  });
  return [...phases];
}

test.each([21, 22, 23])("MV1: a table or column that is not moved is missed (seed %i)", async (seed) => {
  const [here, there] = [newFolder(), newFolder()];
  await fillFolder(here, { seed, rows: 8 });
  expect(await carry(here, there)).toEqual(["finish", "verify"]);
  expect(dumpFolder(there)).toEqual(dumpFolder(here));
});

test("MV2: a move that is given up says why, and goes on later", async () => {
  const [here, there] = [newFolder(), newFolder()];
  await fillFolder(here, { seed: 24, rows: 5 });
  const stopped = new AbortController();
  stopped.abort(new Error("Ctrl+C"));
  await expect(carry(here, there, stopped.signal)).rejects.toThrow("Ctrl+C");
  await carry(here, there);
  expect(dumpFolder(there)).toEqual(dumpFolder(here));
});

test.each([
  ["53100", "the disk of the database server is full"],
  ["SQLITE_FULL", "the disk is full"],
  ["42501", "grant it CREATE"],
  ["57P01", "the connection to the database ended"],
  ["ECONNRESET", "the connection to the database ended"],
  ["SQLITE_IOERR", "reports an error"],
])("MV5: what ends a move is said in one sentence (%s)", (code, text) => {
  const said = toMoveError(Object.assign(new Error("raw"), { code }));
  expect(said).toBeInstanceOf(AppError);
  expect((said as AppError).message).toContain(text);
  expect((said as AppError).message).toContain("goes on where it stopped");
});
