import { existsSync } from "node:fs";
import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openHarness } from "./testing/box-harness.ts";
import { replaceExactly } from "./tool/file-edit.ts";
import { openPlace } from "./workspace/beneath.ts";
import { parsePath } from "./workspace/relative-path.ts";

const noBox = { probe: { programFolders: ["/nowhere"] } };

it("TO4: a path stays in the workspace, whatever it says", () => {
  expect(parsePath("/work/a//./b/../c")).toEqual(["a", "c"]);
  expect(parsePath(".")).toEqual([]);
  for (const path of ["..", "/etc/passwd", "a/../../b", "/workspace/a", "a\0b", "\ud800", "x".repeat(5_000)])
    expect(() => parsePath(path), path).toThrow();
  const part = fc.constantFrom("..", ".", "", "a", "b", "work", "/", "\\", "…");
  fc.assert(
    fc.property(fc.array(part), fc.boolean(), (parts, isWhole) => {
      const path = `${isWhole ? "/work/" : ""}${parts.join("/")}`;
      const names = (() => {
        try {
          return parsePath(path);
        } catch {
          return [];
        }
      })();
      expect(names.some((name) => name === ".." || name === "." || name === "" || name.includes("/"))).toBe(false);
    }),
  );
});

it("TO4: whatever links a workspace holds, a place is never outside of it", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await bot.call("file_write", { path: "d/e/f", content: "x" });
  await mkdir(join(harness.folder, "outside"));
  const targets = [
    "..",
    "../..",
    "/",
    "/work",
    "/work/../..",
    "d/../..",
    "./d",
    "self",
    "/proc/self/root",
    "/proc/self/cwd",
    "",
  ];
  for (const [index, target] of targets.entries())
    if (target !== "") await symlink(target, join(bot.root, `l${index}`));
  await symlink("self", join(bot.root, "self"));
  await symlink("../../../../outside", join(bot.root, "d/up"));
  const name = fc.constantFrom(...targets.map((_, index) => `l${index}`), "d", "e", "f", "up", "self", "..", "outside");
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 6 }), async (names) => {
      try {
        await using place = await openPlace(bot.root, names.join("/"));
        const real = await import("node:fs/promises").then(({ realpath }) => realpath(place.folderPath));
        expect(`${real}/`.startsWith(`${bot.root}/`)).toBe(true);
      } catch (error) {
        if (error instanceof Error && error.name === "AssertionError") throw error;
      }
    }),
    { numRuns: 300 },
  );
});

it("TO3: a text is read in parts, with where to read on; long lines and files are cut", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await bot.call("file_write", {
    path: "a.txt",
    content: Array.from({ length: 30 }, (_, n) => `line ${n + 1}`).join("\n"),
  });
  expect(await bot.call("file_read", { path: "a.txt", offset: 3, limit: 2 })).toBe(
    "[“a.txt”, lines 3 to 4 of 30]\nline 3\nline 4\n[Read on with offset 5.]",
  );
  expect(await bot.call("file_read", { path: "a.txt", offset: 31 })).toContain("there is no line 31");
  await bot.call("file_write", { path: "long", content: `${"x".repeat(9_000)}\nend` });
  expect(await bot.call("file_read", { path: "long" })).toContain("(7000 characters cut)\nend");
  await writeFile(join(bot.root, "big"), Buffer.alloc(21_000_000, "a"));
  expect(await bot.call("file_read", { path: "big" })).toContain(
    "error: “big” has 21,000,000 bytes; at most 20,000,000",
  );
  await writeFile(join(bot.root, "binary"), Buffer.from([1, 0, 2]));
  expect(await bot.call("file_read", { path: "binary" })).toBe("error: “binary” is not text (3 bytes)");
  await writeFile(join(bot.root, "empty"), "");
  expect(await bot.call("file_read", { path: "empty" })).toBe("“empty” is empty.");
  expect(await bot.call("file_read", { path: "none" })).toBe("error: “none” does not exist in the workspace");
});

it("MB11: a picture comes as a file", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  await bot.call("file_write", { path: "p/x", content: "" });
  await writeFile(join(bot.root, "p/cat.png"), png);
  const outcome = await bot.outcome("file_read", { path: "p/cat.png" });
  expect(outcome.files).toMatchObject([{ name: "cat.png" }]);
  expect(harness.files.get("cat.png")).toEqual(png);
});

it("TO3: a write past the quota changes nothing, and a replaced file keeps its mode", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot({ limits: { ...harness.newBot().box.limits, workspaceMb: 1, workspaceFiles: 100 } });
  await bot.call("file_write", { path: "run.sh", content: "one" });
  const { mode } = await stat(join(bot.root, "run.sh"));
  expect(mode & 0o777).toBe(0o644);
  await (await import("node:fs/promises")).chmod(join(bot.root, "run.sh"), 0o755);
  expect(await bot.call("file_write", { path: "run.sh", content: "two" })).toBe("replaced “run.sh” (3 bytes)");
  expect((await stat(join(bot.root, "run.sh"))).mode & 0o777).toBe(0o755);
  expect(await bot.call("file_write", { path: "run.sh", content: "x".repeat(1_100_000) })).toContain("of 1 MB");
  expect(await readFile(join(bot.root, "run.sh"), "utf8")).toBe("two");
  for (let n = 0; n < 99; n += 1) await bot.call("file_write", { path: `f${n}`, content: "" });
  expect(await bot.call("file_write", { path: "one-more", content: "" })).toContain("more than 100 files");
  expect(existsSync(join(bot.root, "one-more"))).toBe(false);
});

