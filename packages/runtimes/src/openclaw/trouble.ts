/**
 * Words what a run says while its model does not answer. The gateway retries a model for minutes, and its transcript
 * shows nothing until it gives up: only these events tell.
 */
import { redactSecrets } from "@reef/engine/redact/secrets";
import { z } from "zod";

const Failed = z.object({ phase: z.literal("finishing"), error: z.string().min(1) });
const Retrying = z.object({
  phase: z.literal("retrying"),
  message: z.string().nullish(),
  retryAttempt: z.number().nullish(),
  maxRetries: z.number().nullish(),
});

/** Longest reason that is repeated, in UTF-16 units: it is a provider's text. */
const maxChars = 300;

/** What currently goes wrong in a run; `reason` is the last failure of its model. */
export interface Trouble {
  readonly reason: string | null;
  readonly words: string;
}

/** Returns the trouble after an event of the run; null when the event shows none. `before`: the trouble so far. */
export function readTrouble(stream: string, data: unknown, before: Trouble | null): Trouble | null {
  if (stream === "lifecycle") {
    const failed = Failed.safeParse(data).data;
    if (failed === undefined) return null;
    const reason = cleaned(failed.error);
    return { reason, words: `The model isn't answering: ${reason}` };
  }
  if (stream !== "run_status") return null;
  const retrying = Retrying.safeParse(data).data;
  if (retrying === undefined) return null;
  const reason = before?.reason ?? cleaned((retrying.message ?? "").replace(/\s*Retrying in .*$/s, ""));
  const { retryAttempt: n, maxRetries: most } = retrying;
  const times = n == null ? "" : ` (${n}${most == null ? "" : ` of ${most}`})`;
  const why = reason === "" ? "" : `: ${reason}`;
  return { reason: reason || null, words: `The model isn't answering${why}. OpenClaw tries again${times}` };
}

/** Returns one line, without the gateway's ornaments, its advice and the final full stop. */
function cleaned(text: string): string {
  const line = redactSecrets(text)
    .value.replace(/\s+/g, " ")
    .replace(/^\W*⚠️?\s*/u, "")
    .replace(/\s*This is usually temporary.*$/, "")
    .trim()
    .replace(/\.$/, "");
  return line.length <= maxChars ? line : `${line.slice(0, maxChars - 1).toWellFormed()}…`;
}
