/**
 * Checks whether this plugin can use Reef from where it runs: in the gateway's process, with the gateway's files and
 * environment. A tab that only said “Connecting…” would not show its owner the cause.
 */
import { ReefRefusal } from "./reef.mjs";

/**
 * `no_token`: none is available here. `refused`: Reef rejects the token. `unreachable`: nothing answers, or something other than Reef.
 * @typedef {{ readonly state: "ok" | "no_token" | "refused" | "unreachable", readonly reason: string | null, readonly advice: string | null }} Check
 */

const connectAdvice =
  "Run “npm run reef -- openclaw connect” in Reef's folder: it gives the gateway a file with the token.";

/**
 * Never rejects, and resolves within six seconds.
 * @param {import("./reef.mjs").Reef} reef @returns {Promise<Check>}
 */
export async function checkReef(reef) {
  try {
    await reef.readToken();
  } catch (error) {
    return {
      state: "no_token",
      reason: `The gateway has no token for Reef: ${wordsOf(error)}.`,
      advice: connectAdvice,
    };
  }
  try {
    await reef.call("GET", "/v1/status");
    return { state: "ok", reason: null, advice: null };
  } catch (error) {
    if (error instanceof ReefRefusal && (error.status === 401 || error.status === 403)) {
      const reason = `Reef at ${reef.url} refuses the gateway's token (${reef.tokenPlace}).`;
      return { state: "refused", reason, advice: connectAdvice };
    }
    const why = error instanceof ReefRefusal ? `it answered ${error.status}` : "nothing answers there";
    const reason = `Reef cannot be reached at ${reef.url}: ${why}.`;
    return { state: "unreachable", reason, advice: "Start Reef: “npm start” in its folder." };
  }
}

/** @param {unknown} error */
function wordsOf(error) {
  return error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
}

/**
 * Builds the page for the tab; the page checks again by itself.
 * @param {Check} check
 */
export function checkPage({ reason, advice }) {
  const [why, what] = [reason ?? "", advice ?? ""].map(escapeHtml);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="refresh" content="5" />
<title>Reef Home</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 34rem; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.1rem; margin: 0 0 0.5rem; }
p { margin: 0 0 0.5rem; }
small { opacity: 0.7; }
</style>
</head>
<body>
<main role="alert">
<h1>Reef Home can't connect</h1>
<p>${why}</p>
<p>${what}</p>
<small>This page tries again every 5 seconds.</small>
</main>
</body>
</html>`;
}

/** @param {string} text */
export function escapeHtml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
