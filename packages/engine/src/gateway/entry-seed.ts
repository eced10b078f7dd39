/** Converts an entry made in a gateway for storage: known by its id there, without its secrets (SE5). */
import type { GatewayEntry } from "@reef/protocol/gateway";
import type { SessionId } from "@reef/protocol/ids";
import type { Sender } from "@reef/protocol/message";
import { makeId } from "../ids.ts";
import type { EntrySeed } from "../port/unit.ts";
import { redactJson, redactSecrets } from "../redact/secrets.ts";

export interface TakenEntry {
  readonly seed: EntrySeed;
  /** How many secrets were blacked out. */
  readonly redacted: number;
}

/** `sender` is bound by the caller, never read from the text (MB9); null for what its own bot says. */
export function toEntrySeed(
  { id, kind, text, tool, at }: GatewayEntry,
  { sessionId, sender }: { readonly sessionId: SessionId; readonly sender: Sender | null },
): TakenEntry {
  const words = redactSecrets(text);
  const input = redactJson(tool?.input);
  const seed: EntrySeed = {
    id: makeId("entry"),
    sessionId,
    kind,
    text: words.value,
    externalId: id,
    ...(at !== null && { at }),
    ...(tool !== null && { tool: { ...tool, ...(tool.input !== undefined && { input: input.value }) } }),
    ...(sender !== null && { from: sender }),
    ...(kind === "notice" && { notice: { type: "runtime" } }),
  };
  return { seed, redacted: words.count + input.count };
}
