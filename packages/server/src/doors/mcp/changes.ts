/**
 * Tells MCP clients that subscribed what has changed, within their scope: a client that acts as one bot hears of nothing
 * that it may not read (DO6, SE9). The store's events are followed only while a client listens. A client that does not
 * read is cut off, never buffered without bound (SY3).
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ServerEvent, ServerEventBus } from "@modelcontextprotocol/server";
import type { Event } from "@reef/protocol/event";
import type { BotId, SessionId } from "@reef/protocol/ids";
import type { Session } from "@reef/protocol/session";
import { hasSkill } from "@reef/protocol/skill-rules";
import type { Doors } from "../door-parts.ts";
import { maySee, type Scope } from "./scope.ts";

/** Frames that a client may leave unread. */
const mostUnread = 1_000;
const lookMs = 15_000;

export interface Changes {
  /** What the package that speaks the protocol asks for events. */
  readonly bus: ServerEventBus;
  /**
   * Serves a request in this scope. An answer that is a stream of events ends when `isOpen` no longer holds, and when
   * its client leaves too much unread.
   */
  serve(scope: Scope, isOpen: () => boolean, act: () => Promise<Response>): Promise<Response>;
}

interface Listener {
  readonly scope: Scope;
  readonly isOpen: () => boolean;
  send: ((event: ServerEvent) => void) | null;
  unread: number;
  end(): void;
}

/** A change, and what decides who hears of it. */
interface Change {
  readonly event: ServerEvent;
  readonly of:
    | { readonly kind: "all" | "operator" }
    | { readonly kind: "bot"; readonly botId: BotId }
    | { readonly kind: "session"; readonly session: Session | SessionId };
}

export function openChanges({ edge, log }: Doors): Changes {
  const { store } = edge.deps;
  const current = new AsyncLocalStorage<Listener>();
  const listening = new Set<Listener>();
  let follow: (() => void) | null = null;
  let passing: Promise<unknown> = Promise.resolve();

  const pass = async (changes: readonly Change[]) => {
    const known = new Map<SessionId, Session | null>();
    const sessionOf = async (session: Session | SessionId) => {
      if (typeof session !== "string") return session;
      if (!known.has(session)) known.set(session, await store.read.session(session));
      return known.get(session) ?? null;
    };
    for (const { event, of } of changes) {
      const session = of.kind === "session" ? await sessionOf(of.session) : null;
      for (const listener of listening) {
        const { scope } = listener;
        const hears =
          of.kind === "all" ||
          (of.kind === "session"
            ? session !== null && maySee(scope, session)
            : scope.kind === "operator" || (of.kind === "bot" && scope.bot.id === of.botId));
        if (hears) tell(listener, event);
      }
    }
  };

  const tell = (listener: Listener, event: ServerEvent) => {
    listener.unread += 1;
    if (listener.unread > mostUnread || !listener.isOpen()) listener.end();
    else listener.send?.(event);
  };

  const queue = (changes: readonly Change[]) => {
    if (changes.length === 0) return;
    passing = passing
      .then(() => pass(changes))
      .catch((error: unknown) => log.error({ error }, "MCP clients were not told of a change"));
  };

  const leave = (listener: Listener) => {
    listening.delete(listener);
    if (listening.size > 0) return;
    follow?.();
    follow = null;
  };

  const enter = (listener: Listener) => {
    listening.add(listener);
    if (follow !== null) return;
    const stops = [
      store.onEvents((events) => queue(changesOf(events, listening))),
      // What was missed is unknown, so everything may have changed.
      store.onGap(() => queue(afterGap)),
    ];
    follow = () => {
      for (const stop of stops) stop();
    };
  };

  return {
    bus: {
      publish: () => undefined,
      subscribe(send) {
        const listener = current.getStore();
        if (listener === undefined) return () => undefined;
        listener.send = send;
        enter(listener);
        return () => leave(listener);
      },
    },
    async serve(scope, isOpen, act) {
      const listener: Listener = { scope, isOpen, send: null, unread: 0, end: () => undefined };
      const response = await current.run(listener, act);
      return listening.has(listener) && response.body !== null ? bounded(response, listener) : response;
    },
  };
}

