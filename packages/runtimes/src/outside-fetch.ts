/**
 * Implements `fetch` for servers outside: a name that leads to a metadata address is not contacted, and no redirect is
 * followed, since a secret goes only to the address it was given for (SE8).
 */
import { sendHttp } from "./loop/provider/wire/http-fetch.ts";

export const outsideFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  const answer = await sendHttp({
    url: new URL(request.url),
    method: request.method,
    headers: Object.fromEntries(request.headers),
    body,
    signal: request.signal,
  });
  const hasBody = request.method !== "HEAD" && ![204, 205, 304].includes(answer.status);
  const stream = hasBody ? ReadableStream.from(answer.body) : null;
  if (!hasBody) answer.leave(false);
  return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>> | null, {
    status: answer.status,
    headers: answer.headers,
  });
};
