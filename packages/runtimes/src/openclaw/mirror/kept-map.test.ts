import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { openKeptMap } from "./kept-map.ts";

test("what was set is there after a restart, and a damaged or foreign file is an empty map", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reef-kept-"));
  const path = join(folder, "inside", "a.json");
  const open = () => openKeptMap({ path, field: "positions", value: z.object({ place: z.int() }) });
  {
    await using map = await open();
    map.set("one", { place: 1 });
    map.set("two", { place: 2 });
    map.delete("one");
  }
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ version: 1, positions: { two: { place: 2 } } });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  {
    await using map = await open();
    expect([map.get("one"), map.get("two")]).toEqual([null, { place: 2 }]);
  }
  for (const damaged of ["{", '{"version":2,"positions":{}}', '{"version":1,"positions":{"two":{"place":"far"}}}']) {
    await writeFile(path, damaged);
    await using map = await open();
    expect(map.get("two")).toBeNull();
  }
  await rm(folder, { recursive: true });
});

test("without a path nothing is written", async () => {
  const before = await readdir(".");
  {
    await using map = await openKeptMap({ path: null, field: "positions", value: z.string() });
    map.set("one", "x");
    expect(map.get("one")).toBe("x");
  }
  expect(await readdir(".")).toEqual(before);
});
