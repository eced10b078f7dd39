import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { readDirectives, say } from "./model-script.ts";
import { startModelServer } from "./model-server.ts";

async function ask(url: string, content: string, more: Record<string, unknown> = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content }], ...more }),
  });
}

async function answerOf(response: Response) {
  const body = (await response.json()) as {
    choices: { message: { content: string; tool_calls?: { function: { name: string; arguments: string } }[] } }[];
  };
  return body.choices[0]!.message;
}

test("a directive may carry directives of its own, so that a task scripts the session it is for", () => {
  const inner = '[[tool=echo {"a":[[1],[2]]}]]';
  const text = `please [[delay=5]] [[tool=session_spawn ${JSON.stringify({ task: inner })}]] now`;
  const [delay, tool] = readDirectives(text);
  expect(delay).toEqual({ name: "delay", value: "5" });
  const task = JSON.parse(tool!.value.slice("session_spawn ".length)).task as string;
  expect(task).toBe(inner);
  expect(readDirectives(task)).toEqual([{ name: "tool", value: 'echo {"a":[[1],[2]]}' }]);
});

test("the default script calls the tools one after another, then answers", async () => {
  await using server = await startModelServer();
  const content = '[[tool=one {"n":1}]][[tool=two]][[say=all done]]';
  const messages: unknown[] = [{ role: "user", content }];
  const said: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const message = await answerOf(await ask(server.url, "", { messages }));
    said.push(
      message.tool_calls?.map((call) => `${call.function.name} ${call.function.arguments}`).join() ?? message.content,
    );
    messages.push(message, { role: "tool", tool_call_id: "x", content: "ok" });
  }
  expect(said).toEqual(['one {"n":1}', "two {}", "all done"]);
});

test("a message that joins a scripted turn does not end its script; one after the answer does", async () => {
  await using server = await startModelServer();
  const messages: object[] = [
    { role: "user", content: "[[tool=one]][[tool=two]][[say=fine]]" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "x", type: "function", function: { name: "one", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "x", content: "ok" },
    { role: "user", content: "by the way" },
  ];
  expect((await answerOf(await ask(server.url, "", { messages }))).tool_calls?.[0]?.function.name).toBe("two");
  messages.push({ role: "assistant", content: "fine" }, { role: "user", content: "and now?" });
  expect((await answerOf(await ask(server.url, "", { messages }))).content).toBe("scripted answer to: and now?");
});

test("a bracketed note of the client is not the message that is answered", async () => {
  await using server = await startModelServer();
  const note = "[Notice from Reef: the server restarted; not started: [1, 2]]";
  const messages = [
    { role: "user", content: "[[tool=one]][[say=fine]]" },
    { role: "tool", tool_call_id: "x", content: "ok" },
    { role: "user", content: note },
  ];
  expect((await answerOf(await ask(server.url, "", { messages }))).content).toBe("fine");
});

test("failures can be limited to the first attempts of the same conversation", async () => {
  await using server = await startModelServer();
  const statuses = [];
  for (const content of ["a [[fail=503 x2]]", "a [[fail=503 x2]]", "a [[fail=503 x2]]", "b [[fail=503 x2]]"]) {
    statuses.push((await ask(server.url, content)).status);
  }
  expect(statuses).toEqual([503, 503, 200, 503]);
});

test("an answer is streamed in the asked number of pieces and ends with its usage", async () => {
  await using server = await startModelServer({ script: () => say("abcdef", { chunks: 3, inputTokens: 7 }) });
  const body = await (await ask(server.url, "hi", { stream: true })).text();
  expect([...body.matchAll(/"content":"([^"]+)"/g)].map(([, text]) => text)).toEqual(["ab", "cd", "ef"]);
  expect(body).toContain('"prompt_tokens":7');
  expect(body).toMatch(/data: \[DONE\]\n\n$/);
});

test("what is thought comes before the text, and holds it back for as long as a script wants", async () => {
  const held = Promise.withResolvers<void>();
  await using server = await startModelServer({
    script: () => say("Blue.", { reasoning: "The sky.", thinksUntil: held.promise, chunks: 2 }),
  });
  const response = await ask(server.url, "colour?", { stream: true });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let read = "";
  while (!read.includes("sky.")) read += (await reader.read()).value ?? "";
  expect(read).not.toContain("Blu");
  held.resolve();
  for (let part = await reader.read(); !part.done; part = await reader.read()) read += part.value;
  const deltas = [...read.matchAll(/"(reasoning_content|content)":"([^"]+)"/g)].map(([, kind, text]) => [kind, text]);
  expect(deltas).toEqual([
    ["reasoning_content", "The "],
    ["reasoning_content", "sky."],
    ["content", "Blu"],
    ["content", "e."],
  ]);
  const whole = (await (await ask(server.url, "colour?")).json()) as { choices: { message: object }[] };
  expect(whole.choices[0]!.message).toMatchObject({ content: "Blue.", reasoning_content: "The sky." });
});

test("it counts concurrency and clients that went away", async () => {
  await using server = await startModelServer({ delayMs: 1_500 });
  const gone = new AbortController();
  const left = fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "x" }] }),
    signal: gone.signal,
  }).catch(() => "left");
  const stayed = Promise.all([ask(server.url, "a"), ask(server.url, "b")]);
  await expect.poll(() => server.stats().running, { interval: 5 }).toBe(3);
  gone.abort();
  expect(await left).toBe("left");
  await stayed;
  await expect.poll(() => server.stats()).toMatchObject({ requests: 3, peakRunning: 3, aborted: 1, running: 0 });
});

test("it runs as a process that says where it listens", async () => {
  const child = spawn(process.execPath, [new URL("./model-server-main.ts", import.meta.url).pathname]);
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const url = /^model ready (http:\S+)\n$/.exec(line.toString())?.[1];
    expect((await answerOf(await ask(url!, "[[say=here]]"))).content).toBe("here");
    expect(await (await fetch(`${url}/stats`)).json()).toMatchObject({ requests: 1 });
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
});
