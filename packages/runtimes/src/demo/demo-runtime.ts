/**
 * Runs the `demo` runtime, which has no model and says so. Its next step follows from the transcript alone, like any
 * turn's: the commands of the turn's messages, except those whose tool calls are already there. It obeys people and, in
 * a spawned session, its task; anything else from another session is data and only acknowledged (MB9).
 */
import { textWithFiles } from "@reef/engine/file/say-files";
import type { Clock } from "@reef/engine/port/clock";
import { type Runtime, RuntimeFailure, type RuntimeStep, type TurnContext } from "@reef/engine/port/runtime";
import type { Entry } from "@reef/protocol/entry";
import { assertNever } from "@reef/protocol/error";
import { type Command, helpText, parseCommands, type ToolCommand } from "./commands.ts";

const greeting =
  "I am the built-in demo runtime: no language model answers here. Write `help` to see what I can do, or give this bot a model.";
const taskNote = "(from the demo runtime, not from a model)";

/**
 * Creates the runtime for bots without a model: deterministic, fails only on request, streams what it says. `help`
 * lists the commands. After an abort it throws the signal's reason immediately (TU6).
 */
export function createDemoRuntime({ clock }: { readonly clock: Clock }): Runtime {
  return { name: "demo", run: (context) => runStep(clock, context) };
}

interface Plan {
  /** To be said before the call, or as the whole answer. */
  readonly commands: readonly Exclude<Command, ToolCommand>[];
  readonly call: ToolCommand | null;
  /** Tool calls made so far for these messages, with their results. */
  readonly done: readonly { readonly command: ToolCommand; readonly result: Entry | undefined }[];
  /** Messages of other sessions, to be acknowledged. */
  readonly received: readonly Entry[];
}

async function* runStep(clock: Clock, context: TurnContext): AsyncGenerator<RuntimeStep, void> {
  const { signal, session, entries } = context;
  signal.throwIfAborted();
  const plan = planStep(context);
  let text = "";
  for await (const piece of speak(plan)) {
    signal.throwIfAborted();
    text += piece;
    yield { type: "delta", text: piece };
  }
  signal.throwIfAborted();
  const calls = plan.call === null ? [] : [toCall(plan.call, context)];
  const inputTokens = 0;
  yield { type: "answer", text: text.trimEnd(), calls, inputTokens, outputTokens: 0, costUsd: 0 };

  async function* speak({ commands, call, done, received }: Plan): AsyncGenerator<string, void> {
    const isTask = session.taskMessageId !== null;
    if (!isTask && !entries.some(({ kind }) => kind === "bot")) yield* inPieces(`${greeting}\n\n`);
    for (const command of commands) yield* perform({ command, context, clock });
    if (call !== null) return;
    const report = [...received.map(acknowledge), ...done.map(describeResult)];
    if (commands.length === 0 && report.length === 0) report.push("The demo runtime found nothing to do.");
    yield* inPieces(report.map((line) => `${line}\n\n`).join(""));
    if (isTask) yield taskNote;
  }
}

