/**
 * Gives an MCP client with the token, and no bot named, what a person does in the console: see what runs, send to any
 * session, answer asks. The verbs are the engine's; transcripts come as quoted data.
 */
import { answerAsk } from "@reef/engine/ask/answer";
import { sendMessage } from "@reef/engine/mailbox/send";
import { cancelSession } from "@reef/engine/session/cancel";
import { createSession } from "@reef/engine/session/sessions";
import { AskAnswer } from "@reef/protocol/ask";
import type { Bot } from "@reef/protocol/bot";
import { AppError } from "@reef/protocol/error";
import { AskId, MessageId, SessionId } from "@reef/protocol/ids";
import { maxMessageLength } from "@reef/protocol/message";
import type { Session } from "@reef/protocol/session";
import { z } from "zod";
import type { Doors } from "../door-parts.ts";
import { findBot } from "../find-bot.ts";
import { followWork } from "../follow.ts";
import { toJsonSchemaObject, toText } from "./json.ts";
import { linesOfAsks } from "./resources.ts";
import { sayTranscript } from "./say-transcript.ts";
import { maySee } from "./scope.ts";
import type { McpTool, ToolAnswer, ToolCall } from "./tool.ts";

const limit = z.int().min(1).max(200).default(50);
const botName = z.string().min(1).max(400).describe("A bot's name or id.");
const sessionName = z.string().min(1).max(512).describe("A session's id or title.");
const longestWaitSeconds = 280;

interface Definition<Input> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  readonly isReadOnly: boolean;
  run(input: Input, call: ToolCall): Promise<string>;
}

export function operatorTools(doors: Doors): readonly McpTool[] {
  const { deps } = doors.edge;
  const { read } = deps.store;
  return [
    tool({
      name: "bots_list",
      description: "List the bots, with their status.",
      input: z.strictObject({}),
      isReadOnly: true,
      run: async () => toText((await read.bots({ limit: 200, cursor: null })).items.map(sayBot)),
    }),
    tool({
      name: "sessions_list",
      description: "List sessions, newest activity first; of one bot, or with these words in the title.",
      input: z.strictObject({ bot: botName.optional(), query: z.string().max(500).optional(), limit }),
      isReadOnly: true,
      run: async ({ bot, query, limit: most }) => {
        const botId = bot === undefined ? undefined : (await findBot(read, bot)).id;
        const filter = { ...(botId && { botId }), ...(query && { q: query }) };
        const { items } = await read.sessions(filter, { limit: most, cursor: null });
        return toText(items.filter((session) => maySee({ kind: "operator" }, session)).map(saySession));
      },
    }),
    tool({
      name: "session_create",
      description: "Create a session of a bot.",
      input: z.strictObject({ bot: botName, title: z.string().trim().min(1).max(200).optional() }),
      isReadOnly: false,
      run: async ({ bot, title }) => {
        const botId = (await findBot(read, bot)).id;
        return toText(saySession(await createSession(deps, { botId, ...(title && { title }) })));
      },
    }),
    tool({
      name: "session_read",
      description: "Read a session's newest entries, or those before a number, as quoted text.",
      input: z.strictObject({ session: sessionName, limit, before: z.int().min(1).optional() }),
      isReadOnly: true,
      run: async ({ session, limit: most, before }) =>
        sayTranscript(read, await findSession(doors, session), { limit: most, before }),
    }),
    tool({
      name: "session_stop",
      description: "Stop what a session is doing, and the sessions it spawned.",
      input: z.strictObject({ session: sessionName }),
      isReadOnly: false,
      run: async ({ session }) =>
        toText(await cancelSession(deps, (await findSession(doors, session)).id, { by: "person" })),
    }),
    tool({
      name: "message_send",
      description:
        "Send a message to a session, as the owner of this Reef, and wait for the bot's answer. If it takes longer than `waitSeconds`, the bot goes on: read the session later.",
      input: z.strictObject({
        session: sessionName,
        text: z.string().min(1).max(maxMessageLength),
        waitSeconds: z.int().min(0).max(longestWaitSeconds).default(50),
      }),
      isReadOnly: false,
      run: (input, call) => send(doors, input, call),
    }),
    tool({
      name: "message_read",
      description: "Read a message's state and receipts.",
      input: z.strictObject({ message: MessageId }),
      isReadOnly: true,
      run: async ({ message }) => {
        const found = await read.message(message);
        if (found === null) throw new AppError("not_found", `there is no message ${message}`);
        await findSession(doors, found.sessionId);
        const { id, sessionId, state, receipts, answeredBy, reason } = found;
        return toText({ id, sessionId, state, receipts, answeredBy, reason });
      },
    }),
    tool({
      name: "asks_list",
      description: "List the questions that wait for a person.",
      input: z.strictObject({ limit }),
      isReadOnly: true,
      run: async ({ limit: most }) => {
        const { items } = await read.asks({ state: "open" }, { limit: most, cursor: null });
        return toText(await linesOfAsks(read, { kind: "operator" }, items));
      },
    }),
    tool({
      name: "ask_answer",
      description: "Answer a question that waits for a person, once, with an option or, where allowed, other words.",
      input: z.strictObject({ ask: AskId, answer: z.string().trim().min(1).max(100_000) }),
      isReadOnly: false,
      run: async ({ ask, answer }) => {
        const { id, state, answer: settled } = await answerAsk(deps, ask, AskAnswer.parse({ answer }));
        return toText({ id, state, answer: settled });
      },
    }),
  ];
}

