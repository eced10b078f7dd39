/** Bounds of asks, apart from their schemas: the console shows them and carries no schema. */

/** Longest time for which an answer can be taken back. */
export const maxGraceMs = 5_000;