/** Returns the state of the turn. A whole answer completes what came before it: only later messages still need one. */
function planStep({ turn, session, entries, tools }: TurnContext): Plan {
  const ofTurn = entries.filter(({ turnId }) => turnId === turn.id).map((entry) => findRetried(entry, entries));
  const answeredAt = ofTurn.findLastIndex(
    ({ kind, partial }, at) => kind === "bot" && !partial && ofTurn[at + 1]?.kind !== "tool_call",
  );
  const current = ofTurn.slice(answeredAt + 1);
  const isOrder = ({ kind, messageId, from }: Entry) =>
    kind === "person" ||
    (kind === "session" && messageId !== null && messageId === session.taskMessageId) ||
    // What it planned itself.
    (kind === "session" && from?.kind === "schedule");
  const program = current.filter(isOrder).flatMap((entry) => parseCommands(textWithFiles(entry)));
  const known = new Set(tools.map(({ name }) => name));
  const isCall = (command: Command): command is ToolCommand => command.type === "tool" && known.has(command.tool);

  const made = current.filter(({ kind }) => kind === "tool_call");
  const toolCommands = program.filter(isCall);
  const done = toolCommands.slice(0, made.length).map((command, n) => ({
    command,
    result: current.find(({ kind, tool }) => kind === "tool_result" && tool?.callId === made[n]?.tool?.callId),
  }));
  const lastDone = done.at(-1)?.command;
  const rest = program.slice(lastDone ? program.indexOf(lastDone) + 1 : 0);
  const next = rest.findIndex(isCall);
  const call = toolCommands[made.length] ?? null;
  return {
    commands: rest
      .slice(0, next < 0 ? undefined : next)
      .map((command) => (command.type === "tool" ? notGiven(command) : command)),
    call,
    done,
    received: current.filter((entry) => entry.kind === "session" && !isOrder(entry)),
  };
}

/** A retried message is at its first place in the transcript; the new turn has a notice of it. */
function findRetried(entry: Entry, entries: readonly Entry[]): Entry {
  const { notice } = entry;
  if (notice?.type !== "retry") return entry;
  return entries.find(({ messageId }) => messageId === notice.messageId) ?? entry;
}

function notGiven({ tool }: ToolCommand): Exclude<Command, ToolCommand> {
  return { type: "echo", text: `This bot doesn't have the tool ${tool}.` };
}

function toCall({ tool, input }: ToolCommand, { turn, entries }: TurnContext) {
  const made = entries.filter(({ kind, turnId }) => kind === "tool_call" && turnId === turn.id).length;
  return { callId: `demo_${turn.id.slice(-12)}_${made + 1}`, name: tool, input };
}

interface Performance {
  readonly command: Exclude<Command, ToolCommand>;
  readonly context: TurnContext;
  readonly clock: Clock;
}

async function* perform({ command, context, clock }: Performance): AsyncGenerator<string, void> {
  const { signal, turn } = context;
  switch (command.type) {
    case "help":
      return yield* inPieces(`${helpText}\n\n`);
    case "echo":
      return yield* inPieces(`${command.text}\n\n`);
    case "talk":
      return yield* inPieces(`The demo runtime isn't a language model and can't answer “${command.text}”.\n\n`);
    case "words":
      for (let n = 1; n <= command.count; n += 1) {
        yield n === command.count ? `word${n}\n\n` : `word${n} `;
        if (command.overMs > 0) await clock.sleep(command.overMs / command.count, signal);
        signal.throwIfAborted();
      }
      return;
    case "sleep":
      yield `Busy for ${command.ms / 1000} s `;
      for (let left = command.ms; left > 0; left -= 250) {
        await clock.sleep(Math.min(left, 250), signal);
        signal.throwIfAborted();
        yield ".";
      }
      return yield " done.\n\n";
    case "fail":
      if (command.until !== null && turn.attempts >= command.until) return yield* inPieces("It works now.\n\n");
      throw new RuntimeFailure(`the demo runtime was told to fail: ${command.reason}`, {
        retry: command.until !== null,
      });
    default:
      return assertNever(command);
  }
}

/** Splits a whole text into a few pieces, so that streaming is visible. */
function* inPieces(text: string): Generator<string, void> {
  const size = Math.max(8, Math.ceil(text.length / 4));
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const shownLength = 4000;

function acknowledge({ from, text }: Entry): string {
  const sender = from?.kind === "session" ? `“${from.title}” (${from.botName})` : "Reef";
  return `Received from ${sender}: ${text.slice(0, shownLength)}`;
}

function describeResult({ command, result }: Plan["done"][number]): string {
  if (!result) return `${command.line}: no result`;
  return `${command.line}${result.tool?.isError ? " failed" : ""}: ${result.text.slice(0, shownLength)}`;
}
