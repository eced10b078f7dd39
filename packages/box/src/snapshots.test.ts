import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createSnapshots } from "./snapshot/snapshots.ts";
import { type BoxHarness, openHarness, type TestBot } from "./testing/box-harness.ts";
import { realClock } from "./testing/real-clock.ts";
import { openWorkspaces } from "./workspace/workspaces.ts";

const noBox = { probe: { programFolders: ["/nowhere"] } };

async function turn(harness: BoxHarness, bot: TestBot, id: string, work: () => Promise<unknown>): Promise<void> {
  await harness.source.beforeTurn(bot, id);
  await work();
  await harness.source.afterTurn(bot, id);
}

it("TO3: what a turn changed is shown as a diff, and undone", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await bot.call("file_write", { path: "keep.txt", content: "one\ntwo\nthree\n" });
  await bot.call("file_write", { path: "gone.txt", content: "x" });
  await turn(harness, bot, "trn_1", async () => {
    await bot.call("file_edit", { path: "keep.txt", old: "two", new: "2" });
    await bot.call("file_write", { path: "new/deep/a.txt", content: "new" });
    await rm(join(bot.root, "gone.txt"));
  });
  expect(await harness.source.turns(bot)).toMatchObject([{ id: "trn_1", changed: 5, isRunning: false, undoes: null }]);
  const { files } = await harness.source.changes(bot, "trn_1");
  expect(files.map(({ path, change }) => `${change} ${path}`)).toEqual([
    "deleted gone.txt",
    "changed keep.txt",
    "created new/deep/a.txt",
  ]);
  expect(files[1]?.patch).toContain(" one\n-two\n+2\n three\n");
  const undone = await harness.source.undo(bot, "trn_1");
  expect(undone).toMatchObject({
    restored: ["gone.txt", "keep.txt"],
    deleted: ["new", "new/deep", "new/deep/a.txt"],
    left: [],
  });
  expect((await readdir(bot.root)).toSorted()).toEqual(["gone.txt", "keep.txt"]);
  expect(await readFile(join(bot.root, "keep.txt"), "utf8")).toBe("one\ntwo\nthree\n");
  // The undo is an act like any other: it can be undone.
  expect(await harness.source.turns(bot)).toMatchObject([{ id: undone.id, undoes: "trn_1" }, { id: "trn_1" }]);
  await harness.source.undo(bot, undone.id);
  expect(await readFile(join(bot.root, "new/deep/a.txt"), "utf8")).toBe("new");
});

it("TO3: what changed after a turn is left alone by its undo, and named", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await turn(harness, bot, "trn_1", async () => {
    await bot.call("file_write", { path: "a.txt", content: "one" });
    await bot.call("file_write", { path: "d/b.txt", content: "one" });
  });
  await turn(harness, bot, "trn_2", () => bot.call("file_write", { path: "a.txt", content: "two" }));
  await writeFile(join(bot.root, "d/mine.txt"), "a person's");
  const undone = await harness.source.undo(bot, "trn_1");
  expect(undone.deleted).toEqual(["d/b.txt"]);
  expect(undone.left).toEqual([
    { path: "a.txt", why: "it changed after the turn" },
    { path: "d", why: "something else is in it" },
  ]);
  expect(await readFile(join(bot.root, "a.txt"), "utf8")).toBe("two");
  expect(await readFile(join(bot.root, "d/mine.txt"), "utf8")).toBe("a person's");
});

it("TU3: a turn that goes on after a crash keeps its first state", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await harness.source.beforeTurn(bot, "trn_1");
  await bot.call("file_write", { path: "a.txt", content: "one" });
  await expect(harness.source.undo(bot, "trn_1")).rejects.toThrow("still running");
  expect((await harness.source.changes(bot, "trn_1")).files).toMatchObject([{ path: "a.txt", change: "created" }]);
  await harness.source.beforeTurn(bot, "trn_1");
  await harness.source.afterTurn(bot, "trn_1");
  await harness.source.undo(bot, "trn_1");
  expect(await readdir(bot.root)).toEqual([]);
  await expect(harness.source.changes(bot, "trn_none")).rejects.toThrow("no changes of this turn");
});

