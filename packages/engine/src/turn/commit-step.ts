/** Commits a turn's change under its claim's fence (TU1, TU5), and updates the open turn from the commit's events. */
import type { Entry } from "@reef/protocol/entry";
import type { Event } from "@reef/protocol/event";
import type { Message } from "@reef/protocol/message";
import { msToIso } from "@reef/protocol/time";
import type { Committed } from "../port/store.ts";
import type { Op, TurnOp } from "../port/unit.ts";
import type { OpenTurn } from "./open-turn.ts";
import { Stopped } from "./stop.ts";
import { commitWhenPossible } from "./store-trouble.ts";

/**
 * Commits the operations under the claim's fence, and waits for a store in trouble. Throws `Stopped` if the claim is
 * lost. An `AppError` means that nothing was changed.
 */
export async function commitStep(open: OpenTurn, ...ops: readonly (Op | TurnOp)[]): Promise<Committed> {
  const result = await commitWhenPossible(open, { at: msToIso(open.deps.clock.now()), ops });
  if (result.state === "fenced") throw new Stopped({ kind: "lost" });
  absorb(open, result.committed.events, ops);
  return result.committed;
}

function absorb(open: OpenTurn, events: readonly Event[], ops: readonly (Op | TurnOp)[]): void {
  const appended: Entry[] = [];
  const opaqueById = new Map(
    ops.flatMap((op) =>
      op.op === "entry.append" && op.entry.opaque !== undefined ? [[op.entry.id, op.entry.opaque]] : [],
    ),
  );
  for (const event of events) {
    switch (event.type) {
      case "entry.created":
        if (event.entry.sessionId === open.session.id) appended.push(withOpaque(event.entry, opaqueById));
        break;
      case "turn.changed":
        if (event.turn.id === open.turn.id) open.turn = event.turn;
        break;
      case "session.changed":
        if (event.session.id === open.session.id) open.session = event.session;
        break;
      case "message.changed":
        if (event.message.turnId === open.turn.id) open.messages = upsert(open.messages, event.message);
        break;
      default:
        break;
    }
  }
  if (appended.length > 0) open.entries = [...open.entries, ...appended];
}

/** Events never carry opaque data (PR1), but the runtime needs it for the next step. */
function withOpaque(entry: Entry, opaqueById: ReadonlyMap<Entry["id"], unknown>): Entry {
  const opaque = opaqueById.get(entry.id);
  return opaque === undefined ? entry : { ...entry, opaque };
}

function upsert(messages: readonly Message[], message: Message): readonly Message[] {
  return messages.some((each) => each.id === message.id)
    ? messages.map((each) => (each.id === message.id ? message : each))
    : [...messages, message];
}
