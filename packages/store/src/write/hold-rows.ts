/** Reads and writes the rows of holds; `holds.ts` follows what they cover. */
import { type Hold, type HoldScope, scopeKey } from "@reef/protocol/hold";
import type { BotId, SessionId } from "@reef/protocol/ids";
import { eachParam, statement } from "../sql.ts";
import type { SessionRow } from "../tables.ts";
import type { HoldRow } from "../trust-tables.ts";
import { all, one, run, type Write } from "./steps.ts";
import type { Work } from "./work.ts";

const columns = ["key", "scope", "target", "name", "reason", "at"] as const;

const holdByKey = statement<{ key: string }, HoldRow>((db, param) =>
  db.selectFrom("holds").select(columns).where("key", "=", param("key")),
);
const allHolds = statement<object, HoldRow>((db) =>
  db.selectFrom("holds").select(columns).orderBy("at").orderBy("key"),
);
const insertHold = statement<HoldRow>((db, param) => db.insertInto("holds").values(eachParam(param, columns)));
const deleteHold = statement<{ key: string }>((db, param) => db.deleteFrom("holds").where("key", "=", param("key")));

export function readHolds(): Write<HoldRow[]> {
  return all(allHolds, {});
}

export function* keepHold(hold: Hold): Write<void> {
  const key = scopeKey(hold.scope);
  yield* run(deleteHold, { key });
  yield* run(insertHold, { ...hold, key, scope: JSON.stringify(hold.scope) });
}

export function endHold(key: string): Write<void> {
  return run(deleteHold, { key });
}

export function* tellHolds(work: Work): Write<void> {
  work.events.push({ type: "holds.changed", held: (yield* readHolds()).map(rowToHold) });
}

export function rowToHold({ scope, target, name, reason, at }: HoldRow): Hold {
  return { scope: JSON.parse(scope) as HoldScope, target: target as Hold["target"], name, reason, at };
}

export function* isEverythingHeld(): Write<boolean> {
  return (yield* one(holdByKey, { key: scopeKey({ kind: "everything" }) })) !== undefined;
}

export function* isTreeHeld(rootId: SessionId): Write<boolean> {
  return (yield* one(holdByKey, { key: scopeKey({ kind: "tree", id: rootId }) })) !== undefined;
}

/** A tree's hold follows the sessions that become roots of their own; those of what is gone end. */
export function* passHolds(work: Work, gone: SessionRow, orphans: readonly SessionRow[]): Write<void> {
  const ofTree = yield* one(holdByKey, { key: scopeKey({ kind: "tree", id: gone.root_id }) });
  for (const { id, title } of ofTree === undefined ? [] : orphans) {
    const { reason, at } = ofTree as HoldRow;
    yield* keepHold({ scope: { kind: "tree", id }, target: id, name: title, reason, at });
  }
  const isDropped = yield* dropHolds(work, gone.id);
  if (!isDropped && ofTree !== undefined && orphans.length > 0) yield* tellHolds(work);
}

/** Returns true if there were any. */
export function* dropHolds(work: Work, target: SessionId | BotId): Write<boolean> {
  const gone = (yield* readHolds()).filter((row) => row.target === target);
  for (const { key } of gone) yield* endHold(key);
  if (gone.length > 0) yield* tellHolds(work);
  return gone.length > 0;
}
