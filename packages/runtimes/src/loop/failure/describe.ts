/**
 * Describes a failed model call in words a person can act on: what was called, what the server said, what to do. They
 * never contain a secret, and the provider's own error object, which has the whole request, is not kept.
 */
import { baseUrlOf, type ModelChoice } from "../models.ts";
import { NotModelServer, ServerError } from "../provider/wire/server-error.ts";
import { type CallFailure, type FailureKind, UnusableAnswer } from "./call-error.ts";
import { chatInstead, correctionIn, guessIn, outputLimit, outputRoom, type SentRequest } from "./correction.ts";
import { redact } from "./redact.ts";
import { readRetryAfter } from "./retry-after.ts";
import { isOverRateLimit, isTooLong, limitIn } from "./too-long.ts";

export interface FailureContext {
  readonly choice: ModelChoice;
  /** The current time, for a Retry-After that is a date. */
  readonly nowMs: number;
  readonly sent: SentRequest;
}

export function describeFailure(error: unknown, context: FailureContext): CallFailure {
  const { choice } = context;
  if (error instanceof UnusableAnswer) return describeUnusable(error, choice);
  if (error instanceof ServerError) return describeServerError(error, context);
  const said = redact(wordsOfError(error), choice);
  if (error instanceof NotModelServer) {
    const message = `is not a model server's: it answered with ${said}; check the address of provider "${choice.providerName}"`;
    return failure("refused", `the address ${addressOf(choice)} ${message}`);
  }
  if (error instanceof Error && /^AI_/.test(error.name) && !isNetworkError(error)) {
    return failure("answer", `${whereOf(choice)} could not be called: ${said}`);
  }
  if (isUnreachable(error)) {
    const message = `could not be reached: ${said}; is it running, and is the address ${addressOf(choice)} right?`;
    return failure("passing", `${whereOf(choice)} ${message}`, { isUnreachable: true });
  }
  if (isBadTarget(error)) {
    const message = `could not be reached: ${said}; check the address ${addressOf(choice)} of provider "${choice.providerName}"`;
    return failure("refused", `${whereOf(choice)} ${message}`);
  }
  return failure("passing", `${whereOf(choice)} broke off its answer: ${said}`);
}

function failure(kind: FailureKind, message: string, more: Partial<CallFailure> = {}): CallFailure {
  return {
    kind,
    message,
    retryAfterMs: null,
    correction: null,
    guess: null,
    contextTokens: null,
    mostTries: null,
    isFinal: false,
    isRateLimit: false,
    isUnreachable: false,
    isLoading: false,
    ...more,
  };
}

function describeUnusable(error: UnusableAnswer, choice: ModelChoice): CallFailure {
  const message = `${whereOf(choice)} ${redact(error.message, choice)}`;
  switch (error.kind) {
    case "broken":
    case "bare":
      return failure("passing", message);
    case "silent":
      return failure("passing", message, { mostTries: 2 });
    case "empty":
      return failure("passing", message, { mostTries: 2, isFinal: true });
    case "overflow":
      return failure("overflow", message);
    case "filtered":
    case "cut":
      return failure("answer", message);
  }
}

function describeServerError(error: ServerError, { choice, nowMs, sent }: FailureContext): CallFailure {
  const { status, headers, hint } = error;
  const words = error.message;
  const said = redact(words, choice);
  const came = status >= 200 && status < 300 ? `failed inside its answer: ${said}` : `answered ${status}: ${said}`;
  const message = `${whereOf(choice)} ${came}`;
  const isRate = status === 429;
  const room = mayBeMended(status) ? outputRoom(words) : null;
  if (room !== null) return failure("answer", message, { correction: { maxOutputTokens: room } });
  // A limit of the answer is not one of the prompt, though the context window is named beside it.
  const limit = mayBeMended(status) && !isRate ? outputLimit(words, sent) : null;
  if (limit !== null) return failure("answer", message, { correction: limit });
  if (hint === "overflow" || (isRate ? isOverRateLimit(words) : canBeTooLong(status) && isTooLong(words))) {
    const long = `${whereOf(choice)} says that the conversation is longer than it accepts: ${said}; lower the bot's contextTokens`;
    return failure("overflow", long, { contextTokens: limitIn(words) });
  }
  if (hint === "endless") return failure("answer", message);
  if (hint === "malformed" || isMalformedCall(words)) return failure("malformed", message);
  const isKnown = /^https?:\/\/api\.openai\.com(:|\/|$)/.test(baseUrlOf(choice.provider));
  const otherWire = isKnown ? null : chatInstead(status, words, sent);
  const correction = otherWire ?? (mayBeMended(status) ? correctionIn(words, sent) : null);
  if (correction !== null) return failure("answer", message, { correction });
  if (status === 413) return failure("overflow", message);
  const kind = hint === "passing" ? "passing" : kindOf(status, words);
  const retryAfterMs = kind === "passing" ? readRetryAfter(headers, words, nowMs) : null;
  const isLoading = kind === "passing" && status >= 400 && isLoadingModel(words);
  const guess = kind === "unexplained" ? guessIn(words, sent) : null;
  return failure(kind, `${message}${adviceFor(status, words, choice)}`, {
    retryAfterMs,
    isRateLimit: isRate && kind === "passing",
    isLoading,
    guess,
  });
}

