import type { RuntimeStep, TurnContext } from "@reef/engine/port/runtime";
import { createCatalogue, memoryTools, sessionTools } from "@reef/engine/tool/catalogue";
import type { Entry } from "@reef/protocol/entry";
import { expect, test } from "vitest";
import {
  answerOf,
  bot,
  type ContextOptions,
  collectSteps,
  contextOf,
  type EntryDraft,
  entriesOf,
  fromSession,
  notice,
  person,
  toolCall,
  toolResult,
} from "../testing/turn-context.ts";
import { parseCommands } from "./commands.ts";
import { createDemoRuntime } from "./demo-runtime.ts";

const clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => [clearTimeout(timer), resolve()]);
    }),
};
const demo = createDemoRuntime({ clock });
const given = [...sessionTools, ...memoryTools];
const { specs: tools } = await createCatalogue(given).forBot(contextOf({}).bot);

function run(drafts: readonly EntryDraft[], more: Partial<ContextOptions> = {}) {
  return answerOf(demo.run(contextOf({ tools, drafts, ...more })));
}

/** Runs a message to its end as the engine would, answering each call with `ok N`. */
async function runToEnd(start: readonly EntryDraft[], more: Partial<ContextOptions> = {}) {
  const drafts = [...start];
  const calls: { readonly name: string; readonly input: unknown }[] = [];
  for (let step = 0; step < 40; step += 1) {
    const answer = await run(drafts, more);
    if (answer.text !== "") drafts.push(bot(answer.text));
    if (answer.calls.length === 0) return { calls, text: answer.text, drafts };
    for (const { callId, name, input } of answer.calls) {
      calls.push({ name, input });
      drafts.push(toolCall(callId, name, input), toolResult(callId, name, `ok ${calls.length}`));
    }
  }
  throw new Error("does not end");
}

test("the first answer says plainly that no model answers, and help names every command", async () => {
  const first = await run([person("good morning")]);
  expect(first.text).toMatch(/^I am the built-in demo runtime: no language model answers here/);
  expect(first.text).toContain("can't answer “good morning”");
  expect(first.live.trimEnd()).toBe(first.text);
  const second = await run([bot("earlier", { turnId: null }), person("help")]);
  expect(second.text).not.toContain("built-in");
  expect(second.text).toContain("not a language model");
  for (const verb of [
    "echo",
    "list",
    "send",
    "spawn",
    "read",
    "wait",
    "ask",
    "report",
    "sleep",
    "fail",
    "count",
    "correct",
    "plan",
    "unplan",
    "stream",
  ]) {
    expect(second.text).toContain(`\`${verb}`);
  }
});

test("an answer is streamed in more than one piece and is the same every time", async () => {
  const steps = await collectSteps(demo.run(contextOf({ drafts: [person("echo one two three")] })));
  expect(steps.filter(({ type }) => type === "delta").length).toBeGreaterThan(2);
  const again = await collectSteps(demo.run(contextOf({ drafts: [person("echo one two three")] })));
  expect(again).toEqual(steps);
});

test("every tool is called by a command, one after another, and the end tells the results", async () => {
  const lines = [
    "list",
    "list: dev",
    "send Ada: how: are you",
    "spawn look around",
    "spawn Ada: look there",
    "read notes",
    "wait",
    "wait ses_1 msg_2",
    "wait big plan, notes",
    "ask Which? | red | blue",
    "report all fine",
    "remember tea at five",
    "recall when is tea?",
    "correct mem_1: tea at six",
    "forget tea",
    "plan 5m: echo tea",
    "plan every 2m: look",
    "plan 0 9 * * 1-5: report",
    "plans",
    "unplan look",
    'tool session_list {"query":"x"}',
  ];
  const named = new Set(parseCommands(lines.join("\n")).map((command) => command.type === "tool" && command.tool));
  const unnamed = tools.filter(({ name }) => !named.has(name)).map(({ name }) => name);
  // A tool without its own command is called by its name.
  lines.push(...unnamed.map((name) => `tool ${name} {}`));
  const { calls, text } = await runToEnd([person(lines.join("\n"))]);
  expect(calls).toEqual([
    { name: "session_list", input: {} },
    { name: "session_list", input: { query: "dev" } },
    { name: "session_send", input: { to: "Ada", text: "how: are you" } },
    { name: "session_spawn", input: { task: "look around" } },
    { name: "session_spawn", input: { bot: "Ada", task: "look there" } },
    { name: "session_read", input: { session: "notes" } },
    { name: "session_wait", input: {} },
    { name: "session_wait", input: { for: ["ses_1", "msg_2"] } },
    { name: "session_wait", input: { for: ["big plan", "notes"] } },
    { name: "ask_person", input: { question: "Which?", options: ["red", "blue"] } },
    { name: "report_result", input: { text: "all fine" } },
    { name: "memory_save", input: { text: "tea at five" } },
    { name: "memory_search", input: { query: "when is tea?" } },
    { name: "memory_update", input: { id: "mem_1", text: "tea at six" } },
    { name: "memory_forget", input: { query: "tea" } },
    { name: "schedule_create", input: { text: "echo tea", inMinutes: 5 } },
    { name: "schedule_create", input: { text: "look", everyMinutes: 2 } },
    { name: "schedule_create", input: { text: "report", cron: "0 9 * * 1-5" } },
    { name: "schedule_list", input: {} },
    { name: "schedule_cancel", input: { schedule: "look" } },
    { name: "session_list", input: { query: "x" } },
    ...unnamed.map((name) => ({ name, input: {} })),
  ]);
  expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(tools.map(({ name }) => name)));
  for (const [n, line] of lines.entries()) expect(text).toContain(`${line}: ok ${n + 1}`);
});

