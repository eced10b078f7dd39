/** SE5, SE8: no key in what is said of a server, though the server itself repeats it, plain or encoded. */
import { strikeKeys } from "../../failure/strike-keys.ts";
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
