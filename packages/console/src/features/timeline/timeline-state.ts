/** Keeps a stretch of time as it was read, and applies events to it: the result is what the server would answer now. */
import type { Event } from "@reef/protocol/event";
import type { AskId, BotId, EntryId, MessageId, SessionId, TurnId } from "@reef/protocol/ids";
import type { Timeline, TimelineAsk, TimelineMessage, TimelineRefusal, TimelineTurn } from "@reef/protocol/overview";

export interface TimelineState {
  readonly sinceMs: number;
  readonly turns: ReadonlyMap<TurnId, TimelineTurn>;
  readonly messages: ReadonlyMap<MessageId, TimelineMessage>;
  readonly asks: ReadonlyMap<AskId, TimelineAsk>;
  readonly refusals: ReadonlyMap<EntryId, TimelineRefusal>;
  readonly isCut: boolean;
}

/** As long as the server's, so that a live message looks like one that was read. */
const textLength = 160;

export function timelineToState({ since, turns, messages, asks, refusals, isCut }: Timeline): TimelineState {
  return {
    sinceMs: Date.parse(since),
    turns: new Map(turns.map((turn) => [turn.id, turn])),
    messages: new Map(messages.map((message) => [message.id, message])),
    asks: new Map(asks.map((ask) => [ask.id, ask])),
    refusals: new Map(refusals.map((refusal) => [refusal.id, refusal])),
    isCut,
  };
}

/** Puts an older stretch before it. For what both contain, `state` is newer. */
export function joinOlder(state: TimelineState, older: TimelineState): TimelineState {
  return {
    sinceMs: Math.min(state.sinceMs, older.sinceMs),
    turns: new Map([...older.turns, ...state.turns]),
    messages: new Map([...older.messages, ...state.messages]),
    asks: new Map([...older.asks, ...state.asks]),
    refusals: new Map([...older.refusals, ...state.refusals]),
    isCut: state.isCut || older.isCut,
  };
}

/** `botOf` returns the bot of a session; a message to a session it does not know is left to the next read. */
export function foldTimeline(
  state: TimelineState,
  events: readonly Event[],
  botOf: (id: SessionId) => BotId | null,
): TimelineState {
  // Copied at most once a batch: a busy hour has thousands of turns.
  const own = new Set<object>();
  const put = <Id extends string, Noun extends { readonly id: Id }>(map: ReadonlyMap<Id, Noun>, noun: Noun) => {
    const copy = own.has(map) ? (map as Map<Id, Noun>) : new Map(map);
    own.add(copy);
    return copy.set(noun.id, noun);
  };
  let [turns, messages, asks, refusals] = [state.turns, state.messages, state.asks, state.refusals];
  for (const event of events) {
    switch (event.type) {
      case "turn.changed": {
        const { id, sessionId, botId, state, steps, usage, error, startedAt, endedAt } = event.turn;
        turns = put(turns, { id, sessionId, botId, state, steps, usage, error, startedAt, endedAt });
        break;
      }
      case "message.changed": {
        const { id, sessionId, from, text, purpose, state, receipts } = event.message;
        const botId = botOf(sessionId);
        if (from.kind !== "session" || botId === null) break;
        const ends = { sessionId, botId, fromSessionId: from.sessionId, fromBotId: from.botId };
        messages = put(messages, { id, ...ends, text: text.slice(0, textLength), purpose, state, receipts });
        break;
      }
      case "ask.changed": {
        const { id, kind, sessionId, botId, state, question, createdAt, settledAt } = event.ask;
        asks = put(asks, { id, kind, sessionId, botId, state, question, createdAt, settledAt });
        break;
      }
      case "entry.created": {
        const { id, sessionId, text, at, notice } = event.entry;
        const botId = notice?.type === "refused" ? botOf(sessionId) : null;
        if (botId !== null) refusals = put(refusals, { id, sessionId, botId, text: text.slice(0, textLength), at });
        break;
      }
      case "session.deleted": {
        const isLeft = ({ sessionId }: { readonly sessionId: SessionId }) => sessionId !== event.sessionId;
        [turns, messages, asks] = [keep(turns, isLeft), keep(messages, isLeft), keep(asks, isLeft)];
        refusals = keep(refusals, isLeft);
        break;
      }
      case "bot.deleted": {
        const isLeft = ({ botId }: { readonly botId: BotId }) => botId !== event.botId;
        [turns, messages, asks] = [keep(turns, isLeft), keep(messages, isLeft), keep(asks, isLeft)];
        refusals = keep(refusals, isLeft);
        break;
      }
      default:
    }
  }
  const isSame =
    turns === state.turns && messages === state.messages && asks === state.asks && refusals === state.refusals;
  return isSame ? state : { ...state, turns, messages, asks, refusals };
}

function keep<Id, Noun>(map: ReadonlyMap<Id, Noun>, isLeft: (noun: Noun) => boolean): ReadonlyMap<Id, Noun> {
  return new Map([...map].filter(([, noun]) => isLeft(noun)));
}
