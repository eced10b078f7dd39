/** Sends calls of embedders with Node's own fetch, for tests of requests and answers. */
import type { SendHttp } from "../embedding/http.ts";

export const sendByFetch: SendHttp = async ({ url, ...request }) => {
  const { status, headers, body } = await fetch(url, { ...request, redirect: "manual" });
  return {
    status,
    headers,
    body: body ?? (async function* () {})(),
    leave: () => void body?.cancel().catch(() => undefined),
  };
};
