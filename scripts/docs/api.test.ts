/**
 * Tests that docs/api.md is true: its commands run in a shell, its TypeScript is compiled and runs, both against a started
 * server.
 */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "@reef/server/testing/serve";
import { expect, test } from "vitest";
import { root } from "../stamp.mjs";
import { runApiExamples } from "./api-examples.ts";

const guide = readFileSync(join(root, "docs/api.md"), "utf8");
const blocksOf = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);

test("the TypeScript of the guide is what is compiled and run, block by block", () => {
  const [, body = ""] =
    /^export async function \w+\(.*?\) \{\n(.*?)^ {2}return /ms.exec(
      readFileSync(join(root, "scripts/docs/api-examples.ts"), "utf8"),
    ) ?? [];
  expect(body.replaceAll(/^ {2}/gm, "").trim()).toBe(blocksOf("ts").join("\n").trim());
});

test("the TypeScript of the guide does what it says", async () => {
  await using it = await serve({ ownRuntimes: true });
  const made = await runApiExamples(it.server.url, it.server.token);
  expect(made.answer).toContain("good morning");
  expect(made.seen[0]).toMatch(/^1 /);
  expect(made.hits[0]?.memory.text).toBe("The garage code is 4711.");
  expect(made.schedule).toMatchObject({ state: "active", sessionId: made.session.id });
  expect(made.report).toMatchObject({ changed: 1, missing: [] });
  expect((await it.client.session(made.session.id)).archivedAt).toBeNull();
  expect(made.titles).toEqual(["Questions"]);
  expect(made.worker).toMatchObject({ state: "running", drained: false });
});

const hasTools = ["curl", "jq"].every((name) => spawnSync(name, ["--version"]).status === 0);

test.skipIf(!hasTools)("the commands of the guide do what they say", async () => {
  await using it = await serve({ ownRuntimes: true });
  const names = ["BOT", "SESSION", "ANSWER", "EVENTS", "HITS", "SCHEDULE", "TITLES", "WORKER"];
  const print = names.map((name) => `printf '%s\\0' "$${name}"`).join("\n");
  const { code, output, errors } = await runShell(
    ["set -eu", "exec 3>&1 >/dev/null", ...blocksOf("sh"), "exec >&3", print].join("\n"),
    {
      REEF_URL: it.server.url,
      REEF_TOKEN: it.server.token,
    },
  );
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const [bot, session, answer, events, hits, schedule, titles, worker] = output.split("\0");
  expect((await it.client.bots()).items.map(({ id }) => id)).toEqual([bot]);
  const [found] = (await it.client.sessions()).items;
  expect(found).toMatchObject({ id: session, title: "Questions", archivedAt: null });
  expect(answer).toContain("good morning");
  expect(events?.split("\n")).toHaveLength(3);
  expect(hits).toBe("The garage code is 4711.");
  expect((await it.client.schedules()).items.map(({ id }) => id)).toEqual([schedule]);
  expect(titles).toBe("Questions");
  expect((await it.client.workers()).items).toMatchObject([{ id: worker, state: "running" }]);
});

/** Runs it in bash, as people paste it. */
async function runShell(script: string, env: Readonly<Record<string, string>>) {
  const child = spawn("bash", ["-c", script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  return { code, output, errors };
}
