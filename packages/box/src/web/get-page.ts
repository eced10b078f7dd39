/**
 * Gets one address over HTTP. Every hop is checked before it is contacted, and the address that was checked is the one
 * that is connected to; redirects, size and time are bounded. Nothing of Reef's goes along: no cookie, and no key but
 * to an address that a person configured, which is then followed nowhere else.
 */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { isMetadataHost } from "@reef/protocol/metadata-address";
import { configuredLookup, isPublicAddress, publicLookup, type Resolve } from "../network/public-address.ts";

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: "GET" | "POST";
  readonly body?: string;
  /** `public`: an address that a bot chose. `configured`: one that a person did, which may be on this machine. */
  readonly reach: "public" | "configured";
  readonly resolve?: Resolve | undefined;
  /** Where a checked address is reached, if not there itself. */
  readonly dial?: ((host: string, port: number) => { readonly host: string; readonly port: number }) | undefined;
}

export type Got =
  | {
      readonly state: "got";
      /** After redirects. */
      readonly url: string;
      readonly status: number;
      readonly contentType: string;
      readonly bytes: Buffer;
      /** True if the rest was too large. */
      readonly isCut: boolean;
    }
  | { readonly state: "failed"; readonly reason: string };

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Contract: never rejects. */
export async function getPage(address: string, options: GetOptions): Promise<Got> {
  let url = address;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const refusal = refuse(url, options);
    if (refusal !== null) return failed(hop === 0 ? refusal : `${address} redirects to ${url}: ${refusal}`);
    try {
      const answer = await ask(new URL(url), options);
      const { location } = answer.headers;
      if (!redirects.has(answer.statusCode ?? 0) || location === undefined)
        return await readAnswer(url, answer, options);
      answer.destroy();
      // What a person configured may hold a key, which is for this address alone (SE8).
      if (options.reach === "configured") return failed(`${address} redirects, which is not followed`);
      if (!URL.canParse(location, url)) return failed(`${address} redirects to an address that is not one`);
      url = new URL(location, url).href;
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }
  return failed(`${address} redirects more than ${maxRedirects} times`);
}

/** Returns why an address is not contacted; null if it may be. Names are checked again when they are resolved. */
function refuse(address: string, { reach }: GetOptions): string | null {
  if (!URL.canParse(address)) return "expected a whole address, such as https://example.com/page";
  const { protocol, hostname, username, password } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return `expected http or https, found ${protocol}//`;
  if (username !== "" || password !== "") return "the address holds a name or password: not sent";
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isMetadataHost(host)) return `${host} serves a cloud machine's keys: not contacted`;
  if (reach === "public" && isIP(host) !== 0 && !isPublicAddress(host))
    return `${host} is an address of this machine or of a private network: not contacted`;
  return null;
}

function ask(url: URL, options: GetOptions): Promise<IncomingMessage> {
  const { signal, reach, resolve, headers = {}, method = "GET", body, dial } = options;
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  const lookup = reach === "public" ? publicLookup(resolve) : configuredLookup(resolve);
  return new Promise((got, reject) => {
    const call = request(
      url,
      {
        method,
        agent: false,
        signal,
        lookup: dial === undefined ? lookup : dialled(lookup, dial),
        maxHeaderSize: 32_768,
        headers: {
          accept: "text/html,application/xhtml+xml,application/json;q=0.9,text/*;q=0.8,*/*;q=0.5",
          "accept-encoding": "gzip, deflate, br",
          "user-agent": "Mozilla/5.0 (compatible; Reef)",
          ...headers,
        },
        ...(dial === undefined ? {} : { port: dial(url.hostname, Number(url.port)).port }),
      },
      got,
    );
    call.on("error", reject);
    call.end(method === "POST" ? body : undefined);
  });
}

/** Checks the name as usual, then connects elsewhere. */
function dialled(lookup: LookupFunction, dial: NonNullable<GetOptions["dial"]>): LookupFunction {
  return (hostname, options, done) =>
    lookup(hostname, { ...options, all: false }, (error, address) => {
      const { host } = dial(String(address), 0);
      if (error !== null) done(error, "", 0);
      else if (options.all === true) done(null, [{ address: host, family: 4 }]);
      else done(null, host, 4);
    });
}

async function readAnswer(url: string, answer: IncomingMessage, { maxBytes, signal }: GetOptions): Promise<Got> {
  const chunks: Buffer[] = [];
  let length = 0;
  const stream = unpack(answer);
  const abort = () => stream.destroy(new Error("stopped"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).byteLength;
      if (length > maxBytes) break;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    answer.destroy();
  }
  const contentType = answer.headers["content-type"] ?? "";
  const bytes = Buffer.concat(chunks).subarray(0, maxBytes);
  return { state: "got", url, status: answer.statusCode ?? 0, contentType, bytes, isCut: length > maxBytes };
}

/** A compressed answer is bounded by what comes out of it. */
function unpack(answer: IncomingMessage): NodeJS.ReadableStream & { destroy(error?: Error): unknown } {
  const encoding = (answer.headers["content-encoding"] ?? "identity").toLowerCase().trim();
  const unpacked =
    encoding === "gzip" || encoding === "x-gzip"
      ? createGunzip()
      : encoding === "deflate"
        ? createInflate()
        : encoding === "br"
          ? createBrotliDecompress()
          : null;
  if (unpacked === null) return answer;
  answer.on("error", (error) => unpacked.destroy(error));
  return answer.pipe(unpacked);
}

function failed(reason: string): Got {
  return { state: "failed", reason };
}
