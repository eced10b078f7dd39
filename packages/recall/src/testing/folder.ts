/** Creates a test's own folder. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

export function makeFolder(parent: string): string {
  return mkdtempSync(join(parent, "reef-recall-"));
}
