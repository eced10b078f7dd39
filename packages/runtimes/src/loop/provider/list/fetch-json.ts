/**
 * Requests JSON from a model server within bounds of time and size, and says in one sentence what was wrong with any
 * other answer. A redirect is not followed: it would take the key to another address (SE8).
 */

import { assertOutside } from "../../../outside-lookup.ts";
import { baseUrlOf } from "../../models.ts";
import type { ProviderSettings } from "../../settings.ts";
import { chooseProfile } from "../choose-profile.ts";
import { textOf, toFields } from "./fields.ts";
import { ListFailure } from "./listed-model.ts";
import { strikeSecrets } from "./strike-secrets.ts";

export interface Ask {
  readonly provider: ProviderSettings;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** The whole body of a POST; a GET without it. */
  readonly body?: unknown;
}

const maxBytes = 10 * 2 ** 20;

/** Rejects with `ListFailure`, or with the signal's reason. */
export async function fetchJson(url: string, { provider, signal, timeoutMs, body }: Ask): Promise<unknown> {
  const host = new URL(url).host;
  const say = (text: string) => strikeSecrets(text, provider);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    await assertOutside(url);
    const response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout]),
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headersOf(provider),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await readText(response, host);
    assertAnswered({ response, text, host, say });
    return parse(text, { host, say });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ListFailure) throw error;
    if (timeout.aborted) {
      throw new ListFailure("unreachable", `${host} did not answer within ${Math.round(timeoutMs / 1000)} seconds.`);
    }
    throw new ListFailure("unreachable", say(sayUnreachable(error, host)));
  }
}

/** Sends the key as the dialect expects it. */
function headersOf(provider: ProviderSettings): Readonly<Record<string, string>> {
  const { kind, apiKey, headers = {} } = provider;
  const { auth, wire } = chooseProfile({ kind, baseUrl: baseUrlOf(provider), modelId: "" });
  const version: Record<string, string> = wire === "anthropic" ? { "anthropic-version": "2023-06-01" } : {};
  if (apiKey === undefined) return { ...version, ...headers };
  const key: Record<string, string> = auth === "bearer" ? { authorization: `Bearer ${apiKey}` } : { [auth]: apiKey };
  return { ...version, ...key, ...headers };
}

async function readText(response: Response, host: string): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new ListFailure("answer", `${host} answered with more than ${maxBytes / 2 ** 20} MiB.`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

interface Answered {
  readonly response: Response;
  readonly text: string;
  readonly host: string;
  say(text: string): string;
}

function assertAnswered({ response, text, host, say }: Answered): void {
  const { status } = response;
  if (status >= 300 && status < 400) {
    const to = response.headers.get("location") ?? "another address";
    const target = URL.canParse(to, response.url) ? new URL(to, response.url).origin : "another address";
    throw new ListFailure("answer", say(`${host} redirects to ${target}: enter the final address.`));
  }
  const said = text.trim() === "" || isHtml(text) ? "" : `: ${say(saidBy(text))}`;
  if (status === 401 || status === 403) throw new ListFailure("refused", `The key was refused (${status})${said}`);
  if (isHtml(text)) {
    throw new ListFailure(
      status === 404 ? "missing" : "website",
      `${host} answered with a web page: this is a website, not a model server. Check the address${/\/v\d/.test(response.url) ? "." : "; most end in /v1."}`,
    );
  }
  if (status === 404 || status === 405)
    throw new ListFailure("missing", `Nothing answers at ${response.url} (${status})${said}`);
  if (status < 200 || status >= 300) throw new ListFailure("answer", `${host} answered ${status}${said}`);
}

function parse(text: string, { host, say }: Pick<Answered, "host" | "say">): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const words = text.trim().slice(0, 80);
    throw new ListFailure("answer", say(`${host} answered something that is not JSON: ${words || "nothing at all"}`));
  }
}

function isHtml(text: string): boolean {
  return /^\s*(<!doctype html|<html|<head|<body)/i.test(text);
}

/** Returns a server's own words on what was wrong, in any shape. */
function saidBy(text: string): string {
  try {
    const fields = toFields(JSON.parse(text));
    const error = toFields(fields.error);
    const words =
      textOf(error.message) ??
      textOf(fields.error) ??
      textOf(fields.message) ??
      textOf(fields.detail) ??
      textOf(fields.msg);
    return words ?? text;
  } catch {
    return text;
  }
}

function sayUnreachable(error: unknown, host: string): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = String(toFields(cause).code ?? "");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `There is no server named ${host}: check the address.`;
  if (code === "EACCES")
    return `${host} resolves to a link-local address, where no model server runs: it was not contacted.`;
  if (code === "ECONNREFUSED") return `Nothing is listening at ${host}: is the server running, and is the port right?`;
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code))
    return `The TLS certificate of ${host} is not trusted (${code}).`;
  if (/SSL|TLS|EPROTO/.test(code)) return `${host} does not speak TLS: try http:// in place of https://.`;
  if (code === "ECONNRESET" || code === "UND_ERR_SOCKET") return `${host} closed the connection without an answer.`;
  if (/TIMEOUT|TIMEDOUT/.test(code)) return `${host} did not answer in time.`;
  if (/UNREACH/.test(code)) return `${host} cannot be reached from this machine (${code}).`;
  const words = cause instanceof Error ? cause.message : "";
  if (words === "bad port") return `${host}: no web server may use this port, so it cannot be contacted.`;
  return `${host} could not be contacted${words === "" ? "." : `: ${words}`}`;
}