it("TU3: a turn that Reef's end cut off is over after a restart, unless it goes on", async () => {
  await using harness = await openHarness(noBox);
  const workspace = await openWorkspaces(join(harness.folder, "workspaces")).open("shared-a");
  const write = (name: string) => writeFile(join(workspace.root, name), "x");
  await createSnapshots(realClock).before(workspace, "trn_1");
  await write("a");
  const second = createSnapshots(realClock);
  expect(await second.list(workspace)).toMatchObject([{ id: "trn_1", changed: 1, isRunning: false }]);
  await second.before(workspace, "trn_1");
  await write("b");
  expect(await second.list(workspace)).toMatchObject([{ id: "trn_1", isRunning: true }]);
  const third = createSnapshots(realClock);
  await third.before(workspace, "trn_1");
  await third.after(workspace, "trn_1");
  expect(await third.list(workspace)).toMatchObject([{ id: "trn_1", changed: 2, isRunning: false }]);
  expect((await third.undo(workspace, "trn_1")).deleted).toEqual(["a", "b"]);
});

it("TO3: large files and what can be fetched again are not kept, and an undo does not touch them", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await bot.call("file_write", { path: "node_modules/a/index.js", content: "x" });
  await turn(harness, bot, "trn_1", async () => {
    await writeFile(join(bot.root, "big.bin"), Buffer.alloc(10_000_001));
    await writeFile(join(bot.root, "node_modules/a/index.js"), "y");
    await bot.call("file_write", { path: "a.txt", content: "x" });
  });
  const { files } = await harness.source.changes(bot, "trn_1");
  expect(files).toMatchObject([
    { path: "a.txt", kind: "file" },
    { path: "big.bin", kind: "left out", patch: null },
  ]);
  const undone = await harness.source.undo(bot, "trn_1");
  expect(undone).toMatchObject({ deleted: ["a.txt"], left: [{ path: "big.bin", why: "its content is not kept" }] });
  expect(await readFile(join(bot.root, "node_modules/a/index.js"), "utf8")).toBe("y");
});

it("TO3: a file that was written twice in the same moment with the same size is seen both times", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await writeFile(join(await openedRoot(bot), "a"), "00");
  for (let n = 1; n < 20; n += 1) {
    const text = String(n).padStart(2, "0");
    await turn(harness, bot, `trn_${n}`, () => writeFile(join(bot.root, "a"), text));
    expect((await harness.source.changes(bot, `trn_${n}`)).files, text).toHaveLength(1);
  }
});

it("TO3: what is kept is bounded, oldest first out", async () => {
  await using harness = await openHarness(noBox);
  const workspace = await openWorkspaces(join(harness.folder, "workspaces")).open("shared-a");
  const snapshots = createSnapshots(realClock, { maxTurns: 3, maxBytes: 30_000 });
  for (let n = 0; n < 6; n += 1) {
    await snapshots.before(workspace, `trn_${n}`);
    const random = Buffer.from(Array.from({ length: 8_000 }, (_, at) => (at * 7919 * (n + 3) * (at % 251)) % 256));
    await writeFile(join(workspace.root, "a"), random);
    await snapshots.after(workspace, `trn_${n}`);
  }
  const kept = await snapshots.list(workspace);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThanOrEqual(3);
  expect(kept[0]?.id).toBe("trn_5");
  await expect(snapshots.changes(workspace, "trn_0")).rejects.toThrow("no changes");
  const objects = await readdir(join(workspace.state, "snapshots/objects"), { recursive: true, withFileTypes: true });
  expect(objects.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(4);
  expect((await snapshots.undo(workspace, "trn_5")).restored).toEqual(["a"]);
});

it("TO3: a snapshot that cannot be kept is an error, and no file looks deleted for it", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await turn(harness, bot, "trn_1", () => bot.call("file_write", { path: "a", content: "one" }));
  await rm(join(bot.state, "snapshots/objects"), { recursive: true });
  await writeFile(join(bot.state, "snapshots/objects"), "a file where a folder should be");
  await writeFile(join(bot.root, "b"), "two");
  await expect(harness.source.beforeTurn(bot, "trn_2")).rejects.toThrow();
  expect(await harness.source.turns(bot)).toMatchObject([{ id: "trn_1", changed: 1 }]);
  const undone = await harness.source.undo(bot, "trn_1").catch(() => null);
  expect(undone?.deleted ?? []).not.toContain("b");
  expect(await readFile(join(bot.root, "b"), "utf8")).toBe("two");
});

