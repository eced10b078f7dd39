/**
 * Converts a refusal of a request to a correction of the provider's profile, with which the same call may work. Each
 * correction is made once and kept for the model, so a server refuses a thing only once (PR2).
 */
import type { ProfileCorrection, Wire } from "../provider/profile.ts";

/** The parts of the request that a correction could change. */
export interface SentRequest {
  readonly wire: Wire;
  /** Names of the body's fields. */
  readonly fields: readonly string[];
  readonly hasTools: boolean;
  readonly hasImages: boolean;
}

/** Returns null when the words name nothing that could be changed. */
export function correctionIn(words: string, sent: SentRequest): ProfileCorrection | null {
  return (
    outputLimit(words, sent) ??
    toolsRefused(words, sent) ??
    callIds(words) ??
    imagesRefused(words, sent) ??
    roles(words) ??
    emptyContent(words) ??
    reasoning(words) ??
    refusedField(words, sent)
  );
}

const asChat: ProfileCorrection = { wire: "chat", toolImages: "after", outputLimitField: "max_tokens" };

/**
 * Guesses a correction from words that name a part of the request without saying what is wrong with it. A guess is
 * tried once, and forgotten when the call still fails.
 */
export function guessIn(words: string, { hasImages, hasTools }: SentRequest): ProfileCorrection | null {
  if (hasImages) return { vision: false };
  if (/\b(system|developer)\b/i.test(words)) return { system: false };
  if (/\broles?\b/i.test(words)) return { userAfterTool: false, system: false };
  return hasTools && /\b(tools?|functions?|tool_\w+|function_\w+)\b/i.test(words) ? { tools: false } : null;
}

/** Handles a server under OpenAI's name without the Responses API: all of them support chat completions. */
export function chatInstead(status: number, words: string, { wire }: SentRequest): ProfileCorrection | null {
  if (wire !== "responses" || ![404, 405, 501].includes(status)) return null;
  // A missing model is missing on every path.
  if (/\bmodels?\b/i.test(words) && !/responses/i.test(words)) return null;
  return asChat;
}

