/** SE5, SE8: no key in what is said of a server, though the server itself repeats it, plain or encoded. */
import { strikeKeys, wholeForms } from "../../failure/strike-keys.ts";
import type { ProviderSettings } from "../../settings.ts";

/** One line, at most 300 characters. */
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

/** A shorter one is no key but a word that some local servers want, such as `ollama`: names of models may hold it. */
const keyLength = 16;

/** Whether a name that a server gives has one of our keys in it. */
export function holdsSecret(
  name: string,
  { apiKey, headers = {} }: Pick<ProviderSettings, "apiKey" | "headers">,
): boolean {
  return [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)]
    .filter(({ length }) => length >= keyLength)
    .some((secret) => wholeForms(secret).some((form) => name.includes(form)));
}
