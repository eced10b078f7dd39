/** Headers that every answer carries (SE4): nothing from elsewhere, nothing inline, no framing, no guessing of types. */

const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

export function setSecurityHeaders(headers: Headers, path: string): void {
  const isApi = path.startsWith("/v1/") || path === "/metrics";
  // What is not JSON brings a policy of its own.
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", isApi ? dataPolicy : pagePolicy);
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  if (isApi && !headers.has("cache-control")) headers.set("cache-control", "no-store");
}
