/** Opens the two ends of a move by their addresses: that of a database, or the path of a data folder. */
import { AppError } from "@reef/protocol/error";
import { readFolderMark, writeFolderMark } from "./folder-mark.ts";
import { openPostgresSource, openPostgresTarget, reopenDatabase } from "./postgres-side.ts";
import type { Source, Target } from "./side.ts";
import { openSqliteSource, openSqliteTarget } from "./sqlite-side.ts";

export interface Places extends AsyncDisposable {
  readonly source: Source;
  readonly target: Target;
}

export interface PlacesGiven {
  readonly from: string;
  readonly to: string;
  /** Names what is set aside. */
  readonly stamp: string;
  /** Where each address was given, for people. */
  readonly settings: { readonly from: string; readonly to: string };
}

export function isDatabase(place: string): boolean {
  return /^[a-z]+:\/\//i.test(place);
}

/** Throws `unavailable` or `invalid_request` with what to change, and leaves nothing open. */
export async function openPlaces({ from, to, stamp, settings }: PlacesGiven): Promise<Places> {
  if (from === to)
    throw new AppError("invalid_request", "a Reef cannot move to where it is: give another place with --to");
  await using opened = new AsyncDisposableStack();
  const source = opened.use(
    isDatabase(from) ? await openPostgresSource(from, settings.from) : await openSqliteSource(from),
  );
  const target = opened.use(
    isDatabase(to) ? await openPostgresTarget(to, settings.to) : await openSqliteTarget(to, stamp),
  );
  const parts = opened.move();
  return { source, target, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** Lets a Reef start again where one has moved away. Throws `unavailable` if none has. */
export async function reopenPlace(place: string, setting: string): Promise<void> {
  if (isDatabase(place)) return await reopenDatabase(place, setting);
  if ((await readFolderMark(place))?.state !== "moved") {
    throw new AppError("unavailable", `no Reef has moved away from the folder ${place}; nothing was changed`);
  }
  await writeFolderMark(place, null);
}
