/** Tests skills over the API: which bots have them, how a bot reads them, and what an import takes. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { whyNoBox } from "@reef/box/testing/box-harness";
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Skill, SkillImportReport, SkillWithContents } from "@reef/protocol/skill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

const hasBox = (await whyNoBox()) === null;

function markdown(name: string, description = "Does a thing.", rest = "Do it well."): string {
  return `---\nname: ${name}\ndescription: ${JSON.stringify(description)}\nlicense: MIT\nmetadata: {a: [1, 2]}\n---\n\n${rest}\n`;
}

let reef: Served;
/** What the model was offered last. */
let offered: readonly { readonly name: string }[] = [];
let prompt = "";
beforeAll(async () => {
  reef = await serve({
    // A message is a tool's name and its input as JSON.
    script: ({ entries, messages, tools, instructions }) => {
      offered = tools;
      prompt = instructions;
      const result = entries.findLast(({ kind }) => kind === "tool_result");
      if (entries.at(-1)?.kind === "tool_result") return `heard: ${result?.text}`;
      const [name = "", ...input] = (messages.at(-1)?.text ?? "").split(" ");
      return [answer("", { name, input: JSON.parse(input.join(" ")) })];
    },
  });
});
afterAll(() => reef[Symbol.asyncDispose]());

async function ask<Value>(method: string, path: string, body: object | undefined, status: number): Promise<Value> {
  const response = await reef.request(method, path, body);
  const told = response.status === 204 ? null : await response.json();
  expect([response.status, told]).toEqual([status, status === 204 ? null : expect.anything()]);
  return told as Value;
}

async function newBot(fields: object = {}): Promise<string> {
  return (await ask<{ readonly id: string }>("POST", "/v1/bots", { name: `bot ${Math.random()}`, ...fields }, 201)).id;
}

async function say(botId: string, text: string): Promise<string> {
  const session = await reef.client.createSession({ botId: botId as never });
  const sent = await reef.client.sendMessage(session.id, { text });
  await until(async () => (await reef.client.message(sent.id)).state === "answered");
  return (await reef.client.entries(session.id, { limit: 10 })).items.at(-1)?.text ?? "";
}

const listOf = async (botId: string) =>
  (await ask<{ readonly items: readonly Skill[] }>("GET", `/v1/bots/${botId}/skills`, undefined, 200)).items.map(
    ({ name }) => name,
  );

