/** Tests skills that are imported from a zip file: what is taken, and that no file of it can do harm (SE6). */
import type { SkillImportReport, SkillWithContents } from "@reef/protocol/skill";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../testing/serve.ts";
import { type ZipPart, zipOf } from "../testing/zip-file.ts";

let reef: Served;
beforeAll(async () => {
  reef = await serve({ script: () => "ok" });
});
afterAll(() => reef[Symbol.asyncDispose]());

const skill = (name: string, rest = "Do it.") => `---\nname: ${name}\ndescription: Does ${name}.\n---\n\n${rest}\n`;

async function send(bytes: Uint8Array, query = "name=skills.zip") {
  const response = await reef.server.app.request(`${reef.server.url}/v1/skills/import/zip?${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${reef.server.token}`, "content-type": "application/zip" },
    body: Buffer.from(bytes),
  });
  const told = (await response.json()) as SkillImportReport & { readonly detail: string };
  return { status: response.status, ...told };
}
const sendParts = (parts: readonly ZipPart[], query?: string) => send(zipOf(parts), query);

test("SK1: a zip file is previewed and imported as a folder is, and a newer one of the same name changes what differs", async () => {
  const parts = (rest: string): ZipPart[] => [
    { name: "mine/", mode: 0o040755 },
    { name: "mine/knots/SKILL.md", text: skill("knots", rest) },
    { name: "mine/knots/logo.png", text: Buffer.from([0x89, 0x50, 0xff]) },
    { name: "mine/knots/scripts/tie.sh", text: "echo tie", mode: 0o100755 },
    { name: "__MACOSX/mine/knots/._SKILL.md", text: "x" },
    { name: "mine/broken/SKILL.md", text: "no front matter" },
  ];
  const preview = await sendParts(parts("Twice."), "name=skills.zip&dryRun=true");
  expect(preview.items.map(({ path, state }) => [path, state])).toEqual([
    ["mine/broken", "refused"],
    ["mine/knots", "created"],
  ]);
  expect(await (await reef.request("GET", "/v1/skills")).json()).toMatchObject({ items: [] });
  expect((await sendParts(parts("Twice."))).items.map(({ state }) => state)).toEqual(["refused", "created"]);
  const { items } = (await (await reef.request("GET", "/v1/skills")).json()) as { readonly items: { id: string }[] };
  const read = (await (await reef.request("GET", `/v1/skills/${items[0]?.id}`)).json()) as SkillWithContents;
  expect(read).toMatchObject({ name: "knots", source: "zip:skills.zip/mine/knots", shared: true });
  expect(read.contents["scripts/tie.sh"]).toEqual({ text: "echo tie" });
  expect(read.contents["logo.png"]).toEqual({ base64: "iVD/" });
  expect((await sendParts(parts("Twice."))).items[1]?.state).toBe("unchanged");
  expect((await sendParts(parts("Thrice."))).items[1]?.state).toBe("changed");
  const other = await sendParts(parts("Else."), "name=other.zip");
  expect(other.items[1]).toMatchObject({ state: "refused", reason: expect.stringContaining("already exists") });
});

test("SE6: a name that leads out of it, an absolute one, or one twice refuses the whole file", async () => {
  for (const name of [
    "../x/SKILL.md",
    "/etc/SKILL.md",
    "a/../../SKILL.md",
    "C:/SKILL.md",
    "a\\..\\..\\SKILL.md",
    "a\u0000/SKILL.md",
  ]) {
    const sent = await sendParts([{ name, text: skill("out") }]);
    expect([name, sent.status, sent.detail]).toEqual([name, 400, expect.stringContaining("can't be imported")]);
  }
  const twice = [1, 2].map((n) => ({ name: "a/SKILL.md", text: skill("twice", String(n)) }));
  expect((await sendParts(twice)).detail).toContain("is in it twice");
});

test("SE6: links, encrypted, damaged and lying files are left out, each with its reason; the rest is imported", async () => {
  const zeros = Buffer.alloc(1_900_000);
  const report = await sendParts([
    { name: "odd/SKILL.md", text: skill("odd") },
    { name: "odd/link", text: "/etc/passwd", mode: 0o120777 },
    { name: "odd/locked", text: "x", flags: 0x801 },
    { name: "odd/damaged", text: "x", crc: 1 },
    { name: `odd/${"d/".repeat(400)}deep`, text: "x" },
    { name: "odd/bomb", text: zeros },
    { name: "odd/short", text: "abc", saidBytes: 4 },
    { name: "odd/long", text: "abcdef", saidBytes: 2 },
  ]);
  expect(report.items[0]).toMatchObject({ name: "odd", state: "created" });
  const reason = report.items[0]?.reason ?? "";
  for (const words of [
    "link: a symbolic link",
    "locked: it is encrypted",
    "bomb: it unpacks to more than 200 times",
    "damaged: it is damaged",
  ]) {
    expect(reason).toContain(words);
  }
  const skills = (await (await reef.request("GET", "/v1/skills")).json()) as {
    readonly items: readonly { readonly name: string; readonly files: readonly { readonly path: string }[] }[];
  };
  expect(skills.items.find(({ name }) => name === "odd")?.files.map(({ path }) => path)).toEqual(["SKILL.md"]);
});

test("SE6, SE7: what is no zip file, is cut, has too much in it, or no skill is refused in words", async () => {
  const whole = zipOf([{ name: "a/SKILL.md", text: skill("a") }]);
  for (const bytes of [Buffer.from("hello"), Buffer.alloc(0), whole.subarray(0, 40), whole.subarray(30)]) {
    expect([(await send(bytes)).status]).toEqual([400]);
  }
  const many = Array.from({ length: 5_001 }, (_, n) => ({ name: `f${n}` }));
  expect((await sendParts(many)).detail).toContain("more than 5000");
  // Says of itself that it is large, at a ratio that is believable.
  const large = Array.from({ length: 40 }, (_, n) => ({
    name: `a/${n}`,
    text: Buffer.alloc(9_000, n),
    saidBytes: 1_600_000,
  }));
  const said = await sendParts(large.map((part) => ({ ...part, text: noise(part.text.length) })));
  expect(said.detail).toContain("unpacks to more than 60 MB");
  expect((await sendParts([{ name: "a.txt", text: "x" }])).detail).toContain("no folder with a SKILL.md");
  expect((await send(Buffer.alloc(20_000_001))).status).toBe(413);
  expect((await sendParts([{ name: "a/SKILL.md", text: skill("a") }], "dryRun=true")).status).toBe(400);
});

/** Bytes that do not compress, the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let seed = 7;
  for (let at = 0; at < length; at += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    bytes[at] = seed >> 16;
  }
  return bytes;
}
