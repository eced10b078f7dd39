/**
 * Creates the `fetch` for a provider's package: it sends the request as our profile requires, and gives the package a
 * strict stream of its own dialect, whatever the server sent. Failures are kept in the notes in the server's words,
 * which the package would have replaced by its own. One `fetch` for each attempt.
 */
import { readRates } from "../../share/rate-headers.ts";
import type { Wire } from "../profile.ts";
import { readChatAnswer } from "./chat/chat-answer.ts";
import { readEvents } from "./events.ts";
import { type HttpResponse, sendHttp } from "./http-fetch.ts";
import { asList, asObject, fieldOf, textOf } from "./json.ts";
import { readMessagesAnswer, readResponsesAnswer } from "./other-answers.ts";
import { ServerError, wordsOfBody } from "./server-error.ts";
import type { WireNotes } from "./wire-notes.ts";

export type Fetch = typeof globalThis.fetch;
export type RequestBody = Readonly<Record<string, unknown>>;

export interface WireOptions {
  readonly wire: Wire;
  readonly notes: WireNotes;
  /** The body to send; by default the package's own. */
  readonly reshape?: ((body: RequestBody) => RequestBody) | undefined;
}

/** Creates the `fetch` of one attempt. */
export function createWireFetch(options: WireOptions): Fetch {
  return async (input, init) => {
    try {
      return await exchange(options, input instanceof Request ? input.url : input, init);
    } catch (error) {
      options.notes.failure ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  };
}

async function exchange(options: WireOptions, url: string | URL, init: RequestInit = {}): Promise<Response> {
  const { notes, reshape } = options;
  const given = typeof init.body === "string" ? asObject(JSON.parse(init.body)) : null;
  const body = given === null ? null : (reshape?.(given) ?? given);
  const text = body === null ? textOf(init.body) : JSON.stringify(body);
  notes.sent = {
    wire: options.wire,
    fields: Object.keys(body ?? {}),
    hasTools: asList(body?.tools).length > 0,
    hasImages: /"(image_url|input_image)"|"type":"image"/.test(text ?? ""),
  };
  const answer = await sendHttp({
    url: new URL(url),
    method: init.method ?? "POST",
    headers: Object.fromEntries(new Headers(init.headers)),
    body: text,
    signal: init.signal ?? null,
  });
  notes.lastByteAt = notes.now();
  const rates = readRates(answer.headers, notes.now());
  if (rates !== null) notes.onRates(rates);
  if (answer.status < 200 || answer.status > 299) throw await readRefusal(answer, notes);
  const values = readAnswer(options, watched(answer, notes), toolNamesOf(body));
  const stream = ReadableStream.from(encode(values, { answer, notes }));
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: { "content-type": "text/event-stream" },
  });
}

function readAnswer({ wire, notes }: WireOptions, body: AsyncIterable<Uint8Array>, toolNames: ReadonlySet<string>) {
  const events = readEvents(body);
  switch (wire) {
    case "chat":
      return readChatAnswer(events, { notes, toolNames });
    case "anthropic":
      return readMessagesAnswer(events, notes);
    case "responses":
      return readResponsesAnswer(events, notes);
  }
}

function toolNamesOf(body: RequestBody | null): ReadonlySet<string> {
  const names = asList(body?.tools).map(
    (tool) => textOf(fieldOf(tool, "function", "name")) ?? textOf(fieldOf(tool, "name")),
  );
  return new Set(names.filter((name) => name !== null));
}

/** Notes every byte. Ends when the notes request it, as if the server had ended. */
async function* watched({ body }: HttpResponse, notes: WireNotes): AsyncGenerator<Uint8Array> {
  const quiet = new Promise<IteratorResult<Uint8Array>>((resolve) => {
    notes.endQuietly = () => resolve({ done: true, value: undefined });
  });
  const iterator = body[Symbol.asyncIterator]();
  for (;;) {
    const next = iterator.next();
    // When the quiet end wins, the abandoned read fails as its connection is closed.
    next.catch(() => undefined);
    const { done, value } = await Promise.race([next, quiet]);
    if (done === true) return;
    notes.lastByteAt = notes.now();
    yield value;
  }
}

interface Encoding {
  readonly answer: HttpResponse;
  readonly notes: WireNotes;
}

async function* encode(values: AsyncIterable<unknown>, { answer, notes }: Encoding): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let isRead = false;
  try {
    for await (const value of values) yield encoder.encode(`data: ${JSON.stringify(value)}\n\n`);
    isRead = notes.isWhole;
    yield encoder.encode("data: [DONE]\n\n");
  } catch (error) {
    notes.failure ??= error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    answer.leave(isRead);
  }
}

/** The most of an error's body that is read. */
const mostErrorBytes = 256 * 1024;

async function readRefusal(answer: HttpResponse, notes: WireNotes): Promise<Error> {
  const { status, headers, leave } = answer;
  // Nothing has to come after the status, so the rest gets less time than an answer.
  notes.isWhole = true;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of watched(answer, notes)) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > mostErrorBytes) break;
    }
  } catch {
    // The status, and the part of the body that arrived, are more useful than the read's own error.
  }
  leave(bytes <= mostErrorBytes);
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, mostErrorBytes));
  const to = status >= 300 && status < 400 ? headers.get("location") : null;
  const words = to === null ? wordsOfBody(text) : `it moved to ${to}`;
  return new ServerError(words, { status, headers });
}
