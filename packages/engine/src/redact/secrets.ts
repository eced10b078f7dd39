/**
 * SE5: blacks out secrets in text that is taken over from elsewhere, before it is kept. It knows the forms of
 * providers' keys and what follows a word such as “password”; it cannot recognise a secret that looks like prose. Every
 * part of a pattern before its fixed letters is bounded, so that the time stays linear in the text's length (SE7).
 */

export interface Redacted<Value> {
  readonly value: Value;
  /** How many were blacked out. */
  readonly count: number;
}

interface Form {
  readonly name: string;
  readonly pattern: RegExp;
}

const forms: readonly Form[] = [
  { name: "private key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g },
  { name: "key", pattern: /\b(?:sk|pk|rk)-(?:ant-|proj-|or-|svcacct-)?[A-Za-z0-9_-]{20,}/g },
  { name: "key", pattern: /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g },
  { name: "token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,})/g },
  { name: "token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g },
  { name: "key", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { name: "key", pattern: /\bAIza[A-Za-z0-9_-]{30,}/g },
  {
    name: "key",
    pattern: /\b(?:gsk_|hf_|npm_|nvapi-|sbp_|r8_|dop_v1_|lin_api_|shpat_|ntn_|tvly-|pplx-|xai-)[A-Za-z0-9_-]{20,}/g,
  },
  { name: "key", pattern: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g },
  { name: "token", pattern: /\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,}/g },
  { name: "bot token", pattern: /\b\d{8,12}:[A-Za-z0-9_-]{34,36}(?![A-Za-z0-9_-])/g },
];

/** Matches `Bearer …`, `password: …`, `API_KEY="…"`: the value is blacked out, the word stays. */
const named =
  /((?:\bbearer|\b[\w-]{0,60}(?:api[_-]?key|secret|passwo?rd|passphrase|access[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|bot[_-]?token|private[_-]?key|anon[_-]?key|service[_-]?(?:role[_-]?)?key|signing[_-]?key|encryption[_-]?key)|\b[\w-]{0,60}_token|\btoken(?=["']?\s*[:=]))["']?\s*(?:[:=]\s*|\s)["']?)([^\s"'`,;<>{}()[\]]{8,})/gi;
const namedWords = /key|secret|passw|passphrase|token|bearer/i;
const inUrl = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]{1,200}:)([^\s/@]{3,400})(?=@)/gi;

export function redactSecrets(text: string): Redacted<string> {
  let count = 0;
  const black = (name: string) => {
    count += 1;
    return `[redacted ${name}]`;
  };
  let value = text;
  for (const { name, pattern } of forms) value = value.replace(pattern, () => black(name));
  value = value.replace(inUrl, (_all, before: string) => `${before}${black("password")}`);
  // Most texts have none of these words, and matching around them costs more than everything else.
  if (!namedWords.test(value)) return { value, count };
  value = value.replace(named, (all, before: string, secret: string) =>
    looksSecret(before, secret) ? `${before}${black("secret")}` : all,
  );
  return { value, count };
}

/**
 * Blacks out secrets in every text of a JSON value; names stay. A value nested deeper than a hundred levels is removed
 * whole.
 */
export function redactJson(given: unknown, depth = 0): Redacted<unknown> {
  if (typeof given === "string") return redactSecrets(given);
  if (typeof given !== "object" || given === null) return { value: given, count: 0 };
  if (depth >= 100) return { value: "[redacted: too deep]", count: 1 };
  const parts = Object.entries(given).map(([name, value]): readonly [string, Redacted<unknown>] => {
    const isNamed = typeof value === "string" && looksSecret(`${name}:`, value) && secretName.test(name);
    return [name, isNamed ? { value: "[redacted secret]", count: 1 } : redactJson(value, depth + 1)];
  });
  const count = parts.reduce((sum, [, part]) => sum + part.count, 0);
  if (Array.isArray(given)) return { value: parts.map(([, { value }]) => value), count };
  return { value: Object.fromEntries(parts.map(([name, { value }]) => [name, value])), count };
}

const secretName = /(?:api[_-]?key|secret|passwo?rd|passphrase|token|private[_-]?key|authorization)$/i;

/** “token is missing” is prose: after a mere space, a secret must have a digit and be long. */
function looksSecret(before: string, secret: string): boolean {
  if (secret.startsWith("[redacted") || /^(?:\$\{?|process\.|env[.[]|<|\*{3,}|xxx)/i.test(secret)) return false;
  const isSaid = /[:=]\s*["']?$/.test(before);
  // “token: optional” is a description.
  if (/\btoken["']?\s*[:=]/i.test(before)) return secret.length >= 12 && /\d/.test(secret) && /[A-Za-z]/.test(secret);
  return isSaid ? secret.length >= 8 : secret.length >= 16 && /\d/.test(secret) && /[A-Za-z]/.test(secret);
}