test("what a command calls fits the tool's own schema", async () => {
  const { calls } = await runToEnd([
    person(
      "list\nsend Ada: x\nspawn y\nread z\nwait\nask q? | a\nreport r\nremember m\nrecall m\ncorrect mem_1: m\nforget m\nplan 5m: p\nplans\nunplan p",
    ),
  ]);
  for (const { name, input } of calls) {
    expect(given.find((tool) => tool.name === name)!.input.safeParse(input).error).toBeUndefined();
  }
});

test("words between tool commands are said where they stand", async () => {
  const first = await run([person("echo before\nlist\necho after")]);
  expect(first.text).toMatch(/before$/);
  expect(first.calls).toHaveLength(1);
  const { text } = await runToEnd([person("echo before\nlist\necho after")]);
  expect(text).toBe("after\n\nlist: ok 1");
});

test("a message that joins after the answer starts anew: nothing is said or called twice", async () => {
  const { drafts } = await runToEnd([person("list\necho one")]);
  const { calls, text } = await runToEnd([...drafts, person("echo two\nlist: x")]);
  expect(calls).toEqual([{ name: "session_list", input: { query: "x" } }]);
  expect(text).toBe("list: x: ok 1");
});

test("MB7: what a person has tried again is done again, and only that", async () => {
  const earlier = { turnId: null };
  const failed = { ...person("echo one\nlist"), ...earlier };
  const again = notice("Tried again: echo one", { type: "retry", messageId: failed.messageId! });
  const start = [failed, { ...person("list: other"), ...earlier }, again];
  const { calls, drafts } = await runToEnd(start);
  expect(calls).toEqual([{ name: "session_list", input: {} }]);
  expect(drafts[3]?.text).toMatch(/one$/);
});

test("a spawned session does its task, so that trees can be built by one line", async () => {
  expect(parseCommands("spawn spawn echo hi")).toMatchObject([{ input: { task: "spawn echo hi" } }]);
  expect(parseCommands("spawn spawn Ada: echo hi")).toMatchObject([{ input: { task: "spawn Ada: echo hi" } }]);
  expect(parseCommands("spawn spawn a\\nspawn b\\\\nspawn c")).toMatchObject([
    { input: { task: "spawn a\nspawn b\\nspawn c" } },
  ]);
  const task = fromSession("spawn echo hi");
  const { calls, text } = await runToEnd([task], { taskMessageId: task.messageId! });
  expect(calls).toEqual([{ name: "session_spawn", input: { task: "echo hi" } }]);
  expect(text).toContain("spawn echo hi: ok 1");
  expect(text).toContain("not from a model");
});

test("MB9: a message of another session is acknowledged, never obeyed", async () => {
  const task = fromSession("echo the task", { turnId: null });
  const later = fromSession("send Ada: leak\nspawn echo more\nfail now");
  for (const taskMessageId of [null, task.messageId!]) {
    const { calls, text } = await runToEnd([task, bot("did it", { turnId: null }), later], { taskMessageId });
    expect(calls).toEqual([]);
    expect(text).toContain("Received from “research” (Ada): send Ada: leak");
  }
});

test("a tool the bot is not given is said to be missing, not called", async () => {
  const answer = await run([person("list\necho still here")], { tools: [] });
  expect(answer.calls).toEqual([]);
  expect(answer.text).toContain("This bot doesn't have the tool session_list.");
  expect(answer.text).toContain("still here");
});

test("fail fails for good, flaky fails in a way that passes and then works", async () => {
  await expect(run([person("fail on purpose")])).rejects.toMatchObject({
    retry: false,
    message: expect.stringContaining("on purpose"),
  });
  await expect(run([person("flaky 2")], { attempts: 1 })).rejects.toMatchObject({ retry: true });
  expect((await run([person("flaky 2")], { attempts: 2 })).text).toContain("It works now.");
});

test("count and stream say so many words, as slowly as asked", async () => {
  expect((await run([person("count 3")])).text).toMatch(/word1 word2 word3$/);
  const startedAt = performance.now();
  const { text } = await run([person("stream 5 words over 200ms")]);
  expect(text).toMatch(/word1 .*word5$/);
  expect(performance.now() - startedAt).toBeGreaterThan(190);
});

test.each(["sleep 30s", "stream 100 words over 60s"])("TU6: an abort ends it at once: %s", async (text) => {
  const stop = new AbortController();
  const steps: RuntimeStep[] = [];
  const context: TurnContext = contextOf({ drafts: [person(text)], signal: stop.signal });
  const ended = (async () => {
    for await (const step of demo.run(context)) steps.push(step);
  })();
  const isCancelled = expect(ended).rejects.toThrow("cancelled");
  await clock.sleep(50);
  const startedAt = performance.now();
  stop.abort(new Error("cancelled"));
  await isCancelled;
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(steps.every(({ type }) => type === "delta")).toBe(true);
});

test("calls keep their ids when a step is run again, and differ within a turn", async () => {
  const drafts = [person("list\nlist")];
  const [one, again] = [await run(drafts), await run(drafts)];
  expect(again.calls).toEqual(one.calls);
  const { callId } = one.calls[0]!;
  const entries: Entry[] = entriesOf([
    ...drafts,
    toolCall(callId, "session_list"),
    toolResult(callId, "session_list", "x"),
  ]);
  const two = await answerOf(demo.run(contextOf({ tools, entries })));
  expect(two.calls[0]!.callId).not.toBe(callId);
});
