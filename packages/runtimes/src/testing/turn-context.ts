/** Creates turns for tests of runtimes: a transcript in short form becomes the context the engine would give. */
import { makeId } from "@reef/engine/ids";
import type { RuntimeStep, ToolSpec, TurnContext } from "@reef/engine/port/runtime";
import { newBotFields } from "@reef/engine/registry/new-bot";
import type { Bot } from "@reef/protocol/bot";
import type { Entry } from "@reef/protocol/entry";
import type { Message } from "@reef/protocol/message";
import { noUsage } from "@reef/protocol/usage";

const sessionId = makeId("session");
export const turnId = makeId("turn");
const botId = makeId("bot");
const at = "2026-01-31T12:00:00.000Z";

export type EntryDraft = Pick<Entry, "kind"> & Partial<Entry>;

export function person(text: string): EntryDraft {
  return { kind: "person", text, from: { kind: "person" }, messageId: makeId("message") };
}

export function fromSession(text: string, more: Partial<Entry> = {}): EntryDraft {
  const from = {
    kind: "session" as const,
    sessionId: makeId("session"),
    botId: makeId("bot"),
    botName: "Ada",
    title: "research",
  };
  return { kind: "session", text, from, messageId: makeId("message"), ...more };
}

export function bot(text: string, more: Partial<Entry> = {}): EntryDraft {
  return { kind: "bot", text, ...more };
}

export function toolCall(callId: string, name: string, input: unknown = {}): EntryDraft {
  return { kind: "tool_call", text: "", tool: { callId, name, input } };
}

export function toolResult(callId: string, name: string, text: string, isError = false): EntryDraft {
  return { kind: "tool_result", text, tool: { callId, name, isError } };
}

export function notice(text: string, value: NonNullable<Entry["notice"]>): EntryDraft {
  return { kind: "notice", text, notice: value };
}

export function entriesOf(drafts: readonly EntryDraft[], firstSeq = 1): Entry[] {
  return drafts.map((draft, n) => ({
    id: makeId("entry"),
    sessionId,
    seq: firstSeq + n,
    text: "",
    messageId: null,
    turnId,
    from: null,
    tool: null,
    notice: null,
    partial: false,
    at,
    ...draft,
  }));
}

export interface ContextOptions {
  readonly drafts?: readonly EntryDraft[];
  readonly entries?: readonly Entry[];
  readonly tools?: readonly ToolSpec[];
  readonly instructions?: string;
  readonly messages?: readonly Message[];
  readonly recalled?: string;
  readonly signal?: AbortSignal;
  readonly attempts?: number;
  readonly bot?: Partial<Bot>;
  readonly taskMessageId?: Entry["messageId"];
}

export function contextOf(options: ContextOptions): TurnContext {
  const usage = noUsage;
  return {
    instructions: options.instructions ?? "You are a test bot.",
    entries: options.entries ?? entriesOf(options.drafts ?? [person("hello")]),
    messages: options.messages ?? [],
    recalled: options.recalled ?? null,
    tools: options.tools ?? [],
    signal: options.signal ?? new AbortController().signal,
    turn: {
      id: turnId,
      sessionId,
      botId,
      state: "running",
      fence: 1,
      attempts: options.attempts ?? 0,
      chainId: makeId("chain"),
      hops: 0,
      messageIds: [],
      steps: 0,
      usage,
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
      name: "Test",
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
      spend: usage,
      lastActiveAt: null,
      pausedAt: null,
      createdAt: at,
      updatedAt: at,
      ...options.bot,
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
      memory: "on",
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
      lastSeq: 0,
      readSeq: 0,
      lastText: "",
      lastAt: at,
      forkedFrom: null,
      taskMessageId: options.taskMessageId ?? null,
      contract: null,
      createdAt: at,
      updatedAt: at,
    },
  };
}

export async function collectSteps(steps: AsyncIterable<RuntimeStep>): Promise<RuntimeStep[]> {
  const all: RuntimeStep[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

/** Returns the answer of a run and the live text when it came. */
export async function answerOf(steps: AsyncIterable<RuntimeStep>) {
  let live = "";
  const all = await collectSteps(steps);
  for (const step of all) {
    if (step.type === "delta") live += step.text;
    if (step.type === "retry") live = "";
  }
  const last = all.at(-1);
  if (last?.type !== "answer") throw new Error(`expected an answer at the end, found ${JSON.stringify(last)}`);
  return { ...last, live, retries: all.filter(({ type }) => type === "retry").length };
}