it("TO3: an edit is exact: what is absent or ambiguous is said with where it nearly is, and changes nothing", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await bot.call("file_write", { path: "a.ts", content: "let a = 1;\n\tlet b = 1;\nlet a = 1;\n" });
  const edit = (input: object) => bot.call("file_edit", { path: "a.ts", new: "", ...input });
  expect(await edit({ old: "let a = 1;" })).toBe(
    "error: “a.ts”: the old text occurs 2 times (lines 1, 3): give more of the lines around it, or set all",
  );
  expect(await edit({ old: "  let b = 1;" })).toContain("line 2 is like its first line, with other white space");
  expect(await edit({ old: "let c" })).toContain("is not in the file");
  expect(await edit({ old: "x", new: "x" })).toContain("are the same");
  expect(await edit({ old: "let a = 1;", new: "$&$1", all: true })).toBe("edited “a.ts” (lines 1, 3)");
  expect(await readFile(join(bot.root, "a.ts"), "utf8")).toBe("$&$1\n\tlet b = 1;\n$&$1\n");
  await writeFile(join(bot.root, "latin1"), Buffer.from([0xe4, 0x0a]));
  expect(await bot.call("file_edit", { path: "latin1", old: "a", new: "b" })).toContain("is not UTF-8 text");
});

it("TO3: an edit keeps a file's line breaks and its byte order mark", () => {
  const text = "\ufeffone\r\ntwo\r\nthree\r\n";
  expect(replaceExactly(text, { old: "one\ntwo", fresh: "1\n2", all: false })).toMatchObject({
    text: "\ufeff1\r\n2\r\nthree\r\n",
  });
  expect(replaceExactly(text, { old: "two", fresh: "2\n2", all: false })).toMatchObject({
    text: "\ufeffone\r\n2\r\n2\r\nthree\r\n",
  });
  expect(replaceExactly("a\nb\r\nc", { old: "a\nb", fresh: "x\ny", all: false })).toMatchObject({ text: "x\ny\r\nc" });
});

it("TO4: a bot whose box is off gets no tool, and a call by name is refused", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot({ enabled: false });
  expect(harness.source.namesFor(bot.box)).toEqual([]);
  expect(harness.source.namesFor(null)).toEqual([]);
  for (const { name } of harness.source.tools) {
    const input = {
      path: "a",
      content: "",
      old: "a",
      new: "b",
      pattern: "a",
      command: "a",
      id: "a",
      url: "a",
      query: "a",
    };
    const parsed = Object.fromEntries(
      Object.entries(input).filter(
        ([key]) =>
          harness.source.tools
            .find((tool) => tool.name === name)
            ?.input.safeParse({ [key]: "a" })
            .error?.issues.every(({ code }) => code !== "unrecognized_keys") ?? true,
      ),
    );
    expect(await bot.call(name, parsed), name).toContain("error: the box of this bot is switched off");
  }
  expect(existsSync(join(harness.folder, "workspaces"))).toBe(false);
  const silent = harness.newBot({ web: false });
  expect(harness.source.namesFor(silent.box)).toContain("file_read");
  expect(harness.source.namesFor(silent.box)).not.toContain("web_fetch");
});

it("SE5: workspaces are their owner's alone to enter", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await bot.call("file_write", { path: "a", content: "x" });
  for (const path of [join(harness.folder, "workspaces"), join(bot.root, ".."), bot.root, bot.state])
    expect((await stat(path)).mode & 0o077, path).toBe(0);
});

it("TO3: people list, read, write and delete in a workspace as bots do", async () => {
  await using harness = await openHarness(noBox);
  const bot = harness.newBot();
  await harness.source.write(bot, "docs/a.bin", Buffer.from([0, 255]));
  await symlink("docs", join(bot.root, "link"));
  expect((await harness.source.list(bot, ".", { depth: 3, limit: 10 })).entries).toMatchObject([
    { path: "docs", kind: "folder" },
    { path: "docs/a.bin", kind: "file", sizeBytes: 2 },
    { path: "link", kind: "link", target: "docs" },
  ]);
  expect(await harness.source.read(bot, "link/a.bin", 10)).toEqual(Buffer.from([0, 255]));
  await harness.source.remove(bot, "link");
  expect(existsSync(join(bot.root, "docs/a.bin"))).toBe(true);
  await harness.source.remove(bot, "docs");
  await expect(harness.source.remove(bot, ".")).rejects.toThrow("workspace itself");
  await expect(harness.source.remove(bot, "docs")).rejects.toThrow("does not exist");
  expect((await harness.source.list(bot, ".", { depth: 1, limit: 10 })).entries).toEqual([]);
});
