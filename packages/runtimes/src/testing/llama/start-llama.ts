/** Starts the server around llama.cpp itself for a suite. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { installLlama } from "./install-llama.ts";

export interface LlamaServer extends AsyncDisposable {
  /** With `/v1`. */
  readonly baseUrl: string;
}

export async function startLlama(): Promise<LlamaServer> {
  const { module, model } = installLlama();
  const child = spawn(process.execPath, [join(import.meta.dirname, "llama-main.ts"), module, model], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  for await (const line of createInterface(child.stdout)) {
    const baseUrl = /^llama ready (\S+)$/.exec(line)?.[1];
    if (baseUrl === undefined) continue;
    child.stdout.resume();
    return {
      baseUrl,
      async [Symbol.asyncDispose]() {
        child.kill("SIGKILL");
        await exited;
      },
    };
  }
  throw new Error("the server around llama.cpp ended before it was ready");
}
