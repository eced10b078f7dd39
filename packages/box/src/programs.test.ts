/** Tests programs in boxes: what they see, what they can send, and how they end. They really run. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { McpBox } from "@reef/protocol/mcp-box";
import { describe, expect, it } from "vitest";
import { openPrograms } from "./programs.ts";
import { closeBox, probeBox } from "./run/probe.ts";
import { whyNoBox } from "./testing/box-harness.ts";
import { realClock } from "./testing/real-clock.ts";

const hasBox = (await whyNoBox()) === null;

async function open() {
  const dataFolder = await mkdtemp(join(tmpdir(), "reef-programs-"));
  const outside = await mkdtemp(join(tmpdir(), "reef-listed-"));
  await chmod(outside, 0o777);
  const box = await probeBox({ hidden: [dataFolder] });
  const programs = openPrograms({ box, clock: realClock, dataFolder });
  const start = (script: string, rest: { readonly env?: Record<string, string>; readonly box?: object } = {}) =>
    programs.start({
      name: "mcp_test",
      command: "sh",
      args: ["-c", script],
      env: rest.env ?? {},
      box: McpBox.parse(rest.box ?? {}),
    });
  const run = async (script: string, rest: { readonly env?: Record<string, string>; readonly box?: object } = {}) => {
    const program = await start(script, rest);
    const [out, err, exit] = await Promise.all([text(program.stdout), text(program.stderr), program.exit]);
    return { out, err, exit };
  };
  return {
    programs,
    dataFolder,
    outside,
    start,
    run,
    async [Symbol.asyncDispose]() {
      await programs[Symbol.asyncDispose]();
      await closeBox(box);
      await rm(dataFolder, { recursive: true, force: true });
      await rm(outside, { recursive: true, force: true });
    },
  };
}

async function text(stream: Readable): Promise<string> {
  let all = "";
  for await (const chunk of stream) all += String(chunk);
  return all;
}

async function commandLines(): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
}

describe.skipIf(!hasBox)("programs in boxes", () => {
  it("TO4: one talks over its own input and output, apart from its errors", async () => {
    await using kit = await open();
    const program = await kit.start("echo trouble >&2; cat");
    program.stdin.end("hello\n");
    const [out, err] = await Promise.all([text(program.stdout), text(program.stderr)]);
    expect([out, err]).toEqual(["hello\n", "trouble\n"]);
    expect(await program.exit).toBe("it ended by itself with code 0");
  });

  it("keeps its own folder over its end, and nothing after it is forgotten", async () => {
    await using kit = await open();
    await kit.run('echo kept > "$HOME/note"');
    expect((await kit.run("cat ~/note; pwd")).out).toBe("kept\n/work\n");
    await kit.programs.forget("mcp_test");
    expect(await kit.programs.names()).toEqual([]);
  });

  it("SE8: a variable reaches it, and stands on no command line", async () => {
    await using kit = await open();
    const program = await kit.start('echo "$KEY"; cat', { env: { KEY: "sk-7f3a=9d 2e51" } });
    const first = await new Promise<string>((resolve) =>
      program.stdout.once("data", (chunk) => resolve(String(chunk))),
    );
    expect(first).toBe("sk-7f3a=9d 2e51\n");
    const lines = await commandLines();
    expect(lines.some((line) => line.includes('echo "$KEY"'))).toBe(true);
    expect(lines.filter((line) => line.includes("sk-7f3a"))).toEqual([]);
    await program.stop();
    expect(await program.exit).toBeNull();
  });

  it("TO4: it sees the folders that a person listed, at their paths, and changes only those listed for that", async () => {
    await using kit = await open();
    await mkdir(join(kit.outside, "inner"), { mode: 0o777 });
    await chmod(join(kit.outside, "inner"), 0o777);
    await writeFile(join(kit.outside, "a.txt"), "read me");
    const read = { folders: [{ path: kit.outside }] };
    const write = { folders: [{ path: join(kit.outside, "inner"), write: true }, { path: kit.outside }] };
    const script = `cat ${kit.outside}/a.txt; echo x > ${kit.outside}/b.txt; echo x > ${kit.outside}/inner/c.txt && echo " wrote"`;
    expect((await kit.run(script)).out).toBe("");
    expect((await kit.run(script, { box: read })).out).toBe("read me");
    expect((await kit.run(script, { box: write })).out).toBe("read me wrote\n");
    expect(await readFile(join(kit.outside, "inner/c.txt"), "utf8")).toBe("x\n");
    await expect(readFile(join(kit.outside, "b.txt"))).rejects.toThrow("ENOENT");
  });

  it("TO4: Reef's data, what a box is made of, and what does not exist cannot be listed", async () => {
    await using kit = await open();
    for (const [path, words] of [
      [kit.dataFolder, "Reef keeps its data there"],
      [tmpdir(), "Reef keeps its data there"],
      ["/proc/self", "a box has its own one there"],
      [join(kit.outside, "none"), "it does not exist"],
    ] as const) {
      await expect(kit.start("true", { box: { folders: [{ path }] } })).rejects.toThrow(words);
    }
    await expect(kit.start("true", { box: { folders: [{ path: "/etc", write: true }] } })).rejects.toThrow(
      "can only be listed for reading",
    );
  });

  it("TO4: it reaches no network unless hosts are listed, and never this machine", async () => {
    await using kit = await open();
    const script = `node -e 'fetch(process.argv[1]).then((r)=>r.text()).then(console.log, (e)=>console.log("no:", e.cause?.code ?? e.message))' http://127.0.0.1:1/`;
    expect((await kit.run(script)).out).toMatch(/^no:/);
    const opened = await kit.run("node -e 'console.log(process.env.HTTPS_PROXY)'", { box: { network: "public" } });
    expect(opened.out).toBe("http://127.0.0.1:3128\n");
    const metadata = await kit.run(
      `node -e 'const q = require("http").get({ host: "127.0.0.1", port: 3128, path: "http://169.254.169.254/" }, (r) => r.pipe(process.stdout)); q.on("error", console.log)'`,
      { box: { network: "public" } },
    );
    expect(metadata.out).toContain("an address of this machine or of a private network");
  });

  it("TO3: one that forks without end, or fills its folder, is ended with all its processes, and says why", async () => {
    await using kit = await open();
    const many = await kit.run("while :; do sleep 1000 & done", { box: { processes: 16 } });
    expect(many.exit).toMatch(/processes|code/);
    const full = await kit.run("i=0; while :; do head -c 20000000 /dev/zero > f$i || exit 9; i=$((i+1)); done", {
      box: { diskMb: 50 },
    });
    expect(full.exit).toMatch(/its folder may hold 50 MB|code 9/);
  });

  it("a process that it leaves behind ends with it", async () => {
    await using kit = await open();
    const marker = `sleep-${process.pid}`;
    const program = await kit.start(`setsid sh -c ': ${marker}; sleep 600; :' & echo started; cat`);
    await new Promise((resolve) => program.stdout.once("data", resolve));
    await program.stop();
    const lines = await commandLines();
    expect(lines.filter((line) => line.includes(marker))).toEqual([]);
  });

  it("a program that is not there says so", async () => {
    await using kit = await open();
    const program = await kit.programs.start({
      name: "mcp_test",
      command: "no-such-program",
      args: [],
      env: {},
      box: McpBox.parse({}),
    });
    program.stdout.resume();
    program.stderr.resume();
    expect(await program.exit).toBe("the program was not found in its box");
  });
});