/** Passes the stream on frame by frame, so that what is unread is known. */
function bounded(response: Response, listener: Listener): Response {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const look = setInterval(() => {
    if (!listener.isOpen()) listener.end();
  }, lookMs);
  const stop = () => {
    // What has ended is not closed again.
    listener.end = () => undefined;
    clearInterval(look);
    void reader.cancel().catch(() => undefined);
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      listener.end = () => {
        stop();
        controller.close();
      };
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        listener.end();
        return;
      }
      listener.unread = Math.max(0, listener.unread - 1);
      controller.enqueue(value);
    },
    cancel: stop,
  });
  return new Response(body, { status: response.status, headers: response.headers });
}

const list = (noun: string): ServerEvent => ({ kind: "resource_updated", uri: `reef://${noun}` });

const afterGap: readonly Change[] = [
  { event: { kind: "resources_list_changed" }, of: { kind: "all" } },
  { event: { kind: "tools_list_changed" }, of: { kind: "all" } },
  { event: { kind: "prompts_list_changed" }, of: { kind: "all" } },
  ...["sessions", "asks"].map((noun): Change => ({ event: list(noun), of: { kind: "all" } })),
  { event: list("bots"), of: { kind: "operator" } },
];

/** Of many events about the same thing, one change is told. */
function changesOf(events: readonly Event[], listening: ReadonlySet<Listener>): readonly Change[] {
  const changes = new Map<string, Change>();
  const add = (change: Change) => {
    const { event, of } = change;
    const whom = of.kind === "session" ? (typeof of.session === "string" ? of.session : of.session.id) : of.kind;
    changes.set(`${event.kind} ${"uri" in event ? event.uri : ""} ${whom}`, change);
  };
  for (const event of events) {
    switch (event.type) {
      case "session.changed": {
        const { session } = event;
        const of = { kind: "session" as const, session };
        add({ event: list("sessions"), of });
        add({ event: list(`sessions/${session.id}`), of });
        if (session.createdAt === event.at) add({ event: { kind: "resources_list_changed" }, of });
        break;
      }
      case "session.deleted":
        add({ event: list("sessions"), of: { kind: "all" } });
        add({ event: { kind: "resources_list_changed" }, of: { kind: "all" } });
        break;
      case "entry.created": {
        const { sessionId } = event.entry;
        add({ event: list(`sessions/${sessionId}/transcript`), of: { kind: "session", session: sessionId } });
        break;
      }
      case "ask.changed":
        add({ event: list("asks"), of: { kind: "session", session: event.ask.sessionId } });
        break;
      case "memory.changed":
      case "memory.deleted":
        add({ event: list(`bots/${event.botId}/memories`), of: { kind: "bot", botId: event.botId } });
        break;
      case "bot.changed":
      case "bot.deleted":
        add({ event: list("bots"), of: { kind: "operator" } });
        break;
      case "skill.changed":
      case "skill.deleted":
        if (!concerns(event, listening)) break;
        add({ event: { kind: "prompts_list_changed" }, of: { kind: "all" } });
        add({ event: { kind: "tools_list_changed" }, of: { kind: "all" } });
        break;
    }
  }
  return [...changes.values()];
}

/** False for a skill that none of the bots has; one that a bot has lost cannot be told from it, so it counts as theirs. */
function concerns(event: Extract<Event, { type: `skill.${string}` }>, listening: ReadonlySet<Listener>): boolean {
  if (event.type === "skill.deleted" || event.skill.createdAt !== event.skill.updatedAt) return true;
  return [...listening].some(({ scope }) => scope.kind === "operator" || hasSkill(event.skill, scope.bot.id));
}
