import { chmod, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolder } from "../testing/serve.ts";
import { openVault } from "./vault.ts";

let folder: string;
beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const value = "sk-never-to-be-seen-0123456789 ünïcödé";
const vaultOf = (words?: string) => openVault({ folder, words });

test("SE8: a value is sealed anew each time, opens under its own name alone, and the key's file is its owner's", async () => {
  const [first, second] = [await vaultOf().seal("a", value), await vaultOf().seal("a", value)];
  expect(first).not.toBe(second);
  expect(first).not.toContain(value.slice(0, 10));
  expect(await vaultOf().open("a", first)).toBe(value);
  expect(await vaultOf().open("b", first)).toBeNull();
  expect((await stat(join(folder, "secrets.key"))).mode & 0o777).toBe(0o600);
});

test("SE8: what was tampered with, cut short or is no sealed text at all opens as nothing", async () => {
  const vault = vaultOf();
  const sealed = await vault.seal("a", value);
  const [version, nonce, body] = sealed.split(".");
  const flipped = Buffer.from(body ?? "", "base64url");
  flipped[3] = (flipped[3] ?? 0) ^ 1;
  for (const text of [
    `${version}.${nonce}.${flipped.toString("base64url")}`,
    `${version}.${nonce}.${body?.slice(0, -4)}`,
    `${version}..${body}`,
    `v9.${nonce}.${body}`,
    "",
    "v1.AA.AA",
    value,
  ]) {
    expect(await vault.open("a", text)).toBeNull();
  }
});

test("SE8: without the key's file, or with another one, nothing opens; a file that is no key is not overwritten", async () => {
  const sealed = await vaultOf().seal("a", value);
  const path = join(folder, "secrets.key");
  await rm(path);
  expect(await vaultOf().open("a", sealed)).toBeNull();
  await vaultOf().seal("b", value);
  expect(await vaultOf().open("a", sealed)).toBeNull();
  await chmod(path, 0o600);
  await writeFile(path, "something else\n");
  await expect(vaultOf().seal("c", value)).rejects.toMatchObject({ code: "conflict" });
  expect(await vaultOf().open("a", sealed)).toBeNull();
  expect(await readFile(path, "utf8")).toBe("something else\n");
});

test("SE8: a disk that is full leaves no half key behind, and with room again the key is made; two at once make one", async () => {
  await symlink("/dev/full", join(folder, "secrets.key.new"));
  await expect(vaultOf().seal("a", value)).rejects.toMatchObject({ code: "storage_full" });
  expect(await readdir(folder)).toEqual([]);
  const vault = vaultOf();
  const both = await Promise.all([vault.seal("a", value), vault.seal("b", value)]);
  expect(await Promise.all([vault.open("a", both[0]), vault.open("b", both[1])])).toEqual([value, value]);
  expect((await stat(join(folder, "secrets.key"))).mode & 0o777).toBe(0o600);
});

test("SE8: with a key from the environment there is no file, and another word opens nothing", async () => {
  const sealed = await vaultOf("correct horse battery staple").seal("a", value);
  await expect(stat(join(folder, "secrets.key"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(await vaultOf("correct horse battery staple").open("a", sealed)).toBe(value);
  expect(await vaultOf("another").open("a", sealed)).toBeNull();
});

test("SE8: what the file's key sealed still opens once there is a variable", async () => {
  const sealed = await vaultOf().seal("a", value);
  expect(await vaultOf("correct horse battery staple").open("a", sealed)).toBe(value);
});

test("two servers that make the key at once end with one key", async () => {
  const sealed = await Promise.all(Array.from({ length: 8 }, (_, n) => vaultOf().seal(`s${n}`, value)));
  for (const [n, each] of sealed.entries()) expect(await vaultOf().open(`s${n}`, each)).toBe(value);
});
