/** Runs the stage as a process of its own, on sources that need no bundle. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nodeBinary } from "../../scripts/install.mjs";
import { root } from "../../scripts/stamp.mjs";

export interface StageProcess extends AsyncDisposable {
  readonly url: string;
  /** A new one-time code for the console. */
  makeLoginCode(): Promise<string>;
}

export async function startStage(): Promise<StageProcess> {
  const child = spawn(nodeBinary, [join(import.meta.dirname, "serve.ts")], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done) throw new Error("the stage ended; its reason is above");
    return value;
  };
  const url = await read();
  return {
    url,
    async makeLoginCode() {
      child.stdin.write("code\n");
      return await read();
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
