/**
 * Shows what Reef holds as MCP resources, within the client's scope: sessions, their transcripts, memories, asks. Each
 * is bounded; lists are pages. Incognito sessions are not among them (SE9).
 */
import type { Queries } from "@reef/engine/port/queries";
import { frameKey, quoteMemory } from "@reef/engine/prompt/quote";
import type { Ask } from "@reef/protocol/ask";
import { AppError } from "@reef/protocol/error";
import { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import type { Doors } from "../door-parts.ts";
import { toText } from "./json.ts";
import { sayTranscript } from "./say-transcript.ts";
import { maySee, type Scope } from "./scope.ts";

export interface ResourceLine {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
}

export interface ResourcePage {
  readonly resources: readonly ResourceLine[];
  readonly next: string | null;
}

const pageSize = 50;
const asksRead = 200;
const memoriesRead = 200;
const longestMemories = 200_000;
const entriesRead = 200;

export const resourceTemplates = [
  {
    uriTemplate: "reef://sessions/{id}/transcript",
    name: "transcript",
    description: "The newest entries of a session, as quoted text.",
    mimeType: "text/plain",
  },
  {
    uriTemplate: "reef://sessions/{id}",
    name: "session",
    description: "A session's state.",
    mimeType: "application/json",
  },
  {
    uriTemplate: "reef://bots/{id}/memories",
    name: "memories",
    description: "The newest memories of a bot, as quoted text.",
    mimeType: "text/plain",
  },
] as const;

/** The first page begins with the lists; the sessions follow, newest activity first. */
export async function listResources({ edge }: Doors, scope: Scope, cursor: string | null): Promise<ResourcePage> {
  const { read } = edge.deps.store;
  const filter = scope.kind === "bot" ? { botId: scope.bot.id } : {};
  const { items, next } = await read.sessions(filter, { limit: pageSize, cursor });
  const sessions = items.filter((session) => maySee(scope, session)).map(transcriptLine);
  return { resources: cursor === null ? [...listLines(scope), ...sessions] : sessions, next };
}

function listLines(scope: Scope): readonly ResourceLine[] {
  const lists = [
    line("reef://sessions", "sessions", "Sessions, newest activity first."),
    line("reef://asks", "asks", "Questions that wait for a person."),
  ];
  if (scope.kind === "operator") return [line("reef://bots", "bots", "All bots."), ...lists];
  const uri = `reef://bots/${scope.bot.id}/memories`;
  return [...lists, { ...line(uri, "memories", "The bot's newest memories."), mimeType: "text/plain" }];
}

function line(uri: string, name: string, description: string): ResourceLine {
  return { uri, name, description, mimeType: "application/json" };
}

function transcriptLine({ id, title }: Session): ResourceLine {
  return { uri: `reef://sessions/${id}/transcript`, name: title, description: "Transcript", mimeType: "text/plain" };
}

/** Throws `not_found` for what does not exist or is outside the scope: no client learns which. */
export async function readResource(
  { edge }: Doors,
  scope: Scope,
  uri: string,
): Promise<{ readonly mimeType: string; readonly text: string }> {
  const { read } = edge.deps.store;
  const [noun, id, part, ...rest] = /^reef:\/\/([\w/-]{1,200})$/.exec(uri)?.[1]?.split("/") ?? [];
  const path = [noun, id === undefined ? undefined : "{id}", part, ...rest]
    .filter((each) => each !== undefined)
    .join("/");
  switch (path) {
    case "bots":
      if (scope.kind !== "operator") break;
      return json(
        (await read.bots({ limit: 200, cursor: null })).items.map(({ id: botId, name, status }) => ({
          id: botId,
          name,
          status,
        })),
      );
    case "sessions": {
      const filter = scope.kind === "bot" ? { botId: scope.bot.id } : {};
      const { items } = await read.sessions(filter, { limit: 200, cursor: null });
      return json(items.filter((session) => maySee(scope, session)).map(toSessionLine));
    }
    case "sessions/{id}":
      return json(await ownSession(read, scope, id));
    case "sessions/{id}/transcript": {
      if (part !== "transcript") break;
      return text(await sayTranscript(read, await ownSession(read, scope, id), { limit: entriesRead }));
    }
    case "bots/{id}/memories":
      return text(await sayMemories(read, ownBot(scope, id)));
    case "asks": {
      const filter = scope.kind === "bot" ? { botId: scope.bot.id } : {};
      const { items } = await read.asks({ ...filter, state: "open" }, { limit: asksRead, cursor: null });
      return json(await linesOfAsks(read, scope, items));
    }
  }
  throw unknown(uri);
}

function toSessionLine({ id, botId, title, status, lastAt, openAsks }: Session) {
  return { id, botId, title, status, lastAt, openAsks, transcript: `reef://sessions/${id}/transcript` };
}

/** Returns the asks that the client may see, without what it has no use for. */
export async function linesOfAsks(read: Queries, scope: Scope, asks: readonly Ask[]) {
  const sessions = await Promise.all(asks.map(({ sessionId }) => read.session(sessionId)));
  return asks
    .filter((_, at) => {
      const session = sessions[at] ?? null;
      return session !== null && maySee(scope, session);
    })
    .map(toAskLine);
}

function toAskLine({ id, kind, sessionId, botId, question, options, freeText }: Ask) {
  return { id, kind, sessionId, botId, question, options, freeText };
}

async function ownSession(read: Queries, scope: Scope, id: string | undefined): Promise<Session> {
  const parsed = SessionId.safeParse(id);
  const session = parsed.success ? await read.session(parsed.data) : null;
  if (session === null || !maySee(scope, session)) throw unknown(`reef://sessions/${id}`);
  return session;
}

function ownBot(scope: Scope, id: string | undefined): BotId {
  const parsed = BotId.safeParse(id);
  const isOwn = parsed.success && (scope.kind === "operator" || scope.bot.id === parsed.data);
  if (!isOwn) throw unknown(`reef://bots/${id}/memories`);
  return parsed.data;
}

async function sayMemories(read: Queries, botId: BotId): Promise<string> {
  const { items } = await read.memories(botId, {}, { limit: memoriesRead, cursor: null });
  if (items.length === 0) return "No memories yet.";
  const said: string[] = [];
  let length = 0;
  for (const { id, kind, trust, occurredAt, text: words } of items) {
    const source = { id, kind, trust, ...(occurredAt !== null && { at: occurredAt }) };
    const line = quoteMemory(words, source, frameKey(id));
    length += line.length;
    if (length > longestMemories && said.length > 0) return `${said.join("\n")}\n\nThe rest is cut.`;
    said.push(line);
  }
  return said.join("\n");
}

function unknown(uri: string): AppError {
  return new AppError("not_found", `there is no resource ${uri.slice(0, 200)}`);
}

function json(value: unknown) {
  return { mimeType: "application/json", text: toText(value) };
}

function text(words: string) {
  return { mimeType: "text/plain", text: words };
}
