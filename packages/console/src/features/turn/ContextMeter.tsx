/**
 * Shows how full the session's context is: a small meter whose menu says it in words, with what the session has used.
 */
import type { SessionId } from "@reef/protocol/ids";
import type { SessionUsage } from "@reef/protocol/turn";
import type { ReactElement } from "react";
import { useReef } from "../../data/reef.ts";
import { Menu } from "../../ui/Menu.tsx";
import { Ring } from "../../ui/Ring.tsx";
import styles from "./ContextMeter.module.css";
import { contextShare, contextWords } from "./context-words.ts";
import { useReadAfterTurns } from "./use-read-after-turns.ts";

export function ContextMeter({ sessionId }: { readonly sessionId: SessionId }): ReactElement | null {
  const { client } = useReef();
  const usage = useReadAfterTurns(sessionId, { name: "session-usage", read: () => client.sessionUsage(sessionId) });
  if (usage === undefined || (usage.context === null && usage.usage.modelCalls === 0)) return null;
  const share = contextShare(usage);
  const words = contextWords(usage);
  const percent = share === null ? "?" : `${Math.round(share * 100)}%`;
  return (
    <Menu
      align="end"
      entries={() => words.map((line, at) => ({ type: "note", key: String(at), label: line }))}
      trigger={
        <button
          type="button"
          className={styles.meter}
          title={words.join("\n")}
          aria-label={words[0] ?? "Context"}
          data-full={isNearlyFull(usage) || undefined}
        >
          <Ring share={share} size={16} tone={isNearlyFull(usage) ? "needs" : "plain"} />
          <span className={styles.percent}>{percent}</span>
        </button>
      }
    />
  );
}

/** True if older text is about to be summarised. */
function isNearlyFull({ context }: SessionUsage): boolean {
  if (context === null || context.usedTokens === null) return false;
  const end = context.compactsAt ?? context.limitTokens;
  return end !== null && context.usedTokens >= end * 0.9;
}
