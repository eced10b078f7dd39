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
  for (const secret of secrets) {
    const bytes = Buffer.from(secret);
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    const packed = [bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex")];
    for (const form of [...forms, ...packed]) clean = clean.replaceAll(form, "[key]");
  }
  return clean
    .replace(/\bBearer\s+\S+/gi, "Bearer [key]")
    .replace(/([?&](?:api[-_]?key|key|token)=)[^&\s"]+/gi, "$1[key]")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
}
