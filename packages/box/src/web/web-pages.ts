/** Reads web pages for bots: gets an address and turns what comes into text. */
import { Worker } from "node:worker_threads";
import type { Resolve } from "../network/public-address.ts";
import { type GetOptions, getPage } from "./get-page.ts";
import type { Readable } from "./readable.ts";

export interface PageText {
  readonly state: "read";
  readonly url: string;
  readonly status: number;
  readonly title: string;
  readonly excerpt: string;
  readonly text: string;
  /** True if the page was larger than is read. */
  readonly isCut: boolean;
}

export interface WebPages {
  /** Contract: never rejects. */
  read(address: string, signal: AbortSignal): Promise<PageText | { readonly state: "failed"; readonly reason: string }>;
}

export interface WebPagesOptions {
  readonly resolve?: Resolve;
  readonly dial?: GetOptions["dial"];
  /** How long one page may take, with all redirects. */
  readonly timeoutMs?: number;
  readonly startThread?: (options: { readonly html: string; readonly url: string }) => Worker;
}

const maxPageBytes = 3_000_000;
const convertMs = 20_000;

/** Beside this file: as source in development, as a bundled entry in a release. */
function threadUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./readable-thread.ts" : "./readable-thread.js";
  return new URL(name, import.meta.url);
}

const startWorker: NonNullable<WebPagesOptions["startThread"]> = (options) =>
  new Worker(threadUrl(), {
    workerData: options,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 8 },
  });

export function createWebPages({
  resolve,
  dial,
  timeoutMs = 30_000,
  startThread = startWorker,
}: WebPagesOptions = {}): WebPages {
  return {
    async read(address, signal) {
      const both = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const got = await getPage(address, { signal: both, maxBytes: maxPageBytes, reach: "public", resolve, dial });
      if (got.state === "failed") {
        const isLate = both.aborted && !signal.aborted;
        return { state: "failed", reason: isLate ? `no answer within ${timeoutMs / 1_000} s` : got.reason };
      }
      const { url, status, isCut, contentType, bytes } = got;
      const type = contentType.split(";")[0]?.trim().toLowerCase() ?? "";
      const page = { state: "read" as const, url, status, isCut };
      if (!isText(type, bytes)) return { state: "failed", reason: sayNoText(type, bytes) };
      const text = decode(bytes, contentType);
      if (!isHtml(type, text)) return { ...page, title: "", excerpt: "", text };
      const readable = await convert(() => startThread({ html: text, url }), signal);
      return readable === null
        ? { state: "failed", reason: "the page could not be turned into text: it is too large or too deep" }
        : { ...page, title: readable.title, excerpt: readable.excerpt, text: readable.markdown };
    },
  };
}

/** Returns null if the thread failed, or took too long and was ended. */
async function convert(start: () => Worker, signal: AbortSignal): Promise<Readable | null> {
  const worker = start();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(convertMs)]);
  try {
    return await new Promise((resolve) => {
      worker.once("message", (readable: Readable) => resolve(readable));
      worker.once("error", () => resolve(null));
      worker.once("exit", () => resolve(null));
      limit.addEventListener("abort", () => resolve(null), { once: true });
    });
  } finally {
    await worker.terminate();
  }
}

function isText(type: string, bytes: Buffer): boolean {
  if (/^text\/|[/+](json|xml|javascript|yaml|x-ndjson|ecmascript)$/.test(type)) return true;
  return (type === "" || type === "application/octet-stream") && !bytes.subarray(0, 8_000).includes(0);
}

function sayNoText(type: string, bytes: Buffer): string {
  const shown = type.replaceAll(/[^\w/+.-]/g, "").slice(0, 100) || "of no type";
  return `the answer is not text but ${shown} (${bytes.byteLength.toLocaleString("en-US")} bytes or more)`;
}

function isHtml(type: string, text: string): boolean {
  return (
    type === "text/html" || type === "application/xhtml+xml" || (type === "" && /^\s*<(!doctype|html)/i.test(text))
  );
}

function decode(bytes: Buffer, contentType: string): string {
  const declared =
    /charset\s*=\s*["']?([\w:.-]+)/i.exec(contentType)?.[1] ??
    /<meta[^>]{0,200}charset\s*=\s*["']?([\w:.-]+)/i.exec(bytes.subarray(0, 2_000).toString("latin1"))?.[1];
  try {
    return new TextDecoder(declared ?? "utf-8").decode(bytes);
  } catch {
    return bytes.toString("utf8"); // an encoding that no one knows
  }
}