it("TO3: notes of snapshots that were damaged lose no file of the workspace", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await turn(harness, bot, "trn_1", () => bot.call("file_write", { path: "a", content: "x" }));
  await writeFile(join(bot.state, "snapshots/turns.json"), "{ half");
  expect(await harness.source.turns(bot)).toEqual([]);
  await turn(harness, bot, "trn_2", () => bot.call("file_write", { path: "b", content: "y" }));
  expect((await harness.source.changes(bot, "trn_2")).files).toMatchObject([{ path: "b" }]);
  expect((await readdir(bot.root)).toSorted()).toEqual(["a", "b"]);
});

it("TO3: whatever a turn does to files, folders and links, its undo brings back what was there", async () => {
  await using harness = await openHarness(noBox);
  const name = fc.constantFrom("a", "b", "c/d", "c/e", "c", "f/g/h", "f");
  const act = fc.oneof(
    fc.record({ do: fc.constant("write" as const), at: name, text: fc.string() }),
    fc.record({ do: fc.constant("link" as const), at: name, to: name }),
    fc.record({ do: fc.constant("remove" as const), at: name }),
    fc.record({ do: fc.constant("move" as const), at: name, to: name }),
    fc.record({ do: fc.constant("mode" as const), at: name }),
    fc.record({ do: fc.constant("folder" as const), at: name }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { maxLength: 8 }),
      fc.array(act, { minLength: 1, maxLength: 8 }),
      async (first, then) => {
        const bot = harness.newBot();
        const root = await openedRoot(bot);
        for (const one of first) await perform(root, one);
        const before = await picture(root);
        await turn(harness, bot, "trn_1", async () => {
          for (const one of then) await perform(root, one);
        });
        const after = await picture(root);
        const undone = await harness.source.undo(bot, "trn_1");
        expect(undone.left).toEqual([]);
        expect(await picture(root)).toEqual(before);
        await harness.source.undo(bot, undone.id);
        expect(await picture(root)).toEqual(after);
      },
    ),
    { numRuns: 40 },
  );

  async function perform(root: string, one: { do: string; at: string; text?: string; to?: string }): Promise<void> {
    const path = join(root, one.at);
    const work = {
      write: () => writeFile(path, one.text ?? "", { flag: "w" }),
      link: () => symlink(one.to ?? "", path),
      remove: () => rm(path, { recursive: true }),
      move: () => rename(path, join(root, one.to ?? "")),
      mode: () => chmod(path, 0o755),
      folder: () => mkdir(path, { recursive: true }),
    }[one.do];
    await work?.().catch(() => undefined);
  }
});

async function openedRoot(bot: TestBot): Promise<string> {
  await bot.call("file_list", {});
  return bot.root;
}

/** Describes all that a person would see. */
async function picture(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const { readlink, stat } = await import("node:fs/promises");
    if (entry.isSymbolicLink()) return `${path} -> ${await readlink(path)}`;
    if (entry.isDirectory()) return `${path}/`;
    return `${path} ${((await stat(path)).mode & 0o111) > 0} ${await readFile(path, "utf8")}`;
  });
  return (await Promise.all(lines)).toSorted();
}
