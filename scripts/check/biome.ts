/** Format, import order and lint in one pass of Biome; `npm run format` repairs what can be repaired. */
import { type Run, runTool } from "./tool.ts";

export function checkBiome(root: string): Promise<Run> {
  return runTool(root, "@biomejs/biome/bin/biome", ["ci", "--colors=off", "--max-diagnostics=50", "."]);
}
