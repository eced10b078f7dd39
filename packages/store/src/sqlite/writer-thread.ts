/** Starts the writer of one store: the entry of its thread. */
import { parentPort, workerData } from "node:worker_threads";
import type { WriterOptions } from "./requests.ts";
import { runWriter } from "./write-loop.ts";

if (parentPort !== null) await runWriter(workerData as WriterOptions, parentPort);
