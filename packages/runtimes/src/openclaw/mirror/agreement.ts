/**
 * Compares what both sides say of one session (its name, pin, archive and read mark) with their last agreement: only a
 * side's changes since then are carried over, so nothing goes back and forth. Where both changed, the later change
 * wins. Pure.
 */

export interface Standing {
  /** Null when it has no label there. */
  readonly title: string | null;
  readonly pinned: boolean;
  readonly archived: boolean;
  readonly unread: boolean;
}

export interface Here extends Standing {
  readonly title: string;
  readonly lastSeq: number;
}

export interface Agreement {
  readonly here: Here;
  readonly there: Standing;
}

export interface Moves {
  readonly toHere: Partial<Standing>;
  readonly toThere: Partial<Standing>;
}

export interface Comparison {
  /** Null when they have never been compared. */
  readonly agreed: Agreement | null;
  readonly here: Here;
  readonly there: Standing;
  readonly later: "here" | "there";
  /** True when the session was created here, and not adopted. */
  readonly isOwn: boolean;
  /** True when someone has just set something there: automatic unread marks appear on both sides anyway. */
  readonly isSetThere: boolean;
}

export function compare(given: Comparison): Moves {
  return given.agreed === null ? firstMoves(given) : movesSince({ ...given, agreed: given.agreed });
}

/** Adopts the state there. Earlier releases pinned sessions created here and left them unread. */
function firstMoves({ here, there, isOwn }: Comparison): Moves {
  const toThere = {
    ...(there.unread && !here.unread && { unread: false }),
    ...(isOwn && there.pinned && !here.pinned && { pinned: false }),
    ...(isOwn && here.archived && !there.archived && { archived: true }),
    ...(isOwn && there.title !== null && !there.title.startsWith(here.title.slice(0, 180)) && { title: here.title }),
  };
  return { toHere: {}, toThere };
}

function movesSince(given: Comparison & { readonly agreed: Agreement }): Moves {
  const toHere: { -readonly [Field in keyof Standing]?: Standing[Field] } = {};
  const toThere: typeof toHere = {};
  const { agreed, here, there, later } = given;
  const settle = <Field extends "title" | "pinned" | "archived">(field: Field) => {
    const isChangedHere = here[field] !== agreed.here[field];
    // A removed label is not a name for a session.
    const isChangedThere = there[field] !== agreed.there[field] && there[field] !== null;
    if (here[field] === there[field]) return;
    const winner = isChangedHere && isChangedThere ? later : isChangedHere ? "here" : isChangedThere ? "there" : null;
    if (winner === "here") toThere[field] = here[field] as Standing[Field];
    if (winner === "there") toHere[field] = there[field];
  };
  settle("title");
  settle("archived");
  // Archiving also removes the pin there.
  if (toHere.archived !== true) settle("pinned");
  const isReadHere = agreed.here.unread && !here.unread;
  const isReadThere = agreed.there.unread && !there.unread;
  // Nothing came: someone marked it.
  const isMarkedHere = !agreed.here.unread && here.unread && here.lastSeq === agreed.here.lastSeq;
  const isMarkedThere = !agreed.there.unread && there.unread && given.isSetThere;
  if (isReadHere && there.unread && !isMarkedThere) toThere.unread = false;
  else if (isReadThere && here.unread && !isMarkedHere) toHere.unread = false;
  else if (isMarkedHere && !there.unread) toThere.unread = true;
  else if (isMarkedThere && !here.unread) toHere.unread = true;
  return { toHere, toThere };
}

export function isNothing(moves: Partial<Standing>): boolean {
  return Object.keys(moves).length === 0;
}
