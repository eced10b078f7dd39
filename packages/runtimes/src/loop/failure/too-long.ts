/**
 * Decides whether words say that a prompt is longer than the model accepts, and finds the limit. Servers word this in
 * dozens of ways and some in their own language, so the test is that some part of a prompt is too much, not one phrase.
 * Words about something else that is too long or too many (an id, an image, requests in a minute, tokens of the answer)
 * do not count.
 */

const subject =
  "(prompt|inputs?|context|tokens?|messages?|conversation|request|history|sequence|content|text|query|body|payload)";
const patterns: readonly RegExp[] = [
  /context[\s_-]*(length|window|size|limit|overflow)|max_?(model|seq|input|prompt|position)_?(len|tokens|embeddings|length)|\bn_ctx\b|context the overflows/i,
  new RegExp(String.raw`\b${subject}\b.{0,60}\b(too|very) (long|large|big|many)\b`, "i"),
  /\btoo (long|large|big|many)\b.{0,20}\b(prompt|input|context|tokens|messages)\b/i,
  new RegExp(
    String.raw`\b${subject}\b.{0,80}\b(exceed|surpass|overflow|go(es)? (over|beyond)|longer than|larger than|greater than|more than (the|its|our|this|\d))`,
    "i",
  ),
  /\b(exceed|surpass)\w*.{0,60}\b(prompt|input|context|token|max(imum)? (length|size|tokens))/i,
  /max(imum)?( allowed)? (prompt|input|sequence|model|context|message)[\s_]*(length|len|size|tokens)/i,
  /(range of input|input) length (should|must)|inputs?\W{0,3} (tokens )?.{0,30}must (be <=|have less)|(less than|no more than|at most|up to) \d[\d,]* (input |prompt |total )?tokens/i,
  /reduce (the )?(length|size|your (prompt|message|input|context)|number of tokens)|shorten (the|your) (prompt|input|message|conversation)/i,
  /\b(prompt|inputs?|context|tokens?)\b.{0,60}\b(only supports|supports? (only|up to))\b/i,
  /expected maxLength: \d{4,}/i,
  /上下文.{0,20}(超|过长|太长|限制)|超(出|过|长).{0,20}(上下文|长度|最大|token)|(输入|消息|提示|内容|文本|prompt|token)[^。]{0,20}(过长|太长|超长|超出|超过)/i,
  /コンテキスト|トークン.{0,20}超|長すぎ|컨텍스트|토큰.{0,20}초과|너무 (길|깁)/,
  /demasiado larg|muito long|longo demais|trop long|troppo lung|zu lang|te lang|слишком длин|za dług/i,
  /(excede|supera|dépasse|überschreit|превыша|przekracza)\S*.{0,60}(context|kontext|token|longitud|longueur|länge|tama|контекст|токен|длин|comprimento)/i,
];

/** Something else is too long or too many. */
const others: readonly RegExp[] = [
  /\b(tool_calls?\b.{0,12}\bid|call[\s_-]?id|tool[\s_-]?use.{0,3}\bid|(tool|function)[\s_.]*name|\.name\b|user name|metadata|file ?name|title)\b/i,
  /\bimages?\b.{0,40}too (large|big|many)|too many images/i,
  /too many (requests|tools|functions|concurrent|connections)|tools?\b.{0,30}(too many|at most|maximum of \d+)/i,
  /^(?!.*(prompt|input|context|messages)).*max_(completion_|output_|new_)?tokens/i,
  /took too long|too long to|timed? ?out|deadline/i,
  /(exceed|over)\w*.{0,30}(quota|budget|credit|billing|spend)/i,
];

const ofTime = /rate[\s_-]?limit|per (second|minute|hour|day)|\b[TR]P[MD]\b/i;

export function isTooLong(words: string): boolean {
  if (ofTime.test(words)) return isOverRateLimit(words);
  return patterns.some((pattern) => pattern.test(words)) && !others.some((pattern) => pattern.test(words));
}

/**
 * Groq and others count a single request against the tokens of a minute: a request larger than all of them never fits,
 * so waiting does not help.
 */
export function isOverRateLimit(words: string): boolean {
  const limit = numberAfter(words, /\blimit:?\s*(\d[\d,]*)/i);
  const requested = numberAfter(words, /\brequested:?\s*(\d[\d,]*)/i);
  return limit !== null && requested !== null && requested > limit && /token/i.test(words);
}

const limits: readonly RegExp[] = [
  />\s*=?\s*(\d[\d,_]*)/,
  /\[\s*\d+\s*,\s*(\d[\d,_]*)\s*\]/,
  /<=?\s*(\d[\d,_]*)/,
  /\bn_ctx\D{0,6}(\d[\d,_]*)/i,
  /(?:context (?:length|window|size|limit)|max(?:imum)? (?:prompt|input|sequence|model|context)?[\s_]*(?:length|len|size|number of tokens)?|max_model_len|token limit|\blimit|up to|at most|less than|only supports?|supports? (?:only|up to)|cannot exceed|上限|最大|上下文长度)[^\d[\]]{0,40}(\d[\d,_]*)/i,
  /(\d[\d,_]*)[\s-]*(?:max(?:imum)?|tokens? (?:max|limit|context))\b/i,
];

/** Returns the tokens that the model accepts, if the words have such a number. */
export function limitIn(words: string): number | null {
  for (const pattern of limits) {
    const limit = numberAfter(words, pattern);
    if (limit !== null && limit >= 1_000 && limit <= 20_000_000) return limit;
  }
  return null;
}

function numberAfter(words: string, pattern: RegExp): number | null {
  const digits = pattern.exec(words)?.[1]?.replace(/[,_]/g, "");
  const number = Number(digits);
  return digits === undefined || digits === "" || !Number.isSafeInteger(number) ? null : number;
}
