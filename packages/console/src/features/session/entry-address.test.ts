import { expect, test } from "vitest";
import { entryHash, seqOfHash } from "./entry-address.ts";

test("an entry's address leads back to its number, and nothing else is taken for one", () => {
  expect(seqOfHash(`#${entryHash(12)}`)).toBe(12);
  for (const hash of ["", "#", "#e", "#e0", "#e-1", "#e1x", "#code=e1", "#e1e2", "#12"])
    expect(seqOfHash(hash)).toBeNull();
});
