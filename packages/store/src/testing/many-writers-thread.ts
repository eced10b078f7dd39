/** Runs the writers of many test stores in one thread: starting a thread for each takes longer than most tests. */
import { type MessagePort, parentPort } from "node:worker_threads";
import type { WriterOptions } from "../sqlite/requests.ts";
import { runWriter } from "../sqlite/write-loop.ts";

export interface NewWriter {
  readonly options: WriterOptions;
  readonly port: MessagePort;
}

parentPort?.on("message", ({ options, port }: NewWriter) => void runWriter(options, port));