describe("skills over the API", () => {
  test("SK2: a bot that has a skill finds it in its prompt and reads it; another bot neither", async () => {
    const owner = await newBot();
    const other = await newBot();
    const files = {
      "SKILL.md": { text: markdown("tide-tables", "Reads tide tables.") },
      "data/brest.csv": { text: "03:12,6.4" },
      "logo.png": { base64: "iVBORw0=" },
    };
    const made = await ask<SkillWithContents>("POST", "/v1/skills", { files, onFor: [owner] }, 201);
    expect(made).toMatchObject({
      name: "tide-tables",
      description: "Reads tide tables.",
      shared: false,
      contents: files,
    });
    expect(await say(owner, 'skill_read {"name":"tide-tables"}')).toMatch(/Do it well\.[\s\S]*data\/brest\.csv/);
    expect(prompt).toContain("- tide-tables: Reads tide tables.");
    expect(await say(owner, "skill_read {}")).toContain("- tide-tables: Reads tide tables.");
    expect(await say(owner, 'skill_read {"name":"tide-tables","path":"data/brest.csv"}')).toBe("heard: 03:12,6.4");
    expect(await say(owner, 'skill_read {"name":"tide-tables","path":"logo.png"}')).toContain("not text");
    expect(await say(owner, 'skill_read {"name":"tide-tables","path":"none"}')).toContain("has no file none");
    await say(other, "session_list {}");
    expect(offered.some(({ name }) => name === "skill_read")).toBe(false);
    expect(prompt).not.toContain("skill");
    await ask("PUT", `/v1/bots/${other}/skills/${made.id}`, { on: true }, 200);
    expect([await listOf(owner), await listOf(other)]).toEqual([["tide-tables"], ["tide-tables"]]);
    await ask("PUT", `/v1/bots/${owner}/skills/${made.id}`, { on: false }, 200);
    expect(await listOf(owner)).toEqual([]);
    await ask("DELETE", `/v1/skills/${made.id}`, undefined, 204);
    expect(await listOf(other)).toEqual([]);
  });

  test("SK2: a runtime that runs tools itself finds the bot's skills for its prompt, and reads them", async () => {
    const [owner, other] = [await newBot(), await newBot()];
    const files = { "SKILL.md": { text: markdown("knots", "Ties knots.") } };
    const { id } = await ask<Skill>("POST", "/v1/skills", { files, onFor: [owner] }, 201);
    const readBy = async (botId: string, input: object) => {
      const { id: sessionId } = await reef.client.createSession({ botId: botId as never });
      const recall = await ask<{ readonly skills: string | null }>(
        "POST",
        `/v1/bots/${botId}/recall`,
        { sessionId, text: "hello" },
        200,
      );
      const call = { sessionId, callId: "1", input };
      const path = `/v1/bots/${botId}/tools/skill_read`;
      const { text } = await ask<{ readonly text: string }>("POST", path, call, 200);
      return [recall.skills, text];
    };
    expect(await readBy(owner, { name: "knots" })).toEqual([
      expect.stringContaining("- knots: Ties knots."),
      expect.stringContaining("Do it well."),
    ]);
    expect(await readBy(other, { name: "knots" })).toEqual([null, expect.stringContaining("there is no tool")]);
    await ask("DELETE", `/v1/skills/${id}`, undefined, 204);
  });

  test("SK2: all bots have a shared skill, but for those where it is switched off", async () => {
    const [one, two] = [await newBot(), await newBot()];
    const made = await ask<Skill>(
      "POST",
      "/v1/skills",
      { files: { "SKILL.md": { text: markdown("greet") } }, shared: true },
      201,
    );
    await ask("PUT", `/v1/bots/${one}/skills/${made.id}`, { on: false }, 200);
    expect([await listOf(one), await listOf(two)]).toEqual([[], ["greet"]]);
    await ask("DELETE", `/v1/skills/${made.id}`, undefined, 204);
  });

  test("SK3: many long descriptions do not fill the prompt, and none is unreachable", async () => {
    const bot = await newBot();
    const made: Skill[] = [];
    for (let at = 0; at < 45; at += 1) {
      const text = markdown(`long-${String(at).padStart(2, "0")}`, "y".repeat(1_900));
      made.push(await ask<Skill>("POST", "/v1/skills", { files: { "SKILL.md": { text } }, onFor: [bot] }, 201));
    }
    expect(await say(bot, 'skill_read {"name":"long-44"}')).toContain("Do it well.");
    expect(prompt.length).toBeLessThan(20_000);
    expect(prompt).toContain("long-44");
    for (const { id } of made) await ask("DELETE", `/v1/skills/${id}`, undefined, 204);
  });

  test("a skill is edited file by file, and what would break it is refused with the reason", async () => {
    const { id } = await ask<Skill>(
      "POST",
      "/v1/skills",
      { files: { "SKILL.md": { text: markdown("edit-me") }, a: { text: "1" } } },
      201,
    );
    const patched = await ask<SkillWithContents>(
      "PATCH",
      `/v1/skills/${id}`,
      { files: { a: null, "b/c.txt": { text: "2" } } },
      200,
    );
    expect(Object.keys(patched.contents).toSorted()).toEqual(["SKILL.md", "b/c.txt"]);
    expect(patched.files).toEqual([
      { path: "SKILL.md", sizeBytes: expect.any(Number) },
      { path: "b/c.txt", sizeBytes: 1 },
    ]);
    for (const [files, words] of [
      [{ "SKILL.md": null }, "it has no SKILL.md"],
      [{ "SKILL.md": { text: "no front matter" } }, "does not begin with front matter"],
      [{ "SKILL.md": { text: "---\nname: [\n---\n" } }, "is not YAML"],
      [{ "SKILL.md": { text: "---\nname: Big Name\ndescription: x\n---\n" } }, "expected at most 64 lower-case"],
      [{ "SKILL.md": { text: "---\nname: x\n---\n" } }, "has no description"],
      [{ "SKILL.md": { text: "---\na: &a [x]\nname: x\ndescription: *a\n---\n" } }, "not YAML"],
      [{ b: { text: "a file and a folder" } }, "b is a file and a folder"],
      [{ big: { text: "x".repeat(2_000_001) } }, "more than 2000000"],
    ] as const) {
      const refused = await ask<{ readonly detail: string }>("PATCH", `/v1/skills/${id}`, { files }, 400);
      expect(refused.detail).toContain(words);
    }
    for (const path of ["../up", "/etc/passwd", "a//b", "a\\b", "a/../b", "x\u0000", ""]) {
      await ask("PATCH", `/v1/skills/${id}`, { files: { [path]: { text: "x" } } }, 400);
    }
    await ask("PATCH", `/v1/skills/${id}`, { onFor: ["bot_01900000-0000-7000-8000-000000000000"] }, 400);
    await ask("POST", "/v1/skills", { files: { "SKILL.md": { text: markdown("edit-me") } } }, 409);
    await ask("DELETE", `/v1/skills/${id}`, undefined, 204);
    await ask("GET", `/v1/skills/${id}`, undefined, 404);
  });

  test("SE6: an import takes what is a skill, follows no link, and reports the rest; a second one changes only what is different", async () => {
    const home = await mkdtemp(join(tmpdir(), "reef-skills-"));
    const put = async (path: string, text: string | Buffer) => {
      await mkdir(join(home, path, ".."), { recursive: true });
      await writeFile(join(home, path), text);
    };
    await put("secret.txt", "not yours");
    await put(".claude/skills/one/SKILL.md", markdown("one"));
    await put(".claude/skills/one/scripts/run.sh", "#!/bin/sh\necho ran\n");
    await symlink(join(home, "secret.txt"), join(home, ".claude/skills/one/leak.txt"));
    await put(".claude/skills/two/SKILL.md", "no front matter");
    await put(".claude/skills/three/SKILL.md", markdown("three"));
    await put(".claude/skills/three/big.bin", Buffer.alloc(2_100_000));
    await put(".claude/skills/node_modules/x/SKILL.md", markdown("never"));
    await symlink(join(home, ".claude/skills/one"), join(home, ".claude/skills/linked"));
    const run = (body: object = {}) =>
      ask<SkillImportReport>("POST", "/v1/skills/import", { path: join(home, ".claude"), ...body }, 200);
    const dry = await run({ dryRun: true });
    expect(dry.items.map(({ name, state }) => [name, state])).toEqual([
      ["one", "created"],
      ["three", "created"],
      [null, "refused"],
    ]);
    expect((await ask<{ readonly items: readonly Skill[] }>("GET", "/v1/skills", undefined, 200)).items).toEqual([]);
    const done = await run();
    expect(done.items[0]?.reason).toContain("leak.txt: a symbolic link");
    expect(done.items[1]?.reason).toContain("big.bin");
    expect(done.items[2]?.reason).toContain("front matter");
    const { items } = await ask<{ readonly items: readonly Skill[] }>("GET", "/v1/skills", undefined, 200);
    expect(items.map(({ name, shared }) => [name, shared])).toEqual([
      ["one", true],
      ["three", true],
    ]);
    expect(items[0]?.files.map(({ path }) => path)).toEqual(["SKILL.md", "scripts/run.sh"]);
    await put(".claude/skills/one/SKILL.md", markdown("one", "Says something else."));
    expect((await run()).items.map(({ state }) => state)).toEqual(["changed", "unchanged", "refused"]);
    await ask("POST", "/v1/skills/import", { path: join(home, "nowhere") }, 400);
    for (const { id } of items) await ask("DELETE", `/v1/skills/${id}`, undefined, 204);
    await rm(home, { recursive: true, force: true });
  });

  test.skipIf(!hasBox)(
    "SK2: a command in the box runs a skill's script and cannot change it; without the skill it is not there",
    async () => {
      const bot = await newBot({ box: { enabled: true } });
      const files = { "SKILL.md": { text: markdown("runner") }, "bin/go": { text: "#!/bin/sh\necho it ran\n" } };
      const { id } = await ask<Skill>("POST", "/v1/skills", { files, onFor: [bot] }, 201);
      expect(await say(bot, 'command_run {"command":"/skills/runner/bin/go"}')).toContain("it ran");
      expect(prompt).toContain("/skills/NAME");
      expect(
        await say(bot, 'command_run {"command":"echo x > /skills/runner/SKILL.md; echo x > /skills/new"}'),
      ).toMatch(/Read-only/i);
      await ask("PATCH", `/v1/skills/${id}`, { files: { "bin/go": { text: "#!/bin/sh\necho newer\n" } } }, 200);
      expect(await say(bot, 'command_run {"command":"/skills/runner/bin/go"}')).toContain("newer");
      await ask("PUT", `/v1/bots/${bot}/skills/${id}`, { on: false }, 200);
      expect(await say(bot, 'command_run {"command":"ls /skills"}')).toContain("No such file");
      await ask("DELETE", `/v1/skills/${id}`, undefined, 204);
    },
  );
});
