/**
 * A mark says that a store is being filled by a move, or has moved: a Reef that finds one of these refuses to start, so
 * that two never go on from the same past. The mark of a source that is only being copied stops nobody.
 */
import { AppError } from "@reef/protocol/error";

const states = ["copying", "arriving", "moved"] as const;

export interface MoveMark {
  /** The same at both ends of one move. */
  readonly id: string;
  readonly state: (typeof states)[number];
  /** The other end, for people. */
  readonly other: string;
  readonly at: string;
}

/** Throws `unavailable` with what to do if the store must not be used. */
export function refuseMarked(mark: MoveMark | null, place: string): void {
  if (mark === null || mark.state === "copying") return;
  if (mark.state === "arriving") {
    throw new AppError(
      "unavailable",
      `${place} is being filled from ${mark.other} by “reef migrate”, and is not complete: run that command again to finish it`,
    );
  }
  throw new AppError(
    "unavailable",
    `the Reef of ${place} moved to ${mark.other} (${mark.at}): start it there; ` +
      "to use what is left here nevertheless, run “reef migrate --reopen” with this place",
  );
}

/** Reads a mark from text that somebody may have edited. */
export function parseMark(text: string, place: string): MoveMark {
  try {
    const { id, state, other, at }: Record<string, unknown> = JSON.parse(text);
    const known = states.find((each) => each === state);
    if (known !== undefined && [id, other, at].every((each) => typeof each === "string")) {
      return { id, state: known, other, at } as MoveMark;
    }
  } catch {
    // Said below, like any other text that is no mark.
  }
  throw new AppError("unavailable", `the mark of a move in ${place} cannot be read: restore it, or delete it`);
}
