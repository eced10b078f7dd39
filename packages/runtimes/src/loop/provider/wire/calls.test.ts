/** Tests tool calls in every shape that servers have been seen to send, and what the engine gets from them. */
import type { ToolSpec } from "@reef/engine/port/runtime";
import { expect, test } from "vitest";
import { loopOn, outcomeOf } from "../../../testing/loop-kit.ts";
import { chunk, events, startRawServer } from "../../../testing/raw-server.ts";
import { contextOf } from "../../../testing/turn-context.ts";

const tools: readonly ToolSpec[] = ["read_file", "read", "list"].map((name) => ({
  name,
  description: name,
  inputSchema: { type: "object", properties: { path: { type: "string" } } },
}));

const call = (name: string | null, args: unknown, more: object = {}) => ({
  type: "function",
  function: { name, arguments: args },
  ...more,
});
const delta = (...calls: readonly object[]) => chunk({ tool_calls: calls });
const end = chunk({}, "tool_calls");
const one = [["read", { path: "a" }]];
const two = [
  ["read", { path: "a" }],
  ["list", { path: "b" }],
];
const same = [
  ["read", { path: "a" }],
  ["read", { path: "b" }],
];
const a = '{"path":"a"}';
const b = '{"path":"b"}';

const shapes: Readonly<Record<string, readonly [readonly unknown[], readonly (readonly unknown[])[]]>> = {
  "no index, told apart by id": [[delta(call("read", a, { id: "1" }), call("list", b, { id: "2" })), end], two],
  "no index, pieces told apart by id": [
    [
      delta(call("read", '{"path":', { id: "1" })),
      delta(call("list", '{"path":', { id: "2" })),
      delta(call(null, '"a"}', { id: "1" })),
      delta(call(null, '"b"}', { id: "2" })),
      end,
    ],
    two,
  ],
  "index from one": [[delta(call("read", a, { index: 1, id: "1" }), call("list", b, { index: 2, id: "2" })), end], two],
  "index as a string": [
    [delta(call("read", '{"path":', { index: "0", id: "1" })), delta(call(null, '"a"}', { index: "0" })), end],
    one,
  ],
  "the same index for each call": [
    [delta(call("read", a, { index: 0, id: "1" })), delta(call("list", b, { index: 0, id: "2" })), end],
    two,
  ],
  "the same index and no ids": [
    [delta(call("read", a, { index: 0 })), delta(call("read", b, { index: 0 })), end],
    same,
  ],
  "the same id for each call": [
    [delta(call("read", a, { index: 0, id: "x" }), call("read", b, { index: 1, id: "x" })), end],
    same,
  ],
  "no id and no index": [[delta(call("read", a)), delta(call("read", b)), end], same],
  "id and name empty later": [
    [delta(call("read", "", { index: 0, id: "1" })), delta(call("", a, { index: 0, id: "" })), end],
    one,
  ],
  "a new id in every piece": [
    [delta(call("read", '{"path":', { index: 0, id: "1" })), delta(call("read", '"a"}', { index: 0, id: "2" })), end],
    one,
  ],
  "name in every piece": [
    [delta(call("read", '{"path":', { index: 0, id: "1" })), delta(call("read", '"a"}', { index: 0, id: "1" })), end],
    one,
  ],
  "name in pieces": [
    [delta(call("read_", "", { index: 0, id: "1" })), delta(call("file", a, { index: 0 })), end],
    [["read_file", { path: "a" }]],
  ],
  "arguments as an object": [[delta(call("read", { path: "a" }, { index: 0, id: "1" })), end], one],
  "arguments null": [[delta(call("list", null, { index: 0, id: "1" })), end], [["list", {}]]],
  "arguments encoded twice": [[delta(call("read", JSON.stringify(a), { index: 0, id: "1" })), end], one],
  "arguments with something behind": [[delta(call("read", `${a}</tool_call>`, { index: 0, id: "1" })), end], one],
  "an empty object before the arguments": [
    [delta(call("read", "{}", { index: 0, id: "1" })), delta(call(null, a, { index: 0 })), end],
    one,
  ],
  "arguments in a fence": [[delta(call("read", `\`\`\`json\n${a}\n\`\`\``, { index: 0, id: "1" })), end], one],
  "a line break inside a string": [
    [delta(call("read", '{"path":"a\nb"}', { index: 0, id: "1" })), end],
    [["read", { path: "a\nb" }]],
  ],
  "the old field": [
    [
      chunk({ function_call: { name: "read", arguments: "" } }),
      chunk({ function_call: { arguments: a } }),
      chunk({}, "function_call"),
    ],
    one,
  ],
  "one call that is no list": [[chunk({ tool_calls: call("read", a, { id: "1" }) }), end], one],
  "no calls beside text": [
    [
      chunk({ content: "", tool_calls: null }),
      chunk({ content: "", tool_calls: [] }),
      delta(call("read", a, { index: 0, id: "1" })),
      end,
    ],
    one,
  ],
  "an end that says stop": [[delta(call("read", a, { index: 0, id: "1" })), chunk({}, "stop")], one],
  "a body without a stream": [
    [
      {
        object: "chat.completion",
        choices: [
          {
            message: { content: null, tool_calls: [call("read", a, { id: "1" }), call("list", { path: "b" })] },
            finish_reason: "tool_calls",
          },
        ],
      },
    ],
    two,
  ],
  "Ollama's own": [
    [
      {
        message: {
          role: "assistant",
          content: "",
          tool_calls: [
            { function: { name: "read", arguments: { path: "a" } } },
            { function: { name: "list", arguments: { path: "b" } } },
          ],
        },
        done: true,
      },
    ],
    two,
  ],
};

