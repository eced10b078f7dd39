/** Runs a loop runtime against a strict double, for the cells of the table: one turn, as the engine runs it. */

import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import type { RuntimeStep, ToolSpec, TurnContext } from "@reef/engine/port/runtime";
import type { FileRef } from "@reef/protocol/file";
import { expect } from "vitest";
import type { Dialect } from "../../../testing/dialects/dialect.ts";
import { dialectKey } from "../../../testing/dialects/dialect.ts";
import {
  type DialectServer,
  type DialectServerOptions,
  type Exchange,
  startDialectServer,
} from "../../../testing/dialects/dialect-server.ts";
import {
  bot,
  contextOf,
  type EntryDraft,
  entriesOf,
  notice,
  toolCall,
  toolResult,
} from "../../../testing/turn-context.ts";
import { createLoopRuntime } from "../../loop-runtime.ts";
import { fixedModels, type ModelFacts } from "../../settings.ts";

export const wallClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
      if (signal?.aborted === true) done();
      else signal?.addEventListener("abort", done);
    }),
};

export const echo: ToolSpec = {
  name: "echo",
  description: "Says a text again.",
  inputSchema: {
    type: "object",
    properties: { text: { type: "string", description: "What to say." } },
    required: ["text"],
  },
};

/** US dollars for a million tokens. */
const price = { input: 1, output: 10, cachedInput: 0.1 };

export interface Bench extends AsyncDisposable {
  readonly server: DialectServer;
  /** Runs a turn up to its next answer, committing compactions as the engine does. */
  run(turn: TurnDrafts): Promise<Told>;
}

export interface TurnDrafts {
  readonly drafts: readonly EntryDraft[];
  readonly tools?: readonly ToolSpec[];
  readonly signal?: AbortSignal;
  readonly readFile?: TurnContext["readFile"];
  readonly onStep?: (step: RuntimeStep) => void;
}

export interface Told {
  readonly answer: Extract<RuntimeStep, { type: "answer" }>;
  readonly steps: readonly RuntimeStep[];
  /** The live text when the answer came. */
  readonly live: string;
  /** The transcript with the answer, and with each call answered by `echoed …`. */
  readonly after: readonly EntryDraft[];
}

export interface BenchOptions extends DialectServerOptions {
  readonly clock?: Clock;
  readonly facts?: Partial<ModelFacts>;
}

export async function startBench(dialect: Dialect, options: BenchOptions): Promise<Bench> {
  const server = await startDialectServer(dialect, options);
  const main = { kind: dialect.kind, baseUrl: server.baseUrl, apiKey: dialectKey };
  const models = fixedModels({
    defaultProvider: "main",
    defaultModel: dialect.model,
    providers: { main },
    prices: { [dialect.model]: price },
  });
  if (options.facts) models.learn({ providerName: "main", modelId: dialect.model }, options.facts);
  const clock = options.clock ?? wallClock;
  const runtime = createLoopRuntime({ models, clock, log: { warn: () => undefined }, times: { pauseMs: 5 } });
  return {
    server,
    async run({ drafts, tools = [], signal, readFile, onStep }) {
      const entries = entriesOf(drafts);
      const steps: RuntimeStep[] = [];
      for (let compactions = 0; compactions < 10; compactions += 1) {
        const context = contextOf({ entries: [...entries], tools, ...(signal && { signal }) });
        for await (const step of runtime.run({ ...context, ...(readFile && { readFile }) })) {
          steps.push(step);
          onStep?.(step);
        }
        const last = steps.at(-1);
        if (last?.type === "answer")
          return { answer: last, steps, live: liveOf(steps), after: [...drafts, ...toDrafts(last)] };
        if (last?.type !== "compaction") throw new Error(`expected an answer, found ${JSON.stringify(last)}`);
        const { text, throughSeq, tokensBefore } = last;
        entries.push(
          ...entriesOf([notice(text, { type: "compaction", throughSeq, tokensBefore })], entries.length + 1),
        );
      }
      throw new Error("ten compactions and no answer");
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function liveOf(steps: readonly RuntimeStep[]): string {
  return steps.reduce(
    (live, step) => (step.type === "delta" ? live + step.text : step.type === "retry" ? "" : live),
    "",
  );
}

/** Stores an answer as the engine does: words and thoughts in one entry, then the calls, then their results. */
function toDrafts({ text, reasoning, opaque, calls }: Told["answer"]): EntryDraft[] {
  const said = text !== "" || reasoning !== undefined || opaque !== undefined;
  const words = bot(text, { ...(reasoning !== undefined && { reasoning }), ...(opaque !== undefined && { opaque }) });
  return [
    ...(said ? [words] : []),
    ...calls.map((call) => ({
      ...toolCall(call.callId, call.name, call.input),
      ...(call.opaque !== undefined && { opaque: call.opaque }),
    })),
    ...calls.map(({ callId, name, input }) => toolResult(callId, name, `echoed ${JSON.stringify(input)}`)),
  ];
}

/** Expects that the double accepted every request. An unknown server may say once or twice what it refuses. */
export function expectTaken(server: DialectServer, dialect: Dialect, but = 0): void {
  const most = but + (dialect.kind === "openai-compatible" ? 2 : 0);
  const refusals = server.refusals();
  if (refusals.length > most) expect.soft(refusals, `${dialect.name} refused`).toHaveLength(most);
}

export function newest(server: DialectServer): Exchange {
  const last = server.exchanges.at(-1);
  if (last === undefined) throw new Error("the double was not asked");
  return last;
}

export const picture: FileRef = {
  id: makeId("file"),
  name: "harbour.png",
  mediaType: "image/png",
  sizeBytes: 68,
  width: 1,
  height: 1,
};

/** One pixel. */
export const pictureBase64 =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/**
 * Waits until the peer of every open connection had its turn to read: each trip makes the event loop look at all of
 * them.
 */
export async function letRead(server: DialectServer): Promise<false> {
  for (let n = 0; n < 5; n += 1) {
    const response = await fetch(new URL("/nothing", server.baseUrl));
    await response.text();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