function tool<Input>({ name, description, input, isReadOnly, run }: Definition<Input>): McpTool {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input" }) as Readonly<Record<string, unknown>>;
  return {
    name,
    description,
    isReadOnly,
    inputSchema: toJsonSchemaObject(schema),
    async call(call): Promise<ToolAnswer> {
      const parsed = input.safeParse(call.input ?? {});
      if (!parsed.success) return { text: `the input is invalid:\n${z.prettifyError(parsed.error)}`, isError: true };
      try {
        return { text: await run(parsed.data, call), isError: false };
      } catch (error) {
        if (!(error instanceof AppError) || error.code === "internal") throw error;
        return { text: error.message, isError: true };
      }
    },
  };
}

/** By id, or by title in any letter case. */
async function findSession({ edge }: Doors, name: string): Promise<Session> {
  const { read } = edge.deps.store;
  const id = SessionId.safeParse(name);
  const known = id.success ? await read.session(id.data) : null;
  const found = known === null ? await read.sessionsByTitle(name) : [known];
  const [session, ...others] = found.filter((each) => maySee({ kind: "operator" }, each));
  if (session === undefined) throw new AppError("not_found", `there is no session “${name.slice(0, 200)}”`);
  if (others.length === 0) return session;
  const ids = [session, ...others].slice(0, 10).map((each) => each.id);
  throw new AppError("conflict", `several sessions have this title: use the id, ${ids.join(" or ")}`);
}

interface Sending {
  readonly session: string;
  readonly text: string;
  readonly waitSeconds: number;
}

async function send(doors: Doors, { session: name, text, waitSeconds }: Sending, call: ToolCall): Promise<string> {
  const { deps } = doors.edge;
  const session = await findSession(doors, name);
  const { message } = await sendMessage(deps, session.id, { message: { text }, idempotencyKey: `mcp:${call.key}` });
  const sent = `Message ${message.id} to session ${session.id}`;
  if (waitSeconds === 0) return `${sent} was accepted.`;
  const stop = AbortSignal.timeout(waitSeconds * 1000);
  const pieces = followWork(doors, { session, message, ask: null, turnId: null }, AbortSignal.any([stop, call.signal]));
  try {
    for (;;) {
      const next = await pieces.next();
      if (next.done === true) return next.value.text === "" ? `${sent} was answered without words.` : next.value.text;
      if (next.value.type === "idle") await call.progress();
    }
  } catch (error) {
    if (stop.aborted && !call.signal.aborted)
      return `${sent} was accepted, and the bot is not done yet: read the session later.`;
    throw error;
  }
}

function sayBot({ id, name, role, status, runtime, model, pausedAt }: Bot) {
  return { id, name, role: role.slice(0, 500), status, runtime, model, isPaused: pausedAt !== null };
}

function saySession({ id, botId, title, status, unread, openAsks, lastAt }: Session) {
  return { id, botId, title, status, unread, openAsks, lastAt };
}