test.each(Object.keys(shapes))("PR2: calls with %s are the calls that were meant", async (name) => {
  const [values, expected] = shapes[name]!;
  await using server = await startRawServer(() => ({ pieces: events(...values) }));
  const { answer, failure } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(failure).toBeNull();
  expect(answer?.calls.map((each) => [each.name, each.input])).toEqual(expected);
  expect(answer?.calls.every(({ refusal }) => refusal === undefined)).toBe(true);
  expect(new Set(answer?.calls.map(({ callId }) => callId)).size).toBe(expected.length);
});

test("PR1: what stands beside a call is kept as it came, with whose it is", async () => {
  const extra = { extra_content: { google: { thought_signature: "c2ln" } }, vendor: [1] };
  await using server = await startRawServer(() => ({
    pieces: events(delta(call("read", a, { id: "1", ...extra })), end),
  }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(answer?.calls[0]?.opaque).toMatchObject({ model: "main/m", fields: extra });
});

test("TO3: at most 32 calls of an answer are run, and the model is told of the rest", async () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    call("read", JSON.stringify({ path: String(index) }), { index, id: `c${index}` }),
  );
  await using server = await startRawServer(() => ({ pieces: events(delta(...many), end) }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(answer?.calls.filter(({ refusal }) => refusal === undefined)).toHaveLength(32);
  expect(answer?.calls.at(-1)?.refusal).toContain("this one contained 40");
});

test("TO3: arguments over 256 KB are refused in words", async () => {
  const big = JSON.stringify({ path: "x".repeat(300_000) });
  await using server = await startRawServer(() => ({
    pieces: events(delta(call("read", big, { index: 0, id: "1" })), end),
  }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(answer?.calls[0]?.refusal).toContain("longer than 256 KB");
});

const inText = [
  ['<tool_call>\n{"name": "read", "arguments": {"path": "a"}}\n</tool_call>', "", one],
  [
    'Let me look.\n<tool_call>{"name":"read","arguments":{"path":"a"}}</tool_call>\n<tool_call>{"name":"list","arguments":{"path":"b"}}</tool_call>',
    "Let me look.",
    two,
  ],
  ['<function=read>{"path":"a"}</function>', "", one],
  ['[TOOL_CALLS] [{"name":"read","arguments":{"path":"a"}},{"name":"list","arguments":{"path":"b"}}]', "", two],
  ['<tool_call>{"name":"read","arguments":"{\\"path\\":\\"a\\"}"}', "", one],
  ["<tool_call>\n<function=read>\n<parameter=path>\na\n</parameter>\n</function>\n</tool_call>", "", one],
  ["So.\n<function=list>\n</function>", "So.", [["list", {}]]],
  ['[TOOL_CALLS]read[ARGS]{"path":"a"}[TOOL_CALLS]list{"path":"b"}', "", two],
  ['<|python_tag|>{"name":"read","parameters":{"path":"a"}}', "", one],
] as const;

test.each(inText)("PR2: calls that a server left in the text are made: %s", async (text, said, expected) => {
  await using server = await startRawServer(() => ({ pieces: events(chunk({ content: text }), chunk({}, "stop")) }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(answer?.calls.map((each) => [each.name, each.input])).toEqual(expected);
  expect(answer?.text).toBe(said);
});

test.each([
  'Write `<tool_call>{"name":"read","arguments":{}}</tool_call>` for it.',
  '```\n<tool_call>{"name":"read","arguments":{}}</tool_call>\n```',
  '<tool_call>{"name":"read","arguments":{}}</tool_call> is how a call looks.',
  '<tool_call>{"name":"unknown","arguments":{}}</tool_call>',
  "<tool_call>no JSON</tool_call>",
  "<tool_call>",
])("PR2: words about a call are words: %s", async (text) => {
  await using server = await startRawServer(() => ({ pieces: events(chunk({ content: text }), chunk({}, "stop")) }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(answer).toMatchObject({ text, calls: [] });
});

test.each([
  "functions.read",
  "functions:read",
  "read<|channel|>commentary",
])("PR2: a tool that is called %s is found", async (name) => {
  await using server = await startRawServer(() => ({ pieces: events(delta(call(name, a, { id: "1" })), end) }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(answer?.calls.map((each) => [each.name, each.input])).toEqual(one);
});

test("PR2: a model that has called in the proper way quotes a call as words", async () => {
  const quoted = '<tool_call>{"name":"read","arguments":{"path":"a"}}</tool_call>';
  await using server = await startRawServer((_request, n) => ({
    pieces:
      n === 1
        ? events(delta(call("read", a, { index: 0, id: "1" })), end)
        : events(chunk({ content: quoted }), chunk({}, "stop")),
  }));
  const { runtime } = loopOn(server.url);
  await outcomeOf(runtime.run(contextOf({ tools })));
  expect((await outcomeOf(runtime.run(contextOf({ tools })))).answer).toMatchObject({ text: quoted, calls: [] });
});

test("PR2: arguments that nest deeper than anybody can mean are malformed, and the turn goes on", async () => {
  const deep = `{"path":${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
  await using server = await startRawServer(() => ({ pieces: events(delta(call("read", deep, { id: "1" })), end) }));
  const { answer } = await outcomeOf(loopOn(server.url).runtime.run(contextOf({ tools })));
  expect(answer?.calls[0]?.input).toBe(deep);
});