function isLoadingModel(words: string): boolean {
  return /\b(loading|load) (the )?model|model\b.{0,60}\b(is|still|being|currently|not yet) (\w+ )?(loading|loaded|starting|warming|initiali[sz])|(warming|starting|spinning) up|cold start/i.test(
    words,
  );
}

function canBeTooLong(status: number): boolean {
  return status < 300 || [400, 404, 406, 409, 413, 414, 416, 422, 431, 500, 502].includes(status);
}

function mayBeMended(status: number): boolean {
  return status < 300 || [400, 404, 405, 415, 422, 501].includes(status) || status === 500;
}

function isMalformedCall(words: string): boolean {
  return /tool_use_failed|failed to call a function|malformed_?(function|tool)_?call|tool call validation failed|failed_generation|failed to parse (tool|function) call|invalid tool call generated|output_parse_failed|error parsing tool call|failed to parse input at pos/i.test(
    words,
  );
}

function kindOf(status: number, words: string): FailureKind {
  if (isOutOfCredit(words)) return "refused";
  if (status < 300) return kindOfWords(words);
  if ([408, 409, 425, 429, 498, 499].includes(status)) return "passing";
  // 511: a captive portal is in between.
  if (status >= 500) return [501, 505, 511].includes(status) ? "refused" : "passing";
  return status === 400 || status === 422 ? "unexplained" : "refused";
}

/** For an error inside an answer, only the provider's own type is known. */
function kindOfWords(words: string): FailureKind {
  if (
    /authentication|unauthorized|permission|not_found|no such model|billing|invalid api key|model_not_found/i.test(
      words,
    )
  ) {
    return "refused";
  }
  return /invalid_(request|argument|prompt|image|value|parameter)|bad_?request|invalid request/i.test(words)
    ? "unexplained"
    : "passing";
}

/** A temporary limit is not an empty account, though it links to the page where more can be bought. */
function isOutOfCredit(words: string): boolean {
  if (
    /rate[\s_-]?limit(ed)? (reached|exceeded)|(tokens|requests) per (second|minute|day)|(re)?try (again )?in \d/i.test(
      words,
    )
  ) {
    return false;
  }
  return /insufficient[_ ](quota|balance|credits?|funds)|exceeded your current quota|credit balance|billing (details|hard limit|not active|is not)|out of credits?|余额不足|欠费|payment required/i.test(
    words,
  );
}

function adviceFor(status: number, words: string, { providerName, modelId }: ModelChoice): string {
  if (isOutOfCredit(words) || status === 402) return `; the account of provider "${providerName}" needs credit`;
  switch (status) {
    case 401:
      return `; check the API key of provider "${providerName}"`;
    case 403:
      return `; check the API key of provider "${providerName}", and whether it may use the model`;
    case 404:
    case 405:
      return `; check the model's name, "${modelId}", and the address of provider "${providerName}"`;
    case 429:
      return `; provider "${providerName}" limits how often it may be called`;
    default:
      return status >= 300 && status < 400 ? `; set the address of provider "${providerName}" to where it moved` : "";
  }
}

function isNetworkError(error: unknown): boolean {
  return codeOf(error) !== null;
}

function isUnreachable(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EADDRNOTAVAIL)$/.test(code);
}

/** No trusted certificate, no HTTP there, or no address at all: the next try would fail the same way. */
function isBadTarget(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HPE_|ERR_INVALID|EPROTO|ERR_UNESCAPED)/.test(code);
}

function codeOf(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === "string") return code;
    const first = at instanceof AggregateError ? (at.errors[0] as NodeJS.ErrnoException | undefined) : undefined;
    if (typeof first?.code === "string") return first.code;
  }
  return null;
}

function wordsOfError(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return wordsOfError(error.errors[0]);
  if (error instanceof Error) return error.message || codeOf(error) || error.name;
  return String(error);
}

function whereOf({ provider, modelId }: ModelChoice): string {
  const url = baseUrlOf(provider);
  return `model "${modelId}" at ${URL.canParse(url) ? new URL(url).host : "an unreadable address"}`;
}

function addressOf(choice: ModelChoice): string {
  return redact(baseUrlOf(choice.provider), choice);
}