const refusal =
  /unsupported|not (be )?(supported|allowed|permitted|accepted|valid|available|compatible|implemented|enabled)|unrecognized|unknown|unexpected|extra (inputs?|fields?|keys?)|additional propert|no such (field|param)|does(n't| not) (support|accept|allow|take)|invalid (param|argument|field|key|value)|not (in|part of|defined in) (the |this )?(schema|model|api|request)|not (recogni[sz]ed|expected|known|defined|understood)|is not (a )?(valid|known|recogni[sz]ed)|only the default|forbidden|deprecated|disabled|must not|cannot be (set|used)|nicht (unterstützt|erlaubt)|не поддерж|不支持/i;

/** Returns another name or a lower maximum for the answer's limit. */
export function outputLimit(words: string, { fields }: SentRequest): ProfileCorrection | null {
  if (!/max_(completion_|output_|new_)?tokens/i.test(words)) return null;
  const isNew = fields.includes("max_completion_tokens");
  const isOld = fields.includes("max_tokens");
  const wantsNew = /use ['"`]?max_completion_tokens/i.test(words);
  if (isOld && (wantsNew || (refusal.test(words) && /\bmax_tokens\b/.test(words)))) {
    return { outputLimitField: "max_completion_tokens" };
  }
  if (isNew && !wantsNew && refusal.test(words) && /max_completion_tokens/.test(words)) {
    return { outputLimitField: "max_tokens" };
  }
  const most =
    /max_(?:completion_|output_|new_)?tokens\D.{0,100}?(?:at most|less than or equal to|<=|cannot exceed|limit(?: is| of)?|maximum(?: value)?(?: of| is|:)?|must be (?:less than|below|under|between \d+ and)|\[\s*\d+\s*,)\D{0,20}(\d{2,7})/i.exec(
      words,
    );
  const limit = Number(most?.[1]);
  // The following text may be about something else: Groq adds that the maximum is less than the context window.
  const isOfAnswer = most !== null && !/context|prompt|input/i.test(words.slice(0, most.index + most[0].length + 40));
  return isOfAnswer && limit >= 16 ? { maxOutputTokens: limit } : null;
}

/**
 * For a server that finds the answer's limit and the prompt together too long, returns a limit that leaves three
 * quarters to the prompt. Null when the prompt itself takes more than that.
 */
export function outputRoom(words: string): number | null {
  const together =
    /max_(?:completion_)?tokens.*maximum context length (?:is|of) (\d+).{0,80}?\b(\d+) input tokens/i.exec(words);
  const context = Number(together?.[1]);
  return Number(together?.[2]) <= context * 0.75 ? Math.floor(context / 4) : null;
}

const toolWords = String.raw`\btools\b|\btool[\s_-]?(use|usage|calls?|calling)\b|\bfunction[\s_-]?call(s|ing)?\b|工具|函数调用|ツール`;

const unavailable = String.raw`(not|n't|un)[\s-]?(be )?(supported|allowed|available|enabled|implemented)|unsupported|disabled|nicht (unterstützt|erlaubt)|non (supporté|pris en charge|supportat)|no (es )?(compatible|soportad|admite)|не поддерж|不支持|サポートされていません|지원하지`;

function toolsRefused(words: string, { hasTools, fields }: SentRequest): ProfileCorrection | null {
  // Some servers support tools, but not in a stream.
  if (fields.includes("stream") && /\bstream(ing|ed)?\b/i.test(words)) return null;
  if (fields.includes("parallel_tool_calls") && /parallel/i.test(words)) return null;
  // A refused schema does not mean that tools are refused.
  if (!hasTools || /schema|parameters|tools?[.[]\s?\d/i.test(words)) return null;
  const isSaid =
    /(does(n't| not)|cannot|can't|not able to|do not) (support|allow|accept|use|handle)[^.]{0,30}\b(tools?|function[\s_-]?call|functions\b)/i.test(
      words,
    ) ||
    /\b(tools?|tool[\s_-]?(use|calls?|calling)|function[\s_-]?call(s|ing)?|functions?)['"`]?( \w+)? (is|are|was) ?(not|n't|un)[\s-]?(supported|enabled|available|allowed)/i.test(
      words,
    ) ||
    /no endpoints found that support tool use|--jinja|enable-auto-tool-choice|tool-call-parser|without tool (support|parser)/i.test(
      words,
    ) ||
    /(unsupported|unrecognized|unknown|unexpected|extra|invalid)[^.]{0,40}['"`\s.]tools['"`\s:,.]|['"`]?tools['"`]?:? (extra inputs|unexpected|not permitted)|不支持.{0,12}(工具|函数)/i.test(
      words,
    );
  // In any language: a word for tools and a word for “unavailable”, close together.
  const isNear =
    !/parallel|multiple|several|strict/i.test(words) &&
    new RegExp(`(${toolWords}).{0,60}(${unavailable})|(${unavailable}).{0,40}(${toolWords})`, "i").test(words);
  // Perhaps only the choice is refused.
  const isChoice =
    fields.includes("tool_choice") && /tool_choice/.test(words) && !/auto-tool-choice|\btools\b/.test(words);
  return (isSaid || isNear) && !isChoice ? { tools: false } : null;
}

/** True when one picture is at fault; whether the model sees pictures is another matter. */
export function isOfOnePicture(words: string): boolean {
  return (
    /image|picture/i.test(words) &&
    /decod|corrupt|truncat|too (large|small|big|many)|exceed|dimension|resolution|pixels|download|fetch|base64|could not (be )?(read|process|open)/i.test(
      words,
    )
  );
}

function imagesRefused(words: string, { hasImages }: SentRequest): ProfileCorrection | null {
  if (!hasImages || isOfOnePicture(words)) return null;
  const isSaid =
    /(does(n't| not)|cannot|can't|do not|not) (support|accept|take|allow|process|read|see|handle)[^.]{0,60}(image|vision|visual|picture|multi-?modal)/i.test(
      words,
    ) ||
    /content (parts?|types?|blocks?) other than ['"`]?text|only ['"`]?text['"`]? (content|parts?|inputs?|messages?) (is|are|can)/i.test(
      words,
    ) ||
    /(image|vision|multi-?modal)[^.]{0,80}(not (supported|enabled|allowed|available|accepted)|unsupported|unknown variant|only (text|supported)|disabled)/i.test(
      words,
    ) ||
    /(unknown variant|unsupported|unexpected|invalid)[^.]{0,60}image|no endpoints found that support image|mmproj|not a (multimodal|vision)|content[^.]{0,40}(must|should) be a (valid )?string|invalid type: (sequence|map), expected a string|不支持.{0,12}(图|视觉|多模态)/i.test(
      words,
    );
  return isSaid ? { vision: false } : null;
}

function callIds(words: string): ProfileCorrection | null {
  if (!/call[\s_.-]?id|tool_calls?\W.{0,20}\bid\b|tool_use.{0,3}id|tool_use_id/i.test(words)) return null;
  const exact = /length of (\d{1,3})\b|\]\{(\d{1,3})\}/i.exec(words);
  if (exact) {
    const callIdLength = Number(exact[1] ?? exact[2]);
    return { callIdAlphabet: "alphanumeric", callIdLength, isCallIdLengthExact: true };
  }
  const most = /max(?:imum)?[\s_-]*length\D{0,8}(\d{1,3})\b|at most (\d{1,3}) char/i.exec(words);
  const length = Number(most?.[1] ?? most?.[2]);
  if (length >= 8) return { callIdLength: length };
  return /pattern|letters|alphanumeric|invalid/i.test(words)
    ? { callIdAlphabet: "alphanumeric", callIdLength: 32 }
    : null;
}

function roles(words: string): ProfileCorrection | null {
  if (
    /unexpected role ['"`]?user['"`]? after|roles? must alternate|must alternate|after role ['"`]?tool/i.test(words)
  ) {
    return { userAfterTool: false };
  }
  return /system['"`]? (role|message|prompt|instruction)s?( is| are)? not (supported|allowed|available|enabled|accepted|permitted)|developer instruction is not|only user(,| and| or)? (and )?(assistant|model)\b.{0,20}roles? (is|are) (supported|allowed)|(does(n't| not) support|unsupported|unknown) (the )?(role )?['"`]?system/i.test(
    words,
  )
    ? { system: false }
    : null;
}

/** Returns what replaces the text of an answer that holds only calls. */
function emptyContent(words: string): ProfileCorrection | null {
  if (!/content/i.test(words)) return null;
  if (
    /content[^.;]{0,60}(must be|should be|expected|needs to be) (a |an )?(valid )?(string|text)|expected (a )?string,? (but )?(got|found|received) (null|none|undefined)|content[^.;]{0,40}(null|None)/i.test(
      words,
    )
  ) {
    return { callsWithoutText: "empty" };
  }
  return /(empty content|content[^.;]{0,40}(must not|cannot|can't|may not|should not) be empty|content[^.;]{0,30}(must be )?non-?empty)[^;]*/i.test(
    words,
  )
    ? { callsWithoutText: "null" }
    : null;
}

function reasoning(words: string): ProfileCorrection | null {
  if (/thought_?signature/i.test(words) && /missing|required|must/i.test(words)) {
    // The value that Google specifies for calls that its model did not make.
    return { foreignSignature: "skip_thought_signature_validator" };
  }
  // The key of another account, or a server that forgot: sealed data is no longer usable.
  if (
    /corrupted thought signature|thought[ _]?signature[^.]{0,40}(invalid|not valid|could not|cannot)|invalid thought[ _]?signature/i.test(
      words,
    )
  ) {
    return { signaturesBack: false, foreignSignature: "skip_thought_signature_validator" };
  }
  if (
    /invalid_encrypted_content|encrypted content[^.]{0,80}(could not|cannot)|signature[^.]{0,20}thinking|thinking[^.]{0,20}signature/i.test(
      words,
    )
  ) {
    return { reasoningBack: "none", needsReasoning: "never" };
  }
  const field = /\b(reasoning_content|reasoning)\b/i.exec(words)?.[1]?.toLowerCase();
  if (field === undefined || !/reasoning_content|reasoning['"`]/i.test(words)) return null;
  if (/passed back|must be (passed|provided|included|present|set)|is missing|missing|is required/i.test(words)) {
    return { reasoningBack: "all", needsReasoning: "with-calls", reasoningField: field };
  }
  return refusal.test(words) && /messages?|assistant/i.test(words)
    ? { reasoningBack: "none", needsReasoning: "never" }
    : null;
}

/** Without these there is no request. */
const essential = new Set(["model", "messages", "input", "tools", "max_tokens", "max_completion_tokens", "system"]);

/** Without a stream its options have no meaning; a whole body is accepted too. */
const withoutStream: ProfileCorrection = { refusedFields: ["stream", "stream_options"] };

function refusedField(words: string, { fields }: SentRequest): ProfileCorrection | null {
  if (!refusal.test(words)) return null;
  if (fields.includes("stream") && /\bstream(ing|ed)?\b/i.test(words) && !/stream_options/.test(words)) {
    return withoutStream;
  }
  const names = fields.filter((name) => !essential.has(name));
  const field = names.find((name) => new RegExp(`(^|[^\\w.]|\\bbody\\.)${name}([^\\w]|$)`, "i").test(words));
  return field === undefined ? null : { refusedFields: [field] };
}

/** Returns the known correction with the new one merged; null when there is nothing new in it. */
export function joinCorrections(known: ProfileCorrection, next: ProfileCorrection): ProfileCorrection | null {
  // A server that still misses a thought when each call has one wants it with every answer.
  const isMissedAgain = next.needsReasoning === "with-calls" && known.needsReasoning === "with-calls";
  const joined: ProfileCorrection = {
    ...known,
    ...next,
    ...(isMissedAgain && { needsReasoning: "always" }),
    ...(next.refusedFields && { refusedFields: [...new Set([...(known.refusedFields ?? []), ...next.refusedFields])] }),
  };
  const isNew = Object.entries(joined).some(([key, value]) => !isSame(value, known[key as keyof ProfileCorrection]));
  return isNew ? joined : null;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
