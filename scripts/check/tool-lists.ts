/** Keeps the files that are generated from the catalogue of tools up to date. */
import type { Run } from "./tool.ts";

export async function checkToolLists(): Promise<Run> {
  // This import loads the engine's tools, which other checks do not need.
  const { staleToolLists } = await import("../tool-lists.ts");
  const stale = staleToolLists();
  const lines = stale.map(({ path }) => `${path}  is not what the tools say: run npm run build`);
  return { ok: stale.length === 0, output: lines.join("\n") };
}
