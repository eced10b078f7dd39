/** Keeps what is made from the catalogue of tools the same as the catalogue. */
import type { Run } from "./tool.ts";

export async function checkToolLists(): Promise<Run> {
  // Loads the engine's tools: not for a run of other checks.
  const { staleToolLists } = await import("../tool-lists.ts");
  const stale = staleToolLists();
  const lines = stale.map(({ path }) => `${path}  is not what the tools say: run npm run build`);
  return { ok: stale.length === 0, output: lines.join("\n") };
}
