/**
 * What went wrong with a model call, in words a person can act on: what was called, what came back, what to do. No
 * secret ever gets into them: keys are struck out, and the provider's error object, which carries the whole request,
 * is not kept as a cause. Its class is known by shape, so that this file loads no provider package.
 */
import { RuntimeFailure } from "@reef/engine/port/runtime";
import { baseUrlOf, type ModelChoice, secretsOf } from "./models.ts";

/**
 * `passing`: may work later. `overflow`: the prompt is longer than the model takes. `answer`: this prompt gets no usable
 * answer. `refused`: no prompt would get one (a wrong key, an unknown model, no credit).
 */
export type FailureKind = "passing" | "overflow" | "answer" | "refused";

export interface CallFailure {
  readonly kind: FailureKind;
  readonly retry: boolean;
  readonly retryAfterMs: number | null;
  readonly message: string;
}

/** A call that ended without an answer that could be used; trying again may help. */
export class UnusableAnswer extends Error {
  readonly retry: boolean;

  constructor(message: string, retry: boolean) {
    super(message);
    this.name = "UnusableAnswer";
    this.retry = retry;
  }
}

/** The end of a model call, after all its tries. */
export class CallError extends RuntimeFailure {
  readonly kind: FailureKind;

  constructor({ kind, message, retry, retryAfterMs }: CallFailure, tries: number) {
    super(tries > 1 ? `${message} (tried ${tries} times)` : message, {
      retry,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
    this.kind = kind;
  }
}

/** `nowMs` places a Retry-After that is a date. */
export function describeFailure(error: unknown, choice: ModelChoice, nowMs: number): CallFailure {
  const where = `model "${choice.modelId}" at ${hostOf(choice)}`;
  const said = redact(textOf(error), choice);
  const make = (kind: FailureKind, message: string, retryAfterMs: number | null = null): CallFailure => ({
    kind,
    retry: kind === "passing",
    retryAfterMs,
    message: `${where} ${message}`,
  });
  if (error instanceof UnusableAnswer) return make(error.retry ? "passing" : "answer", said);

  const status = numberOf(error, "statusCode");
  const isStatus = status !== null && (status < 200 || status >= 300);
  if (isOverflow(said) && (!isStatus || status === 400 || status === 413)) {
    return make(
      "overflow",
      `says that the conversation is longer than it takes: ${said}; lower the bot's contextTokens`,
    );
  }
  if (isStatus) {
    const message = `answered ${status}: ${said}${advice(status, said, choice)}`;
    return make(kindOfStatus(status, said), message, readRetryAfter(error, nowMs));
  }
  switch (kindOfStreamError(error)) {
    case "ours":
      return make("answer", `could not be called: ${said}`);
    case "refused":
      return make("refused", `refused: ${said}`);
    case "unreachable": {
      const address = redact(baseUrlOf(choice.provider), choice);
      return make("passing", `could not be reached: ${said}; is it running, and is the address ${address} right?`);
    }
    case "broken":
      return make("passing", `broke off its answer: ${said}`);
  }
}

function kindOfStatus(status: number, said: string): FailureKind {
  if (isOutOfCredit(said)) return "refused";
  if (isPassing(status)) return "passing";
  return status === 400 || status === 413 || status === 422 ? "answer" : "refused";
}

function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
}

function isOverflow(text: string): boolean {
  return /context.{0,20}(length|window|size)|prompt is too long|too many (input )?tokens|maximum.{0,20}tokens|input is too long/i.test(
    text,
  );
}

function isOutOfCredit(text: string): boolean {
  return /insufficient_quota|exceeded your current quota|credit balance|billing/i.test(text);
}

function advice(status: number, said: string, { providerName }: ModelChoice): string {
  if (isOutOfCredit(said)) return `; the account of provider "${providerName}" needs credit`;
  switch (status) {
    case 401:
    case 403:
      return `; check the API key of provider "${providerName}"`;
    case 404:
      return `; check the model's name and the address of provider "${providerName}"`;
    case 429:
      return `; provider "${providerName}" limits how often it may be asked`;
    default:
      return "";
  }
}

type StreamErrorKind = "ours" | "refused" | "unreachable" | "broken";

function kindOfStreamError(error: unknown): StreamErrorKind {
  const name = error instanceof Error ? error.name : "";
  if (
    /^AI_(InvalidPrompt|UnsupportedFunctionality|LoadAPIKey|LoadSetting|InvalidArgument|NoSuchModel)Error$/.test(name)
  ) {
    return "ours";
  }
  // An error event inside the stream: the provider's own type is all there is.
  const type = stringOf(error, "type") ?? stringOf(objectOf(error, "error"), "type") ?? "";
  if (/invalid_request|authentication|permission|not_found|billing/.test(type)) return "refused";
  if (name === "AI_APICallError" && numberOf(error, "statusCode") === null) return "unreachable";
  return "broken";
}

function readRetryAfter(error: unknown, nowMs: number): number | null {
  const headers = objectOf(error, "responseHeaders");
  const ms = Number.parseFloat(stringOf(headers, "retry-after-ms") ?? "");
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const value = stringOf(headers, "retry-after");
  if (value === null) return null;
  if (/^\s*[\d.]+\s*$/.test(value)) return Number.parseFloat(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  const inner = objectOf(error, "error") ?? error;
  return stringOf(inner, "message") ?? (typeof error === "string" ? error : JSON.stringify(error)) ?? "no reason given";
}

/** Short, in one line, without keys: not ours, and nothing that looks like one. */
function redact(text: string, { provider }: ModelChoice): string {
  let clean = text;
  for (const secret of secretsOf(provider)) clean = clean.replaceAll(secret, "[key]");
  return clean
    .replace(/\b(sk|pk|key|api|token)[-_][\w*.…-]{6,}/gi, "[key]")
    .replace(/\bBearer\s+\S+/gi, "Bearer [key]")
    .replace(/([?&](?:api[-_]?key|key|token)=)[^&\s"]+/gi, "$1[key]")
    .replace(/\/\/[^/@\s]+@/g, "//")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
}

function hostOf({ provider }: ModelChoice): string {
  return URL.canParse(baseUrlOf(provider)) ? new URL(baseUrlOf(provider)).host : "an unreadable address";
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function stringOf(value: unknown, key: string): string | null {
  const field = fieldOf(value, key);
  return typeof field === "string" ? field : null;
}

function numberOf(value: unknown, key: string): number | null {
  const field = fieldOf(value, key);
  return typeof field === "number" ? field : null;
}

function objectOf(value: unknown, key: string): object | null {
  const field = fieldOf(value, key);
  return typeof field === "object" ? field : null;
}
