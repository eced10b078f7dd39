/**
 * TU10: finds replaced entries, as parts of queries over `entries`. Rewinds are rows of the transcript, which decide
 * it: an entry counts unless a later notice goes back to before it.
 */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "./tables.ts";

type OfEntries = ExpressionBuilder<Tables, "entries">;

/** Returns the number of the first notice that replaced the entry; null while it counts. */
export function replacedBy(build: OfEntries) {
  return build
    .selectFrom("entries as later")
    .select(({ fn }) => fn.min<number | null>("later.seq").as("seq"))
    .whereRef("later.session_id", "=", "entries.session_id")
    .whereRef("later.seq", ">", "entries.seq")
    .whereRef("later.rewound_to", "<", "entries.seq")
    .as("replaced_by");
}

/** True unless it was replaced. */
export function isCurrent(build: OfEntries) {
  return build.not(
    build.exists(
      build
        .selectFrom("entries as later")
        .select("later.seq")
        .whereRef("later.session_id", "=", "entries.session_id")
        .whereRef("later.seq", ">", "entries.seq")
        .whereRef("later.rewound_to", "<", "entries.seq"),
    ),
  );
}
