/** Sets the headers that every answer has (SE4): nothing remote, nothing inline, no framing, no sniffing of types. */
import { isApiPath } from "./api-paths.ts";

const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

/**
 * The document that draws diagrams of bots' text: it has no origin, reaches nothing, and is framed only by our own
 * pages. Its one script and style are inline; a policy in the document itself names the script by its hash.
 */
const framePath = "/diagram-frame.html";
const framePolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-scripts",
].join("; ");

export function setSecurityHeaders(headers: Headers, path: string): void {
  const isFrame = path === framePath;
  if (isFrame) headers.set("content-security-policy", framePolicy);
  const isApi = isApiPath(path);
  // An answer that is not JSON has its own policy.
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", isApi ? dataPolicy : pagePolicy);
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", isFrame ? "SAMEORIGIN" : "DENY");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  if (isApi && !headers.has("cache-control")) headers.set("cache-control", "no-store");
}
