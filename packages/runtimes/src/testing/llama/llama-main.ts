/**
 * Runs a thin chat-completions server around llama.cpp itself, in its own process: the log is the native code's, and a
 * crash affects nothing else. Arguments: the native module and the model. Prints its address.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface NativeContext {
  getFormattedChat(messages: string, template: undefined, options: object): object & { readonly prompt: string };
  completion(options: object, onToken: (token: { readonly token: string }) => void): Promise<Completed>;
  release(): Promise<void>;
}

interface Completed {
  readonly text: string;
  readonly tokens_predicted: number;
  readonly tokens_evaluated: number;
}

const [, , modulePath = "", modelPath = ""] = process.argv;
const { LlamaContext } = createRequire(import.meta.url)(modulePath) as {
  readonly LlamaContext: new (options: object, onProgress: undefined) => NativeContext;
};
const contextTokens = 16_384;

// One after the other: a context has one completion at a time.
let queue: Promise<void> = Promise.resolve();
const server = createServer((request, response) => {
  queue = queue.then(() => answer(request, response)).catch((error: unknown) => fail(response, error));
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`llama ready http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.parse(await text(request)) as { readonly messages: unknown; readonly tools?: unknown };
  const context = new LlamaContext({ model: modelPath, n_ctx: contextTokens, n_gpu_layers: 0 }, undefined);
  try {
    const { messages, tools } = body;
    const options = {
      jinja: true,
      enable_thinking: false,
      reasoning_format: "none",
      ...(tools === undefined ? {} : { tools, tool_choice: "auto" }),
    };
    const chat = context.getFormattedChat(messages as string, undefined, options);
    const frame = (choices: readonly object[], more: object = {}) =>
      response.write(
        `data: ${JSON.stringify({ id: "chatcmpl-tiny", object: "chat.completion.chunk", created: 0, model: "tiny", choices, ...more })}\n\n`,
      );
    const pieces: string[] = [];
    const done = await context.completion(
      { ...chat, n_predict: 24, temperature: 0.8, seed: 7, ignore_eos: true },
      ({ token }) => pieces.push(token),
    );
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const content of pieces) frame([{ index: 0, delta: { content }, finish_reason: null }]);
    frame([{ index: 0, delta: {}, finish_reason: "stop" }]);
    const usage = { prompt_tokens: done.tokens_evaluated, completion_tokens: done.tokens_predicted };
    frame([], { usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } });
    response.end("data: [DONE]\n\n");
  } finally {
    await context.release();
  }
}

function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) return void response.destroy();
  response.writeHead(400, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { code: 400, message, type: "invalid_request_error" } }));
}
