/**
 * Removes every key from what is said of a server, even if the server itself repeats it, plain or encoded (SE5, SE8).
 */
import { strikeKeys, wholeForms } from "../../failure/strike-keys.ts";
import type { ProviderSettings } from "../../settings.ts";

/** Returns one line of at most 300 characters. */
export function strikeSecrets(
  text: string,
  { apiKey, headers = {} }: Pick<ProviderSettings, "apiKey" | "headers">,
): string {
  return strikeKeys(text, { apiKey, headers })
    .replace(/\bBearer\s+\S+/gi, "Bearer [key]")
    .replace(/([?&](?:api[-_]?key|key|token)=)[^&\s"]+/gi, "$1[key]")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}

/** A shorter key is only a word that some local servers want, such as `ollama`: names of models may contain it. */
const keyLength = 16;

/** True when a name from a server contains one of our keys. */
export function holdsSecret(
  name: string,
  { apiKey, headers = {} }: Pick<ProviderSettings, "apiKey" | "headers">,
): boolean {
  return [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)]
    .filter(({ length }) => length >= keyLength)
    .some((secret) => wholeForms(secret).some((form) => name.includes(form)));
}
