/**
 * Tests a model with real requests, on the same path that turns take: a text, a tool call, a picture. Each is a turn
 * that exists nowhere else, so the test meets what bots would meet. Nothing of it is stored.
 */
import { makeId } from "@reef/engine/ids";
import type { Clock } from "@reef/engine/port/clock";
import type { RuntimeStep, ToolSpec, TurnContext } from "@reef/engine/port/runtime";
import { newBotFields } from "@reef/engine/registry/new-bot";
import type { Entry } from "@reef/protocol/entry";
import { msToIso } from "@reef/protocol/time";
import { noUsage } from "@reef/protocol/usage";
import { createLoopRuntime } from "../loop-runtime.ts";
import { fixedModels, type ModelFacts, type ProviderSettings } from "../settings.ts";

export interface ModelTest {
  readonly providerName: string;
  readonly settings: ProviderSettings;
  readonly modelId: string;
  readonly clock: Clock;
  /** Ends the test. */
  readonly signal: AbortSignal;
}

/** `text` is one sentence for people; `reply` is the model's own first words. */
export type Tested =
  | { readonly result: "ok"; readonly reply: string }
  | { readonly result: "no" | "failed"; readonly text: string };

const tool: ToolSpec = {
  name: "report_number",
  description: "Reports one number to the person who asked.",
  inputSchema: {
    type: "object",
    properties: { number: { type: "integer", description: "The number to report." } },
    required: ["number"],
    additionalProperties: false,
  },
};

/** Names of its colour; small models answer in the language they know best. */
const isRed = /\bred\b|crimson|scarlet|\brot\b|rouge|\brojo|rosso|vermelho|красн|红|紅|赤|빨/i;

/** A red square, 64 pixels wide. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAT0lEQVR42u3PQQkAAAgEsAtx/ZMZxgi+hcEKLNO+FgEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQGBywKqxUDxqh7TUQAAAABJRU5ErkJggg==",
  "base64",
);

/** Rejects only with the signal's reason. */
export async function testText(test: ModelTest): Promise<Tested> {
  const { failure, answer } = await ask(test, { text: "Reply with the single word OK." });
  if (failure !== null) return { result: "failed", text: failure };
  if (answer.text.trim() === "") return { result: "failed", text: "It gave an empty answer." };
  return { result: "ok", reply: firstWords(answer.text) };
}

/** `no`: it talks, and uses no tools. */
export async function testTool(test: ModelTest): Promise<Tested> {
  const text = "Use the tool report_number now to report the number 7. Do not answer in words.";
  const { failure, answer, learned } = await ask(test, { text, tools: [tool] });
  if (learned.tools === false) return { result: "no", text: cannotUseTools };
  if (failure !== null) {
    const isAboutTools = /tool|function/i.test(failure);
    return isAboutTools
      ? { result: "no", text: `${cannotUseTools} (${failure})` }
      : { result: "failed", text: failure };
  }
  const [call] = answer.calls;
  if (call?.name === tool.name) return { result: "ok", reply: JSON.stringify(call.input) };
  return {
    result: "no",
    text: "Given a tool, it answered in words instead: bots on it may only be able to talk.",
  };
}

const cannotUseTools = "This model can't use tools: bots on it can only talk.";
export const cannotSee = "This model can't see images: bots on it only get their names.";

/** `no`: it sees no pictures. */
export async function testPicture(test: ModelTest): Promise<Tested> {
  const text = "What colour is this square? Answer with one word.";
  const { failure, answer, learned, isShown } = await ask(test, { text, picture });
  if (learned.vision === false) return { result: "no", text: cannotSee };
  if (failure !== null) {
    const isAboutPictures = /image|vision|multimodal|content.{0,20}(array|string|type)/i.test(failure);
    return isAboutPictures ? { result: "no", text: `${cannotSee} (${failure})` } : { result: "failed", text: failure };
  }
  if (!isShown) return { result: "no", text: cannotSee };
  const reply = firstWords(answer.text);
  // Some servers accept a picture, drop it silently and let the model guess.
  if (isRed.test(reply)) return { result: "ok", reply };
  return { result: "no", text: `Shown a red square, it said “${reply}”. It doesn't seem to see images.` };
}

interface Question {
  readonly text: string;
  readonly tools?: readonly ToolSpec[];
  readonly picture?: Uint8Array;
}

