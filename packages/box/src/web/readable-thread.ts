/** Converts one page and ends: the thread's entry. */
import { parentPort, workerData } from "node:worker_threads";
import { toReadable } from "./readable.ts";

const { html, url } = workerData as { readonly html: string; readonly url: string };
parentPort?.postMessage(toReadable(html, url));
