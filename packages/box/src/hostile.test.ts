import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeBox } from "./run/probe.ts";
import { type BoxHarness, openHarness, whyNoBox } from "./testing/box-harness.ts";

const exec = promisify(execFile);
const reason = await whyNoBox();
const state: { harness: BoxHarness | null } = { harness: null };
const harness = () => state.harness as BoxHarness;

beforeAll(async () => {
  state.harness = await openHarness();
});
afterAll(async () => await state.harness?.[Symbol.asyncDispose]());

/** Returns how many processes of this machine have the mark in their command line. */
function countMarked(mark: string): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(mark);
    } catch {
      return false;
    }
  }).length;
}

describe.skipIf(reason !== null)("TO4: what a command does in its box stays there", () => {
  it("TO4: it sees its workspace and programs, and nothing else of the machine", async () => {
    const bot = harness().newBot();
    await writeFile(join(harness().folder, "token"), "the secret token");
    const text = await bot.call("command_run", {
      command: `pwd; echo kept > note.txt; cat /etc/shadow; cat ${harness().folder}/token; ls /home /root /var /sys; ls ${bot.state}; env | sort; echo HOSTS; cat /etc/passwd`,
    });
    expect(text).toContain("/work\n");
    expect(text).not.toContain("the secret token");
    expect(text).not.toMatch(/REEF_|root:[$*!]/);
    for (const path of ["/etc/shadow", "/home", "/root", "/var", "/sys"]) expect(text).toContain(path);
    expect(text.match(/No such file or directory/g)?.length).toBeGreaterThanOrEqual(7);
    expect(await readFile(join(bot.root, "note.txt"), "utf8")).toBe("kept\n");
  });

  it("TO4: it changes nothing of the system, also when Reef is root", async () => {
    const bot = harness().newBot();
    const before = await readFile("/proc/sys/kernel/core_pattern", "utf8");
    const files = ["/usr/bin/x", "/etc/x", "/x", "/dev/x", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/swappiness"];
    const text = await bot.call("command_run", {
      command: `for f in ${files.join(" ")}; do echo 1 2>/dev/null > $f && echo WROTE $f; done; echo s > /proc/sysrq-trigger && echo WROTE; mknod d b 8 0 && echo WROTE; mount -t tmpfs none /usr && echo WROTE; chroot / true && echo WROTE; unshare -U true && echo WROTE; true`,
    });
    expect(text).toContain("exit code 0");
    expect(text).not.toContain("WROTE");
    expect(await readFile("/proc/sys/kernel/core_pattern", "utf8")).toBe(before);
  });

  it("TO3: one that forks without end is held to its number of processes, and all of them end with it", async () => {
    const bot = harness().newBot({ limits: { ...harness().newBot().box.limits, processes: 32 } });
    // Bash tries a fork eight times, for ever longer.
    const text = await bot.call("command_run", {
      command: "(for i in $(seq 200); do sleep 31.41593 & done) & while set -- /proc/[0-9]*; do echo COUNT $#; done",
      seconds: 3,
    });
    const counts = [...text.matchAll(/^COUNT (\d+)$/gm)].map(([, count]) => Number(count));
    expect(Math.max(...counts)).toBeGreaterThan(20);
    expect(Math.max(...counts)).toBeLessThanOrEqual(36);
    expect(text).toContain("it took longer than it may");
    expect(await bot.call("command_run", { command: "f() { f | f & }; f; wait", seconds: 3 })).toMatch(
      /fork|stopped|exit/,
    );
    await expect.poll(() => countMarked("31.41593")).toBe(0);
  });

  it("TO3: one that fills the disk ends at the workspace's quota", async () => {
    const bot = harness().newBot({ limits: { ...harness().newBot().box.limits, workspaceMb: 20 } });
    const text = await bot.call("command_run", {
      command: "i=0; while true; do i=$((i+1)); head -c 4000000 /dev/zero > f$i || true; done",
      seconds: 60,
    });
    expect(text).toContain("the workspace became larger than it may");
    const { stdout } = await exec("du", ["-sm", bot.root]);
    // What a disk writes between two looks at it comes on top.
    expect(Number.parseInt(stdout, 10)).toBeLessThan(4_000);
    expect(await bot.call("file_write", { path: "a", content: "x" })).toContain("error: the workspace holds");
    expect(await bot.call("command_run", { command: "echo more > g; rm -f f*; ls" })).toContain("File too large");
    expect(await bot.call("file_write", { path: "a", content: "x" })).toContain("created");
  });

  it("TO3: one large file, and memory on /tmp, /dev and /dev/shm, are bounded", async () => {
    const bot = harness().newBot({ limits: { ...harness().newBot().box.limits, workspaceMb: 5, memoryMb: 128 } });
    const text = await bot.call("command_run", {
      command:
        "head -c 90000000 /dev/zero > big; ls -l big | cut -d' ' -f5; for f in /tmp/x /dev/shm/x; do head -c 200000000 /dev/zero > $f || echo FULL; rm $f; done; echo x > /dev/y || echo CLOSED",
    });
    expect(text.match(/FULL/g)).toHaveLength(2);
    expect(text).toContain("CLOSED");
    expect((await exec("du", ["-sm", bot.root])).stdout).toMatch(/^[0-6]\t/);
  });

  it("TO3: one that takes memory without end is ended, alone or through its children", async () => {
    const bot = harness().newBot({ limits: { ...harness().newBot().box.limits, memoryMb: 200 } });
    const eat = "perl -e 'my @a; while (1) { push @a, \"x\" x 1_000_000 }'";
    expect(await bot.call("command_run", { command: eat, seconds: 60 })).toMatch(/memory|exit code/i);
    const hold = "perl -e 'my $a = \"x\" x 90_000_000; sleep 60'";
    const many = await bot.call("command_run", {
      command: `${hold} & ${hold} & ${hold} & ${hold} & wait`,
      seconds: 60,
    });
    expect(many).toContain("used more memory than they may");
  });

  it("TO4: it opens no connection: not to this machine, not to the network, not to Reef", async () => {
    const bot = harness().newBot();
    const server = createServer((socket) => socket.end("REACHED"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    try {
      const text = await bot.call("command_run", {
        command: `cat < /dev/tcp/127.0.0.1/${port}; cat < /dev/tcp/1.1.1.1/80; cat < /dev/udp/1.1.1.1/53; ls -A /run /tmp; ip -o link | wc -l`,
      });
      expect(text).not.toContain("REACHED");
      expect(text).toMatch(/refused/);
      expect(text).toMatch(/unreachable/);
    } finally {
      server.close();
    }
  });

  it("TO3: a process that it leaves behind ends with it", async () => {
    const bot = harness().newBot();
    const text = await bot.call("command_run", {
      command: "(setsid nohup sleep 27.18281 >/dev/null 2>&1 &); sleep 27.18281 & disown -a; echo started",
    });
    expect(text).toContain("started");
    await expect.poll(() => countMarked("27.18281")).toBe(0);
  });

  it("TO3: of a gigabyte that it prints, the beginning is kept and both ends are shown", async () => {
    const bot = harness().newBot();
    const outcome = await bot.outcome("command_run", {
      command: "echo FIRST; yes 0123456789 | head -c 1000000000; echo LAST",
    });
    expect(outcome.isError).toBe(false);
    expect(outcome.text).toMatch(/^\[exit code 0.*\]\nFIRST\n/);
    expect(outcome.text).toContain("bytes left out; the first 10,000,000 bytes are kept");
    expect(outcome.text.length).toBeLessThan(20_000);
    const [file] = outcome.files ?? [];
    expect(file?.sizeBytes).toBe(10_000_000);
    const id = /id (cmd_[0-9a-f]+)/.exec(outcome.text)?.[1] ?? "";
    expect(await bot.call("command_output", { id, offset: 6_000, limit: 100 })).toContain("0123456789");
  });

  it("TU6: one that ignores SIGTERM ends when it is stopped, by the turn or by its time", async () => {
    const bot = harness().newBot();
    const command = 'trap "" TERM INT HUP; touch started; while true; do sleep 16.18033; done';
    const stopped = new AbortController();
    const result = bot.call("command_run", { command }, stopped.signal);
    await expect.poll(() => existsSync(join(bot.root, "started"))).toBe(true);
    stopped.abort();
    expect(await result).toContain("stopped");
    expect(await bot.call("command_run", { command, seconds: 1 })).toContain("it took longer than it may");
    await expect.poll(() => countMarked("16.18033")).toBe(0);
  });

  it("TO4: links to outside that it writes lead no tool of Reef's out of the workspace", async () => {
    const bot = harness().newBot();
    const outside = join(harness().folder, "outside");
    await mkdir(outside);
    await writeFile(join(outside, "secret.txt"), "a secret of the owner");
    await harness().source.beforeTurn(bot, "trn_links");
    await bot.call("command_run", {
      command: `ln -s ${outside} dir; ln -s ${outside}/secret.txt file; ln -s /etc/passwd p; ln -s ../../../../.. up; ln -s loop loop; ln -s /work/real inside; echo real > real; mkdir d; ln -s ../../state d/s`,
    });
    await harness().source.afterTurn(bot, "trn_links");
    for (const path of ["file", "dir/secret.txt", "p", "up/etc/passwd", "loop", "d/s/commands"]) {
      expect(await bot.call("file_read", { path }), path).toMatch(/^error: .*(leads out|too many links)/);
      expect(await bot.call("file_write", { path, content: "x" }), path).toMatch(
        /^error: .*(leads out|too many links)/,
      );
      expect(await bot.call("file_edit", { path, old: "a", new: "b" }), path).toMatch(/^error/);
    }
    expect(await bot.call("file_read", { path: "inside" })).toBe("real");
    for (const path of ["dir", "up"]) expect(await bot.call("file_list", { path, depth: 5 })).toMatch(/^error/);
    expect(await bot.call("file_list", { depth: 5 })).not.toContain("secret.txt\n");
    expect(await bot.call("file_search", { pattern: "a secret of the owner" })).toContain("No results");
    const { files } = await harness().source.changes(bot, "trn_links");
    expect(files.find(({ path }) => path === "file")?.patch).toContain(`+${outside}/secret.txt`);
    expect(JSON.stringify(files)).not.toContain("a secret of the owner");
    const undone = await harness().source.undo(bot, "trn_links");
    expect(undone.deleted).toEqual(expect.arrayContaining(["dir", "file", "up", "real"]));
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("a secret of the owner");
  });

  it("TO4: an undo writes through no link that took a folder's place since", async () => {
    const bot = harness().newBot();
    const outside = join(harness().folder, "outside-undo");
    await mkdir(outside);
    await bot.call("file_write", { path: "d/a.txt", content: "before" });
    await harness().source.beforeTurn(bot, "trn_swap");
    await bot.call("file_write", { path: "d/a.txt", content: "after" });
    await bot.call("file_write", { path: "d/b.txt", content: "new" });
    await harness().source.afterTurn(bot, "trn_swap");
    await writeFile(join(outside, "b.txt"), "new");
    await bot.call("command_run", { command: `mv d e; ln -s ${outside} d` });
    const undone = await harness().source.undo(bot, "trn_swap");
    expect(undone.restored).toEqual([]);
    expect(readdirSync(outside)).toEqual(["b.txt"]);
  });

  it("TO4: while a command swaps a folder for a link without end, reading, writing, keeping and undoing stay inside", async () => {
    const bot = harness().newBot();
    const outside = join(harness().folder, "outside-race");
    await mkdir(outside);
    await writeFile(join(outside, "f"), "a secret outside");
    await bot.call("command_run", { command: "mkdir d; echo inside > d/f" });
    expect(await bot.call("file_read", { path: "d/f" })).toBe("inside");
    await bot.call("command_run", {
      command: `touch up; while true; do mv d e; ln -s ${outside} d; rm d; mv e d; done`,
      background: true,
    });
    await expect.poll(() => existsSync(join(bot.root, "up"))).toBe(true);
    const seen: string[] = [];
    for (let n = 0; n < 150; n += 1) {
      seen.push(await bot.call("file_read", { path: "d/f" }));
      seen.push(await bot.call("file_write", { path: `d/new${n % 5}`, content: "x" }));
      seen.push(await bot.call("file_list", { path: "d" }));
      if (n % 15 !== 0) continue;
      const id = `trn_race${n}`;
      await harness().source.beforeTurn(bot, id);
      await bot.call("file_write", { path: "d/f", content: `inside ${n}` });
      await harness().source.afterTurn(bot, id);
      seen.push(JSON.stringify(await harness().source.changes(bot, id)));
      await harness().source.undo(bot, id);
    }
    expect(seen.join("\n")).not.toContain("a secret outside");
    // Some calls met the folder, or the test would show nothing.
    expect(seen.some((text) => !text.startsWith("error:"))).toBe(true);
    expect(readdirSync(outside)).toEqual(["f"]);
    expect(await readFile(join(outside, "f"), "utf8")).toBe("a secret outside");
  });

  it("TO4: names with line breaks, quotes and bytes that are no text break nothing", async () => {
    const bot = harness().newBot();
    await harness().source.beforeTurn(bot, "trn_names");
    await bot.call("command_run", {
      command:
        "echo a > $'new\\nline'; echo b > \"quo'te\\\"\"; echo c > $'bad\\xff'; echo d > -- -rf; echo e > '$(touch x)'; mkdir $'\\e[31m'",
    });
    await harness().source.afterTurn(bot, "trn_names");
    const listed = await bot.call("file_list", { depth: 3 });
    expect(listed).toContain(String.raw`"new\nline"`);
    expect(listed).not.toContain("\u001b");
    expect(await bot.call("file_read", { path: "new\nline" })).toBe("a");
    const { files } = await harness().source.changes(bot, "trn_names");
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(["new\nline", "$(touch x)"]));
    expect(await bot.call("file_search", { pattern: "^a$" })).toContain("1:a");
    await harness().source.undo(bot, "trn_names");
    expect(await bot.call("file_list", {})).not.toContain("new");
  });

  it("TO4: a workspace that was swapped for a link is refused, and nothing is written through it", async () => {
    const bot = harness().newBot();
    await bot.call("file_write", { path: "a", content: "x" });
    const outside = join(harness().folder, "outside-root");
    await mkdir(outside);
    await rename(bot.root, `${bot.root}.moved`);
    await symlink(outside, bot.root);
    for (const [tool, input] of [
      ["file_read", { path: "a" }],
      ["file_write", { path: "a", content: "y" }],
      ["command_run", { command: "touch b" }],
    ] as const) {
      expect(await bot.call(tool, input)).toContain("error: the workspace is not a folder");
    }
    await expect(harness().source.beforeTurn(bot, "trn_x")).rejects.toThrow("not a folder");
    expect(readdirSync(outside)).toEqual([]);
    await rm(bot.root);
  });

  it("TO4: a repository in the workspace runs nothing on the machine, and is kept and undone like any files", async () => {
    const bot = harness().newBot();
    const mark = join(harness().folder, "ran");
    await harness().source.beforeTurn(bot, "trn_git");
    const evil = `touch ${mark}`;
    await bot.call("command_run", {
      command: `mkdir -p .git/hooks sub/.git; for h in pre-commit post-checkout fsmonitor; do printf '#!/bin/sh\\n${evil}\\n' > .git/hooks/$h; chmod +x .git/hooks/$h; done; printf '[core]\\nfsmonitor = ${evil}\\nsshCommand = ${evil}\\npager = ${evil}\\n[filter "x"]\\nclean = ${evil}\\nsmudge = ${evil}\\n[diff]\\nexternal = ${evil}\\n' | tee .git/config > sub/.git/config; echo '* filter=x diff=x' > .gitattributes; echo '*' > .gitignore; echo ref: refs/heads/x > .git/HEAD; echo text > sub/file`,
    });
    await harness().source.afterTurn(bot, "trn_git");
    const { files } = await harness().source.changes(bot, "trn_git");
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([".git/config", ".gitattributes", "sub/.git/config", "sub/file"]),
    );
    const undone = await harness().source.undo(bot, "trn_git");
    expect(undone.left).toEqual([]);
    expect(readdirSync(bot.root)).toEqual([]);
    expect(existsSync(mark)).toBe(false);
  });

  it("TO3: escape codes reach people, not the model", async () => {
    const bot = harness().newBot();
    const outcome = await bot.outcome("command_run", {
      command: String.raw`printf '\033[31mred\033[0m \033]0;title\007\033]8;;http://evil\033\\link\033]8;;\033\\ \033[2J\rover\n\b\0'`,
    });
    expect(outcome.text.split("\n")[1]).toBe("over");
    expect(outcome.text).not.toMatch(/[^\P{Cc}\n\t]/u);
    expect([...harness().files.values()].at(-1)?.toString()).toContain("\u001b[31mred");
  });

  it("TO3: folders without end and folders that no one may enter are deleted with the bot", async () => {
    const bot = harness().newBot();
    await bot.call("command_run", {
      command:
        "for i in $(seq 300); do mkdir dddddddddddddddddddd; cd dddddddddddddddddddd; done; cd /work; mkdir locked; touch locked/a; chmod 0 locked",
    });
    await harness().source.beforeTurn(bot, "trn_deep");
    await harness().source.forgetBot(bot.id);
    expect(existsSync(join(harness().folder, "workspaces", bot.id))).toBe(false);
  });

  it("TO4: a pipe, a device and a folder in place of a file are no file", async () => {
    const bot = harness().newBot();
    await bot.call("command_run", { command: "mkfifo pipe; mkdir folder" });
    expect(await bot.call("file_read", { path: "pipe" })).toContain("is a pipe, socket or device");
    expect(await bot.call("file_read", { path: "folder" })).toContain("is a folder");
    expect(await bot.call("file_write", { path: "folder", content: "" })).toContain("is a folder");
    await chmod(bot.root, 0o700);
  });
});

it("TO4: where bubblewrap runs by itself, boxes run, so that no test of them is left out unseen", async () => {
  const flags = ["--unshare-user", "--unshare-pid", "--disable-userns", "--ro-bind", "/", "/", "--proc", "/proc"];
  const runs = await exec("bwrap", [...flags, "true"]).then(
    () => true,
    () => false,
  );
  if (runs) expect(reason).toBeNull();
});

it("TO4: a bubblewrap that is too old, broken or forbidden is said to be so, and no box is used", async () => {
  await using other = await openHarness({ probe: { programFolders: [] } });
  const probe = async (script: string) => {
    await writeFile(join(other.folder, "bwrap"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await chmod(other.folder, 0o755); // as root, the box's user runs it
    const box = await probeBox({ programFolders: [other.folder] });
    return box.state === "unavailable" ? box.reason : "ready";
  };
  const version = '[ "$1" = --version ] && echo "bubblewrap 0.9.0" && exit;';
  expect(await probe('echo "bubblewrap 0.6.1"')).toBe("bubblewrap 0.6.1 is too old: version 0.8 or newer is needed");
  expect(await probe("echo nonsense")).toContain("of an unknown version is too old");
  expect(await probe(`${version} echo elsewhere`)).toContain('it answered "elsewhere');
  expect(await probe(`${version} echo "No permissions to create new namespace" >&2; exit 1`)).toMatch(
    /cannot create a box here: .*No permissions.* In a container, allow user namespaces/,
  );
});

it("TO4: where a box would show Reef's data, there is none", async () => {
  const box = await probeBox({ hidden: ["/usr/local/reef-data"] });
  expect(box).toMatchObject({ state: expect.stringMatching(/unavailable/) });
  if (reason === null) expect(box).toMatchObject({ reason: expect.stringContaining("move the data folder") });
});

it("TO4: without bubblewrap commands say what to install, nothing runs, and files still work", async () => {
  await using other = await openHarness({ probe: { programFolders: ["/nowhere"] } });
  const bot = other.newBot();
  expect(other.source.state).toMatchObject({
    state: "unavailable",
    reason: expect.stringContaining("apt-get install bubblewrap"),
  });
  expect(await bot.call("command_run", { command: "touch ran" })).toContain(
    "error: commands cannot run here: bubblewrap is not installed",
  );
  expect(await bot.call("file_write", { path: "a.txt", content: "some words\nmore" })).toContain("created");
  expect(await bot.call("file_search", { pattern: "some words", exact: true })).toBe("a.txt:1:some words");
  expect(await bot.call("file_search", { pattern: "(a+)+$" })).toContain("error: regular expressions");
  expect(readdirSync(bot.root)).toEqual(["a.txt"]);
});