type Answer = Pick<Extract<RuntimeStep, { type: "answer" }>, "text" | "calls">;

interface Asked {
  readonly failure: string | null;
  readonly answer: Answer;
  /** What its answers showed. */
  readonly learned: Partial<ModelFacts>;
  /** True when the picture was sent. */
  readonly isShown: boolean;
}

async function ask(test: ModelTest, question: Question): Promise<Asked> {
  const { providerName, settings, modelId, clock, signal } = test;
  const state = { learned: {} as Partial<ModelFacts>, isShown: false };
  const models = fixedModels({
    providers: { [providerName]: settings },
    defaultProvider: providerName,
    defaultModel: modelId,
  });
  const runtime = createLoopRuntime({
    models: {
      ...models,
      // A picture is sent although it is unknown whether the model sees: that is the question.
      facts: async () => ({ contextTokens: null, maxOutputTokens: null, tools: null, vision: true, reasoning: null }),
      learn: (name, facts) => {
        Object.assign(state.learned, facts);
        models.learn(name, facts);
      },
    },
    clock,
    log: { warn: () => undefined },
    times: { tries: 1 },
  });
  let answer: Answer = { text: "", calls: [] };
  try {
    const context = contextOf(question, { clock, signal, onShown: () => Object.assign(state, { isShown: true }) });
    for await (const step of runtime.run(context)) {
      if (step.type === "answer") answer = step;
    }
    return { failure: null, answer, ...state };
  } catch (error) {
    signal.throwIfAborted();
    const failure = error instanceof Error ? error.message : "It couldn't be reached.";
    return { failure, answer, ...state };
  }
}

function firstWords(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

interface Around {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onShown(): void;
}

function contextOf({ text, tools = [], picture: bytes }: Question, { clock, signal, onShown }: Around): TurnContext {
  const at = msToIso(clock.now());
  const [botId, sessionId, turnId] = [makeId("bot"), makeId("session"), makeId("turn")];
  const file = { id: makeId("file"), name: "square.png", mediaType: "image/png", sizeBytes: bytes?.length ?? 0 };
  const entry: Entry = {
    id: makeId("entry"),
    sessionId,
    seq: 1,
    kind: "person",
    text,
    messageId: makeId("message"),
    turnId,
    from: { kind: "person" },
    tool: null,
    notice: null,
    partial: false,
    at,
    ...(bytes === undefined ? {} : { attachments: [{ ...file, width: 64, height: 64 }] }),
  };
  return {
    instructions: "You are being tested. Follow the instruction exactly and say nothing else.",
    entries: [entry],
    messages: [],
    recalled: null,
    tools,
    signal,
    readFile: async () => {
      onShown();
      return bytes ?? null;
    },
    turn: {
      id: turnId,
      sessionId,
      botId,
      state: "running",
      fence: 1,
      attempts: 0,
      chainId: makeId("chain"),
      hops: 0,
      messageIds: [],
      steps: 0,
      usage: noUsage,
      waits: [],
      remote: null,
      providerWait: null,
      readyAt: null,
      cancelRequested: null,
      crashReceipt: null,
      error: null,
      startedAt: at,
      endedAt: null,
    },
    bot: {
      id: botId,
      name: "test",
      ...newBotFields,
      runtime: "loop",
      status: "running",
      outOfBudget: null,
      health: {
        state: "ok",
        reason: "",
        lastTurnAt: null,
        lastTurnState: null,
        failuresInRow: 0,
        queueDepth: 0,
        runningTurns: 1,
        openAsks: 0,
        lastError: null,
      },
      spend: noUsage,
      lastActiveAt: null,
      pausedAt: null,
      createdAt: at,
      updatedAt: at,
    },
    session: {
      id: sessionId,
      botId,
      title: "test",
      topicId: null,
      parentId: null,
      rootId: sessionId,
      depth: 0,
      status: "running",
      unread: 0,
      pinned: false,
      pinnedAt: null,
      muted: false,
      memory: "off",
      mirrors: null,
      archivedAt: null,
      queued: 0,
      openAsks: 0,
      waitsFor: null,
      outOfBudget: null,
      providerWait: null,
      turnId,
      turnStartedAt: at,
      lastError: null,
      lastSeq: 1,
      readSeq: 0,
      lastText: "",
      lastAt: at,
      forkedFrom: null,
      taskMessageId: null,
      contract: null,
      createdAt: at,
      updatedAt: at,
    },
  };
}
