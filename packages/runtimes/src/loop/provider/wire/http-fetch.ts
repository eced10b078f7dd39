/**
 * Implements `fetch` over node:http, for requests whose answer may take minutes to begin. Node's own fetch gives up
 * after 300 s without a header or a byte, and only a 30 MB package could change that; the watcher of the call decides
 * how long to wait for a model (PR4). Redirects are not followed: a key goes only to the address it was given for
 * (SE8).
 */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { outsideLookup } from "../../../outside-lookup.ts";

// TCP confirms that a connection is alive, however long the server thinks.
const agentOptions = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 16 };
const httpAgent = new HttpAgent(agentOptions);
const httpsAgent = new HttpsAgent(agentOptions);

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal | null;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Breaking off does not close it: `leave` does. */
  readonly body: AsyncIterable<Uint8Array>;
  /**
   * Ends the reading. A body whose rest says nothing is read to its end if that comes immediately, so that its
   * connection can be reused; any other is closed.
   */
  leave(isRead: boolean): void;
}

/**
 * Resolves with the headers. Rejects when the address cannot be reached, and with the signal's reason after an abort.
 */
export async function sendHttp(request: HttpRequest): Promise<HttpResponse> {
  try {
    return await sendOnce(request);
  } catch (error) {
    // The server had closed a kept connection just as it was reused: it never saw the request.
    if (!(error instanceof StaleConnection)) throw error;
    return sendOnce(request);
  }
}

class StaleConnection extends Error {}

function sendOnce({ url, method, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const isTls = url.protocol === "https:";
    const outgoing = (isTls ? requestHttps : requestHttp)(url, {
      method,
      agent: isTls ? httpsAgent : httpAgent,
      lookup: outsideLookup,
      headers: {
        ...headers,
        "accept-encoding": "identity",
        ...(body !== null && { "content-length": Buffer.byteLength(body) }),
      },
    });
    let incoming: IncomingMessage | null = null;
    const onAbort = () => {
      incoming?.destroy();
      outgoing.destroy(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    const release = () => signal?.removeEventListener("abort", onAbort);
    outgoing.once("response", (response) => {
      incoming = response;
      response.once("close", release);
      const body = bodyOf(response);
      resolve({
        status: response.statusCode ?? 0,
        headers: headersOf(response),
        body: body.iterator({ destroyOnReturn: false }),
        leave(isRead) {
          release();
          if (!isRead || body !== response) response.destroy();
          else drain(response);
        },
      });
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      if (incoming !== null) return; // the body's own error reports it
      release();
      reject(outgoing.reusedSocket && error.code === "ECONNRESET" ? new StaleConnection() : error);
    });
    outgoing.end(body ?? undefined);
  });
}

const drainMs = 1_000;

function drain(response: IncomingMessage): void {
  if (response.readableEnded) return;
  const timer = setTimeout(() => response.destroy(), drainMs);
  timer.unref();
  response.once("close", () => clearTimeout(timer)).on("error", () => undefined);
  response.resume();
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    try {
      headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
    } catch {
      // A header that the standard does not allow is not one we read.
    }
  }
  return headers;
}

/** We ask for no compression, but some gateways compress anyway. */
function bodyOf(response: IncomingMessage): Readable {
  const unpack = unpackOf(response.headers["content-encoding"]?.trim().toLowerCase() ?? "");
  if (unpack === null) return response;
  // Errors reach the reader through the stream that it reads.
  return pipeline(response, unpack, () => undefined);
}

function unpackOf(encoding: string) {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
    case "deflate":
      return createInflate();
    default:
      return null;
  }
}
