import { RuntimeFailure } from "@reef/engine/port/runtime";
import { answer } from "@reef/engine/testing/scripted-runtime";
import type { Session } from "@reef/protocol/session";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Served, serve, until } from "../testing/serve.ts";

let reef: Served;
let gate = Promise.withResolvers<void>();
beforeEach(() => {
  gate = Promise.withResolvers();
});
beforeAll(async () => {
  reef = await serve({
    script: async function* ({ entries, messages, signal }) {
      const text = messages.at(-1)?.text ?? "";
      const aborted = new Promise<void>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      const held = () => Promise.race([gate.promise, aborted]);
      if (text === "two steps" && entries.at(-1)?.kind === "person") {
        yield { type: "delta", text: "Let me look. \n" };
        yield answer("Let me look.", { name: "session_list", input: {} });
        return;
      }
      if (text === "starts again") {
        yield { type: "delta", text: "Hello wor" };
        yield { type: "retry", reason: "the connection broke", inputTokens: 1, outputTokens: 1 };
        yield { type: "delta", text: "Hello world" };
        yield answer("Hello world");
        return;
      }
      yield { type: "delta", text: "first " };
      if (text.startsWith("held")) await held();
      if (text === "breaks") throw new RuntimeFailure("the model is gone", { retry: false });
      yield { type: "delta", text: "second" };
      yield answer("first second");
    },
  });
  await reef.client.createBot({ name: "Coral" });
});
afterAll(() => reef[Symbol.asyncDispose]());

function open(text: string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${reef.server.url}/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${reef.server.token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({
      model: "Coral",
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: text }],
    }),
    ...(signal && { signal }),
  });
}

interface Chunk {
  readonly choices?: readonly {
    readonly delta: { readonly content?: string };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
  readonly error?: { readonly message: string };
}

function chunksOf(text: string): readonly Chunk[] {
  return [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? "") as Chunk);
}

function textOf(chunks: readonly Chunk[]): string {
  return chunks.map(({ choices }) => choices?.[0]?.delta.content ?? "").join("");
}

const sessionOf = (response: Response) => response.headers.get("x-reef-session") as Session["id"];

test("DO4, TU8: words arrive while the bot writes, and the end has the usage and [DONE]", async () => {
  const response = await open("held until the first words are here");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("first")) text += (await reader?.read())?.value ?? "";
  expect(text).not.toContain("second");
  gate.resolve();
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) text += next.value;
  const chunks = chunksOf(text);
  expect(textOf(chunks)).toBe("first second");
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  expect(chunks.at(-2)?.choices?.[0]?.finish_reason).toBe("stop");
  expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
});

test("TU8: what a bot says before a tool call and after it is one text, the same in a stream and whole", async () => {
  const streamed = textOf(chunksOf(await (await open("two steps")).text()));
  expect(streamed).toBe("Let me look.\n\nfirst second");
  const whole = await reef.request("POST", "/openai/v1/chat/completions", {
    model: "Coral",
    messages: [{ role: "user", content: "two steps" }],
  });
  expect(await whole.json()).toMatchObject({ choices: [{ message: { content: streamed } }] });
});

test("TU8: an answer that a model begins again goes on where it was", async () => {
  expect(textOf(chunksOf(await (await open("starts again")).text()))).toBe("Hello world");
});

test("a turn that fails after words were sent ends the stream with an error", async () => {
  const text = await (await open("breaks")).text();
  expect(chunksOf(text).at(-1)).toMatchObject({ error: { message: expect.stringContaining("the model is gone") } });
});

test("DO4: a client that goes away stops nothing, and gets the answer when it asks again", async () => {
  const abort = new AbortController();
  const response = await open("held, and left", { "x-reef-session": "left" }, abort.signal);
  abort.abort();
  gate.resolve();
  const session = sessionOf(response);
  await until(async () => (await reef.client.session(session)).status === "idle");
  const again = await open("held, and left", { "x-reef-session": "left", "x-stainless-retry-count": "1" });
  expect(textOf(chunksOf(await again.text()))).toBe("first second");
  const { items } = await reef.client.entries(session);
  expect(items.map(({ kind }) => kind)).toEqual(["person", "bot"]);
});

test("DO4, TU6: a client that asked for it stops the bot by going away", async () => {
  const abort = new AbortController();
  const response = await open("held, and stopped", { "x-reef-on-abort": "cancel" }, abort.signal);
  abort.abort();
  const session = sessionOf(response);
  const { items } = await until(async () => {
    const found = await reef.client.messages({ sessionId: session });
    return found.items[0]?.state === "cancelled" && found;
  });
  expect(items).toHaveLength(1);
});

test("two streams of one message both get all of it, also the one that comes late", async () => {
  const headers = { "x-reef-session": "watched twice" };
  const first = await open("held for two", headers);
  await until(async () => (await reef.client.session(sessionOf(first))).status === "running");
  const second = await open("held for two", headers);
  gate.resolve();
  const texts = await Promise.all([first.text(), second.text()]);
  expect(texts.map((text) => textOf(chunksOf(text)))).toEqual(["first second", "first second"]);
  expect(sessionOf(second)).toBe(sessionOf(first));
});

test("a session that is deleted ends the streams that wait in it", async () => {
  const response = await open("held, then deleted");
  await reef.client.deleteSession(sessionOf(response));
  expect(chunksOf(await response.text()).at(-1)?.error?.message).toMatch(/deleted|cancelled/);
});
