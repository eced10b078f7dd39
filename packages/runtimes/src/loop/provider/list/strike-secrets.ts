/** SE5, SE8: no key in what is said of a server, though the server itself repeats it, plain or encoded. */
import type { ProviderSettings } from "../../settings.ts";

/** One line, at most 300 characters. */
export function strikeSecrets(
  text: string,
  { apiKey, headers = {} }: Pick<ProviderSettings, "apiKey" | "headers">,
): string {
  const secrets = [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)].filter(
    ({ length }) => length >= 4,
  );
  let clean = text;
  for (const form of secrets.flatMap(formsOfSecret)) clean = clean.replaceAll(form, "[key]");
  return clean
    .replace(/\bBearer\s+\S+/gi, "Bearer [key]")
    .replace(/([?&](?:api[-_]?key|key|token)=)[^&\s"]+/gi, "$1[key]")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}

/** A shorter one is no key but a word that some local servers want, such as `ollama`: names of models may hold it. */
const keyLength = 16;

/** Whether a name that a server gives has one of our keys in it. */
export function holdsSecret(
  name: string,
  { apiKey, headers = {} }: Pick<ProviderSettings, "apiKey" | "headers">,
): boolean {
  return [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)]
    .filter(({ length }) => length >= keyLength)
    .some((secret) => formsOfSecret(secret).some((form) => name.includes(form)));
}

/** As it is, and as URLs, JSON, base64 and hex write it; the longest first. */
export function formsOfSecret(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const written = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
  const packed = [
    bytes.toString("base64"),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
  return [...new Set([...written, ...packed])].sort((one, other) => other.length - one.length);
}
