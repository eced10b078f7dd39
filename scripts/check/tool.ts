/** Runs a tool from node_modules under this Node and captures its output, so that parallel checks do not mix theirs. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export interface Run {
  readonly ok: boolean;
  readonly output: string;
}

export function runTool(root: string, script: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "node_modules", script), ...args], { cwd: root });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}
