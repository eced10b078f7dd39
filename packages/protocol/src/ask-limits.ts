/** Defines bounds of asks apart from their schemas, because the console shows them and carries no schema. */

/** The longest time for which an answer can be taken back. */
export const maxGraceMs = 5_000;
