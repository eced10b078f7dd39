/** Tests what is particular to files on a disk; suites/files.test.ts has the port's contract. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { openFileFolder } from "./file-folder.ts";

const root = mkdtempSync(join(tmpdir(), "reef-files-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = () => join(mkdtempSync(join(root, "data-")), "files");

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

describe("a folder of files", () => {
  it.skipIf(process.platform === "win32")("is for its owner alone", async () => {
    const folder = newFolder();
    const files = await openFileFolder(folder);
    await using received = await files.receive(one("hello"));
    await received.keep();
    const { sha256 } = received;
    const modeOf = (path: string) => statSync(path).mode & 0o777;
    expect([folder, join(folder, "incoming"), join(folder, sha256.slice(0, 2))].map(modeOf)).toEqual(
      Array(3).fill(0o700),
    );
    expect(modeOf(join(folder, sha256.slice(0, 2), sha256))).toBe(0o600);
  });

  it("MB11: starts by throwing away what was arriving when the last owner died", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "incoming"), { recursive: true });
    writeFileSync(join(folder, "incoming", "half"), "hal");
    const files = await openFileFolder(folder);
    expect(readdirSync(join(folder, "incoming"))).toEqual([]);
    expect(await files.used()).toBe(0);
  });

  it("makes its folders again when somebody tidied them away, and never the data folder around them", async () => {
    const folder = newFolder();
    const files = await openFileFolder(folder);
    rmSync(folder, { recursive: true });
    await using received = await files.receive(one("again"));
    await received.keep();
    expect(await files.size(received.sha256)).toBe(5);
    rmSync(dirname(folder), { recursive: true });
    await expect(files.receive(one("gone"))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("put it back"),
    });
    expect(existsSync(dirname(folder))).toBe(false);
  });

  it("leaves alone what is none of its files, and refuses what is no hash", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "ab"), { recursive: true });
    writeFileSync(join(folder, "ab", "notes.txt"), "mine");
    writeFileSync(join(folder, ".DS_Store"), "mine");
    const files = await openFileFolder(folder);
    const hashes: string[] = [];
    for await (const hash of files.hashes()) hashes.push(hash);
    expect(hashes).toEqual([]);
    expect(await files.used()).toBe(0);
    expect(() => files.read("../../../etc/passwd")).toThrow("not a hash");
  });

  it("bytes that were damaged on the disk are made good by the next who bring them", async () => {
    const folder = newFolder();
    const files = await openFileFolder(folder);
    const keep = async () => {
      await using received = await files.receive(one("hello"));
      await received.keep();
      return received.sha256;
    };
    const hash = await keep();
    writeFileSync(join(folder, hash.slice(0, 2), hash), "he");
    await keep();
    expect(await files.size(hash)).toBe(5);
  });

  it.skipIf(process.platform === "win32")(
    "a disk that takes no more is told as that, and nothing is left behind",
    async () => {
      const folder = newFolder();
      const script = fileURLToPath(new URL("../testing/fill-process.ts", import.meta.url));
      // The shell's limit on file size stands in for a full disk: the kernel refuses the write in the same way.
      const child = spawn("sh", ["-c", `ulimit -f 64; exec "$0" "$1" "$2"`, process.execPath, script, folder], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (data: Buffer) => {
        said += data.toString();
      });
      await once(child, "close");
      expect(JSON.parse(said)).toEqual({
        code: "storage_full",
        message: expect.stringMatching(/^the disk is full/),
        used: 5,
      });
      expect(readdirSync(join(folder, "incoming"))).toEqual([]);
    },
  );
});
